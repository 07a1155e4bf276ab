"""NITF 3.x (IPTC): one document, one story, with its media, rights and management status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from masthead.kit import clock, xml
from masthead.kit.private import DeskOnly
from masthead.kit.xml import Element, child, descendants, text
from masthead.wire.item import Contributor, Item, Media, PubStatus, Reading, Subject, UnreadableWire, joined
from masthead.wire.readers import bodies, with_warnings
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.times import Moment, parse_time

FORMAT = "nitf"

_STATUS = {
    "usable": "usable",
    "embargoed": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
}


def recognises(delivery: Delivery) -> bool:
    """A document whose outermost element is `nitf`."""
    try:
        return delivery.root[1].lower() == "nitf"
    except UnreadableWire:
        return False


def read(delivery: Delivery) -> Reading:
    """The one item of the document. Raises UnreadableWire."""
    parsed = delivery.xml
    item = document(parsed.root).replace(format=FORMAT)
    return with_warnings(Reading(FORMAT, (item,)), parsed.faults)


def document(root: Element) -> Item:
    """An `nitf` element as an item, wherever it stands."""
    head, body = child(root, "head"), child(root, "body")
    item = _docdata(Item(), _first(head, "docdata"))
    item = _of_head(item, head)
    item = _body_head(item, _first(body, "body.head"))
    content = _first(body, "body.content")
    if content is not None:
        notes = bodies.take_desk_notes(content)
        item = item.replace(
            media=tuple(m for each in descendants(content, "media") if (m := _media(each))),
            ednotes=(*item.ednotes, *(DeskOnly(note) for note in notes)),
            body=bodies.from_nitf(content),
        )
    signed = text(_first(_first(body, "body.end"), "tagline"))
    if signed:
        # Sign-offs and writers' own addresses: for the desk.
        item = item.replace(ednotes=(*item.ednotes, DeskOnly(signed)))
    if not item.headline:
        item = item.replace(headline=text(_first(head, "title")) or None)
    return item


def _first(element: Element | None, name: str) -> Element | None:
    return next(descendants(element, name), None) if element is not None else None


def _all(element: Element | None, *names: str) -> Iterator[Element]:
    return descendants(element, *names) if element is not None else iter(())


def _get(element: Element | None, *names: str) -> str | None:
    if element is None:
        return None
    return next((said for name in names if (said := (element.get(name) or "").strip())), None)


def _docdata(item: Item, data: Element | None) -> Item:
    if data is None:
        return item
    moments = {
        "published": _moment(data, "date.issue"),
        "expires": _moment(data, "date.expire"),
        "embargoed_until": _release(data),
    }
    known = {field: moment.value for field, moment in moments.items() if moment}
    status = (data.get("management-status") or "usable").lower()
    rights = list(_all(data, "doc.rights"))
    notes = [_get(each, "info", "msg") or text(each) for each in _all(data, "ed-msg")]
    return item.replace(
        guid=_get(_first(data, "doc-id"), "id-string") or text(_first(data, "doc-id")) or None,
        pubstatus=cast(PubStatus, _STATUS.get(status, "usable")),
        embargo_open=status == "embargoed" and "embargoed_until" not in known,
        corrects=joined([data.get("management-doc-idref")]),
        urgency=_whole(_get(_first(data, "urgency"), "ed-urg")),
        copyright_holder=joined(_get(each, "holder") for each in _all(data, "doc.copyright")),
        copyright_notice=_notice(_first(data, "doc.copyright")),
        usage_terms=joined(_get(each, name) for each in rights for name in ("type", "limitations", "geography")),
        expires=known.get("expires"),
        published=known.get("published"),
        embargoed_until=known.get("embargoed_until"),
        naive_times=tuple(field for field, moment in moments.items() if moment and moment.naive),
        ednotes=tuple(DeskOnly(note) for note in notes if note),
        slugline=_get(_first(data, "du-key"), "key"),
        keywords=joined(_get(each, "key") for each in _all(data, "keyword")),
        subjects=tuple(_identified(data)),
        provider=next(iter(joined(_get(each, "agent", "owner") for each in rights)), None),
    )


def _notice(element: Element | None) -> str | None:
    year, holder = _get(element, "year"), _get(element, "holder")
    return f"© {year} {holder}" if year and holder else holder


def _moment(data: Element, name: str) -> Moment | None:
    element = _first(data, name)
    return parse_time(_get(element, "norm") or text(element))


def _release(data: Element) -> Moment | None:
    """A release date is an embargo only while it lies ahead; one that is past says nothing."""
    moment = _moment(data, "date.release")
    return moment if moment and _ahead(moment.value) else None


def _ahead(at: datetime) -> bool:
    return at > clock.now()


def _identified(data: Element) -> Iterator[Subject]:
    for holder in _all(data, "identified-content"):
        for element in _all(holder, "classifier", "person", "org", "location", "event"):
            name = _get(element, "value") or text(element) or None
            kind = {"person": "person", "org": "organisation", "location": "place", "event": "event"}
            said = kind.get(xml.local(element), "subject")
            if name or element.get("idsrc"):
                yield Subject(name, _get(element, "id", "code"), _get(element, "idsrc", "type"), said)  # type: ignore[arg-type]


def _whole(said: str | None) -> int | None:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 4 else None


def _of_head(item: Item, head: Element | None) -> Item:
    if head is None:
        return item
    subjects = []
    for each in _all(head, "tobject.subject"):
        code = (each.get("tobject.subject.refnum") or "").rpartition(":")[2]
        name = next((s for s in (each.get(f"tobject.subject.{n}") for n in ("detail", "matter", "type")) if s), None)
        if code or name:
            scheme = "medtop" if code.startswith("2000") else "subj" if code else None
            subjects.append(Subject(name, code or None, scheme))
    metas = {(m.get("name") or "").lower(): (m.get("content") or "").strip() for m in _all(head, "meta")}
    genres = [each.get("tobject.property.type") for each in _all(head, "tobject.property")]
    return item.replace(
        subjects=(*subjects, *item.subjects),
        genres=joined(genres),
        categories=joined([metas.get("anpa-category"), metas.get("category")]),
        keywords=item.keywords or joined([metas.get("anpa-keyword")]),
        slugline=item.slugline or metas.get("slug") or metas.get("anpa-keyword") or None,
        language=metas.get("language") or xml.language(head),
    )


def _body_head(item: Item, head: Element | None) -> Item:
    if head is None:
        return item
    headline = _first(head, "hl1")
    plain = _first(head, "hedline")
    byline = _first(head, "byline")
    dateline = _first(head, "dateline")
    people = joined(text(each) for each in _all(byline, "person"))
    notes = tuple(DeskOnly(said) for each in _all(head, "note") if (said := text(each)))
    return item.replace(
        headline=text(headline) or text(plain) or None,
        byline=text(byline) or None,
        creators=people,
        contributors=tuple(Contributor(name) for name in people),
        dateline=_place(dateline),
        standfirst=text(_first(head, "abstract")) or None,
        copyright_holder=item.copyright_holder or joined(text(each) for each in _all(head, "copyrite.holder")),
        copyright_notice=item.copyright_notice or text(_first(head, "rights")) or None,
        provider=item.provider or text(_first(head, "distributor")) or None,
        ednotes=(*item.ednotes, *notes),
    )


def _place(dateline: Element | None) -> str | None:
    location = _first(dateline, "location")
    return text(location) or text(dateline) or None


def _media(media: Element) -> Media | None:
    references = list(_all(media, "media-reference"))
    sized = max(references, key=lambda r: _whole_px(r.get("width")), default=None)
    url = _get(sized, "source", "source-credit") or _get(sized, "name")
    captions = joined(text(each) for each in _all(media, "media-caption"))
    if not url and not captions:
        return None
    credit = text(_first(media, "media-producer")) or _get(sized, "source-credit", "copyright")
    return Media(
        url=url,
        type=_mime(media, sized),
        width=_whole_px(_get(sized, "width")) or None,
        height=_whole_px(_get(sized, "height")) or None,
        caption=captions[0] if captions else None,
        credit=credit or None,
        alt=_get(sized, "alternate-text"),
        rights=_get(sized, "copyright"),
        provider_id=_get(media, "id"),
        renditions=joined(_get(each, "source") for each in references),
    )


def _mime(media: Element, reference: Element | None) -> str | None:
    said = _get(reference, "mime-type") or ""
    if "/" in said:
        return said.lower()
    return {
        "image": "image/jpeg",
        "photo": "image/jpeg",
        "graphic": "image/png",
        "video": "video/mp4",
        "audio": "audio/mpeg",
    }.get((media.get("media-type") or "").lower())


def _whole_px(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 6 else 0
