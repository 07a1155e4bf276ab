"""From one paper's story to another's copy: the same words, credits and pictures, under the first paper's name."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import slugify

from masthead.exchange.models import Share
from masthead.people.models import Organisation
from masthead.stories import gate
from masthead.stories.actions import Copy, CopyCredit, CopyPicture, CopyTopic, Orders
from masthead.stories.body import pieces, to_html
from masthead.stories.models import Correction, Story
from masthead.titles.models import Title
from masthead.titles.outlets import WireAddress


def house_of(title: Title) -> Organisation:
    """The paper as a source of others. Search engines keep the original's address, unless its card says otherwise."""
    said = {"name": title.name, "url": title.base_url, "wire_address": WireAddress.SOURCE}
    return Organisation.objects.get_or_create(slug=f"paper-{title.pk}-{slugify(title.name)}"[:160], defaults=said)[0]


def copy_of(story: Story) -> Copy:
    """The public form of `story` as copy for another paper. An agency's copy stays the agency's."""
    agency = story.agency or house_of(story.title)
    return Copy(
        headline=story.display_headline,
        body=to_html(story.body),
        standfirst=story.standfirst,
        kicker=story.kicker,
        dateline=story.dateline,
        language=story.spoken_language,
        credits=tuple(CopyCredit(c.name, c.role, c.organisation or ("" if story.is_wire else story.title.name)) for c in story.credits.all()),
        pictures=pictures_of(story),
        topics=tuple(CopyTopic(t.topic.name, t.topic.kind, t.topic.code) for t in story.story_topics.select_related("topic")),
        agency=agency,
        wire_guid=story.wire_guid or f"urn:uuid:{story.uid}",
        wire_version=story.wire_version,
        arrived_at=story.arrived_at or story.first_published_at,
        agency_published_at=story.agency_published_at or story.first_published_at,
        original_url=story.original_url or _address(story),
        rights_holder=story.rights_holder or story.title.name,
        copyright_notice=story.copyright_notice,
        usage_terms=story.usage_terms,
    )


def _address(story: Story) -> str:
    """The original's own address; none for a host that is no address outside: nobody could save the copy with it."""
    said = str(story.full_url or "")
    try:
        URLValidator(schemes=["http", "https"])(said)
    except ValidationError:
        return ""
    return said


def pictures_of(story: Story) -> tuple[CopyPicture, ...]:
    """Pictures that may stand in another story, too: what was licensed for one use stays where it is."""
    rows = story.story_pictures.select_related("picture").order_by("sort_order")
    return tuple(
        CopyPicture(row.picture, row.caption, row.credit, row.alt)
        for row in rows
        if not row.picture.one_use and gate.may_show(row.picture, story)
    )


def orders_of(share: Share) -> Orders:
    """What the original's standing orders about the copy: it may never show what the original may not."""
    story = share.story
    reason = story.order_reason
    if story.order_pubstatus == Story.PubStatus.CANCELED or story.state == Story.State.WITHDRAWN:
        status, reason = "canceled", reason or f"{story.title.name} has withdrawn it."
    elif story.order_pubstatus == Story.PubStatus.WITHHELD or not story.live:
        status, reason = "withheld", reason or f"{story.title.name} holds it back."
    else:
        status = "usable"
    embargo = max((t for t in (share.embargo_until, story.embargo_ends) if t), default=None)
    return Orders(status, embargo, story.expiry, reason)


def notes_of(story: Story) -> list[Correction]:
    """What readers of the original are told of changes, the oldest first."""
    return list(story.corrections.order_by("at", "id"))


def ground_of(story: Story) -> list[str]:
    return pieces(story.body)
