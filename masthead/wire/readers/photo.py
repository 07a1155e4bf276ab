"""A photograph with what it says of itself: IPTC IIM 4.2 and XMP (IPTC Photo Metadata 2025.1). Pixels are not opened."""

from __future__ import annotations

from masthead.kit import images
from masthead.kit.private import DeskOnly
from masthead.wire.item import Contributor, Item, Media, Reading, UnreadableWire, joined
from masthead.wire.readers import telex
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.times import parse_time

FORMAT = "photo-iptc"

_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def recognises(delivery: Delivery) -> bool:
    """JPEG or PNG by its first bytes."""
    return delivery.data.startswith(_STARTS)


def read(delivery: Delivery) -> Reading:
    """The photograph as one item of type picture. Raises UnreadableWire."""
    try:
        found = images.told(delivery.data)
    except images.BadPicture as bad:
        raise UnreadableWire(str(bad)) from bad
    return Reading(FORMAT, (_item(found),))


def _item(found: images.Told) -> Item:
    said = found.first
    moment = parse_time(_time(said("date_created"), said("time_created")))
    terms = joined([said("usage_terms"), said("instructions")])
    mining = said("data_mining")
    if mining:
        terms = (*terms, f"Data mining: {mining.rpartition('/')[2]}")
    source = said("digital_source_type").rpartition("/")[2]
    creator, credit = said("creator"), said("credit")
    media = Media(
        type=found.mime,
        width=found.width,
        height=found.height,
        headline=said("headline") or said("object_name") or None,
        caption=said("caption") or None,
        credit=credit or None,
        photographer=creator or None,
        alt=said("alt") or None,
        rights=said("copyright_notice") or None,
        usage_terms="\n".join(terms) or None,
        provider_id=said("job_id") or said("guid") or None,
    )
    seeds = [said(name) for name in ("guid", "job_id", "object_name", "caption", "date_created")]
    return Item(
        format=FORMAT,
        type="picture",
        guid=said("guid") or telex.derived_guid(*seeds),
        guid_derived=not said("guid"),
        headline=media.headline,
        creators=joined([creator]),
        contributors=(Contributor(creator, "photographer", job_title=said("creator_title") or None),)
        if creator
        else (),
        credit=credit or None,
        urgency=int(said("urgency")) if said("urgency") in "12345678" and said("urgency") else None,
        provider=credit or said("source") or None,
        copyright_notice=said("copyright_notice") or None,
        usage_terms=terms,
        keywords=found.all("keywords"),
        located=joined([said("city"), said("state"), said("country")]),
        signals=(f"digitalsourcetype:{source}",) if source else (),
        published=moment.value if moment else None,
        naive_times=("published",) if moment and moment.naive else (),
        ednotes=(DeskOnly(said("instructions")),) if said("instructions") else (),
        media=(media,),
    )


def _time(date: str, time: str) -> str:
    if "T" in date or not time:
        return date
    clock = time.partition("+")[0].partition("-")[0]
    zone = time[len(clock) :]
    return f"{date}T{clock[:6]}{zone}" if len(date) == 8 else date
