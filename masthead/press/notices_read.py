"""How the press reads what stands beside stories: obituaries, notices, events, standing pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from masthead.kit import html
from masthead.press import addresses, proof
from masthead.press.labels import say
from masthead.stories import gate
from masthead.stories.models import Notice
from masthead.titles.models import StandingPage, Title

if TYPE_CHECKING:
    from masthead.press.reading import Reader


def footer(title: Title, standing: Iterable[StandingPage]) -> list[proof.Link]:
    """The links at the foot of every page."""
    named = [proof.Link(p.name, p.path) for p in standing if p.in_footer and p.kind not in ("contact", "privacy")]
    about = [] if any(link.path == addresses.ABOUT for link in named) else [proof.Link(say("about_link", title.language), addresses.ABOUT)]
    kinds = set(Notice.objects.filter(title=title, state="published").order_by().values_list("kind", flat=True).distinct())
    lists = [proof.Link(say(f"list_{kind}", title.language), path) for kind, path in addresses.NOTICES.items() if kind in kinds]
    if title.lines.exists():
        lists.append(proof.Link(say("lines", title.language), addresses.LINES))
    fixed = {
        "corrections_link": addresses.CORRECTIONS,
        "contact_link": addresses.CONTACT,
        "privacy": addresses.PRIVACY,
        "saved_list": addresses.SAVED,
        "lite_front": addresses.LITE,
    }
    rest = [proof.Link(say(label, title.language), path) for label, path in fixed.items()]
    return [*about, *named, *lists, *rest]


def find(title: Title, path: str) -> Notice | None:
    """The notice at `path`, whatever the gate says."""
    return Notice.objects.filter(title=title, path=path).select_related("picture", "title").first()


def listed(reader: Reader, kind: str) -> tuple[proof.NoticeProof, ...]:
    """What readers may see of a kind now: events that are not over by their beginning, the rest newest first."""
    reader.keys.add(f"list:notices:{kind}")
    everything = Notice.objects.filter(title=reader.title, kind=kind, state=Notice.State.PUBLISHED)
    for begins in everything.filter(publish_from__gt=reader.now).values_list("publish_from", flat=True):
        reader.renewed_at(begins)
    found = list(everything.filter(gate.open_notices(reader.now)).select_related("picture", "title").order_by("-published_at"))
    if kind == Notice.Kind.EVENT:
        found = [n for n in found if n.over_at and n.over_at > reader.now]
        found.sort(key=lambda n: (n.starts_at or reader.now, n.pk))
        for notice in found:
            reader.renewed_at(notice.over_at)
    return tuple(notice_proof(reader, notice) for notice in found[:300])


def notice_proof(reader: Reader, notice: Notice) -> proof.NoticeProof:
    """What a page shows of a notice that the gate lets through."""
    reader.keys.add(f"notice:{notice.pk}")
    reader.true_until(notice.publish_until)
    zone = reader.title.zone
    published = notice.published_at or reader.now
    return proof.NoticeProof(
        kind=notice.kind,
        name=notice.name,
        path=notice.path or "",
        url=f"{reader.title.base_url}{notice.path}",
        summary=notice.summary,
        html=html.safe(html.clean_story(notice.body)),
        picture=_picture(reader, notice),
        placed_by=notice.placed_by,
        paid=notice.paid,
        published=published.astimezone(zone),
        updated=notice.updated_at.astimezone(zone),
        born=notice.born,
        died=notice.died,
        starts=notice.starts_at.astimezone(zone) if notice.starts_at else None,
        ends=notice.ends_at.astimezone(zone) if notice.ends_at else None,
        venue=notice.venue,
        address=notice.address,
        price=notice.price,
        more=notice.url,
        status=notice.event_status,
    )


def _picture(reader: Reader, notice: Notice) -> proof.PictureProof | None:
    picture = notice.picture
    if picture is None:
        return None
    reader.keys.add(f"picture:{picture.pk}")
    if picture.killed or picture.one_use or picture.is_over(reader.now):
        return None
    reader.true_until(picture.expires_at)
    return reader.picture(picture, "", "", "", decorative=False)
