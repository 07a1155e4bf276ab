"""The intake alone, for a newsroom that stays on another system for now: clean copy out as RSS 2.0 and ninjs.

What goes out is what the gate lets out. A correction is the same guid with a newer date; a kill is the same guid
once more, emptied and marked, so that an importer which updates by guid takes its copy back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.feedgenerator import Rss201rev2Feed

from masthead.kit import clock, html
from masthead.pictures.models import Picture
from masthead.stories import gate
from masthead.stories.body import to_html
from masthead.stories.models import Story
from masthead.titles.models import Title

MOST = 200
"""Stories in the feed."""
KILLS_STAY = timedelta(days=30)
"""How long a withdrawal is repeated, for importers that were switched off."""
NINJS = "http://www.iptc.org/std/ninjs/ninjs-schema_1.4.json"


def key(title: Title) -> str:
    """The word in the gateway's addresses that only the newsroom knows: copy is under licence, not for everybody."""
    seed = f"gateway:{title.pk}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), seed, hashlib.sha256).hexdigest()[:32]


def stories(title: Title) -> list[Story]:
    """What goes out, newest change first: agency copy that readers may see, and what was taken back lately."""
    wire = Story.objects.filter(title=title, agency__isnull=False).select_related("agency", "section")
    out = list(wire.readable().order_by("-substantive_at", "-id")[:MOST])
    now = clock.now()
    ended = Q(expires_at__lte=now) | Q(order_expires_at__lte=now)
    taken_back = wire.filter(
        Q(state__in=["withdrawn", "held"]) | Q(order_pubstatus__in=["canceled", "withheld"]) | ended
    )
    gone = taken_back.filter(first_published_at__isnull=False, diary__at__gte=now - KILLS_STAY).distinct()[:MOST]
    return [*(story for story in gone if not gate.allows(story)), *out]


def changed_at(story: Story) -> datetime:
    """When an importer should look at it again."""
    last = story.diary.order_by("-id").values_list("at", flat=True).first()
    return last or story.filed_at


def guid(story: Story) -> str:
    """The id in every form and version."""
    return f"urn:uuid:{story.uid}"


def pictures(story: Story, base: str) -> list[tuple[Picture, str, str, str]]:
    """Pictures with caption, credit and the address under which an importer fetches them."""
    rows = story.story_pictures.select_related("picture").order_by("sort_order")
    return [
        (
            row.picture,
            row.caption or row.picture.caption,
            row.credit or row.picture.credit,
            f"{base}pictures/{row.picture.sha256}",
        )
        for row in rows
        if gate.may_show(row.picture, story) and gate.allows_picture(row.picture)
    ]


def _credits(story: Story) -> list[str]:
    return [credit.name for credit in story.credits.all()]


class _Feed(Rss201rev2Feed):
    """RSS 2.0 with the full text (content:encoded), credits (dc:creator) and pictures (Media RSS)."""

    def rss_attributes(self) -> dict[str, str]:
        spaces = {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
            "xmlns:dcterms": "http://purl.org/dc/terms/",
        }
        return {**super().rss_attributes(), **spaces}

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("dcterms:modified", item["modified"])
        handler.addQuickElement("dc:rights", item["rights"])
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("content:encoded", item["full"])
        for picture, caption, credit, address in item["pictures"]:
            size = {"width": str(picture.width), "height": str(picture.height)}
            handler.startElement("media:content", {"url": address, "medium": "image", **size})
            handler.addQuickElement("media:description", caption, {"type": "plain"})
            handler.addQuickElement("media:credit", credit)
            handler.endElement("media:content")


def rss(title: Title, base: str) -> str:
    """The feed as RSS 2.0. `base` is the gateway's own address with a slash at its end."""
    feed = _Feed(
        title=f"{title.name}: wire", link=base, description="Agency copy, clean, once each.", feed_url=f"{base}feed.rss"
    )
    for story in stories(title):
        out = gate.allows(story)
        feed.add_item(
            title=story.display_headline if out else "Withdrawn",
            link=story.original_url or f"{base}#{story.uid}",
            description=html.to_text(story.standfirst or story.summary) if out else _gone(story),
            unique_id=guid(story),
            unique_id_is_permalink=False,
            pubdate=story.first_published_at,
            categories=[story.section.name] if out else ["withdrawn"],
            modified=changed_at(story).isoformat(),
            rights=story.copyright_notice if out else "",
            creators=_credits(story) if out else [],
            full=_body(story) if out else f"<p>{_gone(story)}</p>",
            pictures=pictures(story, base) if out else [],
        )
    return str(feed.writeString("utf-8"))


def _gone(story: Story) -> str:
    return f"{story.agency} has withdrawn this story. Take it off your pages."


def _body(story: Story) -> str:
    notes = [
        f"<p><strong>{c.get_kind_display()}:</strong> {html.clean_inline(c.text)}</p>" for c in story.corrections.all()
    ]
    line = f"<p>{html.clean_inline(story.copyright_notice)}</p>" if story.copyright_notice else ""
    return html.clean_story("".join([*notes, to_html(story.body), line]))


def ninjs(title: Title, base: str) -> str:
    """The same as ninjs 1.4 objects in an array."""
    return json.dumps([_ninjs(story, base) for story in stories(title)], ensure_ascii=False, indent=1)


def _ninjs(story: Story, base: str) -> dict[str, Any]:
    out = gate.allows(story)
    status = "usable" if out else "withheld" if story.order_pubstatus == "withheld" else "canceled"
    item: dict[str, Any] = {
        "$schema": NINJS,
        "uri": guid(story),
        "type": "text",
        "pubstatus": status,
        "versioncreated": changed_at(story).isoformat(),
        "firstcreated": (story.first_published_at or story.filed_at).isoformat(),
    }
    if not out:
        return {**item, "ednote": _gone(story)}
    item |= {
        "version": str(story.wire_version or 1),
        "language": story.language or story.title.language,
        "headline": story.display_headline,
        "byline": ", ".join(_credits(story)),
        "located": story.dateline,
        "description_text": html.to_text(story.standfirst or story.summary),
        "body_xhtml": _body(story),
        "copyrightholder": story.rights_holder,
        "copyrightnotice": story.copyright_notice,
        "usageterms": story.usage_terms,
        "infosource": [{"name": str(story.agency)}],
        "subject": [{"name": row.topic.name} for row in story.story_topics.select_related("topic")],
        "service": [{"name": story.section.name}],
        "associations": _associations(pictures(story, base)),
    }
    return {name: value for name, value in item.items() if value not in ("", [], {})}


def _associations(shown: Iterable[tuple[Picture, str, str, str]]) -> dict[str, Any]:
    return {
        f"picture{n}": {
            "uri": address,
            "type": "picture",
            "description_text": caption,
            "byline": credit,
            "renditions": {"original": {"href": address, "width": picture.width, "height": picture.height}},
        }
        for n, (picture, caption, credit, address) in enumerate(shown, 1)
    }
