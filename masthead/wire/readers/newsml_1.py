"""NewsML 1.0 to 1.2 (IPTC): NewsItems of nested NewsComponents, bodies in NITF, XHTML or plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from masthead.kit import html, xml
from masthead.kit.private import DeskOnly
from masthead.kit.xml import Element, child, children, descendants, local, text
from masthead.wire.item import Contributor, Item, Media, PubStatus, Reading, Subject, UnreadableWire, joined
from masthead.wire.readers import bodies, nitf, with_warnings
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.times import parse_time

FORMAT = "newsml-1"

_STATUS = {
    "usable": "usable",
    "embargoed": "usable",
    "withheld": "withheld",
    "withdrawn": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
}
_SUBJECTS = ("Subject", "SubjectMatter", "SubjectDetail", "SubjectQualifier")
_ROLES = {
    "main": 3,
    "body": 3,
    "text": 2,
    "stylesheet": -1,
    "caption": 0,
    "title": 0,
    "lead": 0,
    "headline": 0,
    "contact": -2,
}
CONTACT = -2
"""Press contacts are for the desk."""
_PICTURES = ("photo", "picture", "graphic", "image", "video", "audio")


def recognises(delivery: Delivery) -> bool:
    """A document whose outermost element is `NewsML` (any case, any namespace of version 1)."""
    try:
        return delivery.root[1] == "NewsML"
    except UnreadableWire:
        return False


def read(delivery: Delivery) -> Reading:
    """All news items of the document. Raises UnreadableWire."""
    parsed = delivery.xml
    elements = list(children(parsed.root, "NewsItem"))
    whole = elements[:-1] if parsed.unfinished("NewsItem") else elements
    errors = (
        ()
        if len(whole) == len(elements)
        else ("The last item breaks off in transfer; it was left until it comes whole.",)
    )
    items = tuple(_item(each, parsed.root) for each in whole)
    return with_warnings(Reading(FORMAT, items, errors), parsed.faults)


def _name(element: Element | None) -> str | None:
    return ((element.get("FormalName") or "").strip() or text(element) or None) if element is not None else None


def _first(element: Element | None, *names: str) -> Element | None:
    return next(descendants(element, *names), None) if element is not None else None


def _said(element: Element | None, *names: str) -> str | None:
    """The first text under these names, in document order, that says something."""
    found = descendants(element, *names) if element is not None else iter(())
    return next((said for each in found if (said := text(each))), None)


def _item(element: Element, root: Element) -> Item:
    item = _identified(Item(format=FORMAT), element)
    item = _managed(item, child(element, "NewsManagement"))
    main = child(element, "NewsComponent")
    if main is None:
        return item
    item = _lines(item, main)
    item = _metadata(item, main)
    item = _content(item, main)
    language = xml.language(element) or item.language
    provider = item.provider or _name(_first(child(root, "NewsEnvelope"), "Party"))
    return item.replace(language=item.language or language, provider=provider)


def _identified(item: Item, element: Element) -> Item:
    name = _first(element, "NewsIdentifier")
    if name is None:
        return item
    provider, date, number = (text(child(name, part)) for part in ("ProviderId", "DateId", "NewsItemId"))
    revision = child(name, "RevisionId")
    said = text(revision)
    guid = text(child(name, "PublicIdentifier")) or f"urn:newsml:{provider}:{date}:{number}:{said or 1}"
    label = _first(element, "NameLabel")
    return item.replace(
        guid=guid,
        chain=f"urn:newsml:{provider}:{date}:{number}" if provider and number else None,
        version=int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None,
        provider_code=provider or None,
        slugline=text(label) or None,
        signals=joined(["management-data"] if revision is not None and revision.get("Update") == "A" else []),
    )


def _managed(item: Item, management: Element | None) -> Item:
    if management is None:
        return item
    status = (_name(child(management, "Status")) or "usable").lower()
    moments = {
        "first_created": parse_time(_said(management, "FirstCreated")),
        "version_created": parse_time(_said(management, "ThisRevisionCreated")),
    }
    if status == "embargoed":
        moments["embargoed_until"] = parse_time(_said(_first(management, "StatusWillChange"), "DateAndTime"))
    known = {field: moment.value for field, moment in moments.items() if moment}
    notes = [_name(each) for each in descendants(management, "Instruction", "RevisionHistory")]
    urgency = _name(child(management, "Urgency")) or ""
    signals = [
        _name(each) for each in descendants(management, "Property") if (each.get("FormalName") or "") == "Signal"
    ]
    return item.replace(
        pubstatus=cast(PubStatus, _STATUS.get(status.rpartition(":")[2], "usable")),
        embargo_open=status == "embargoed" and "embargoed_until" not in known,
        first_created=known.get("first_created"),
        version_created=known.get("version_created"),
        embargoed_until=known.get("embargoed_until"),
        naive_times=tuple(field for field, moment in moments.items() if moment and moment.naive),
        urgency=int(urgency) if urgency.isascii() and urgency.isdigit() and len(urgency) < 3 else None,
        ednotes=tuple(DeskOnly(note) for note in notes if note),
        signals=joined([*item.signals, *signals]),
    )


def _lines(item: Item, main: Element) -> Item:
    """The news lines of the main component, or of the first part within that has them."""
    people = joined(text(each) for each in descendants(main, "ByLine"))
    rights = _first(main, "RightsMetadata")
    notice = _said(main, "CopyrightLine")
    return item.replace(
        headline=_said(main, "HeadLine") or _said(main, "Title"),
        standfirst=_said(main, "SubHeadLine", "SummaryLine"),
        byline=people[0] if people else None,
        dateline=_said(main, "DateLine"),
        credit=_said(main, "CreditLine"),
        copyright_notice=notice,
        copyright_holder=joined([_said(_first(rights, "Copyright"), "CopyrightHolder")]),
        usage_terms=joined([_said(main, "RightsLine"), _said(main, "UsageType"), _said(rights, "Limitations")]),
        slugline=_said(main, "SlugLine") or item.slugline,
        keywords=joined([*(text(each) for each in descendants(main, "KeywordLine")), *_keywords(main)]),
    )


def _keywords(main: Element) -> Iterator[str | None]:
    for each in descendants(main, "Property"):
        if each.get("FormalName") == "Keyword":
            yield each.get("Value")


def _metadata(item: Item, main: Element) -> Item:
    administrative, descriptive = _first(main, "AdministrativeMetadata"), _first(main, "DescriptiveMetadata")
    provider = _name(_first(_first(administrative, "Provider"), "Party"))
    creators = joined(
        _name(party) for each in _under(administrative, "Creator") for party in descendants(each, "Party")
    )
    return item.replace(
        provider=provider or item.provider,
        creators=creators,
        contributors=tuple(Contributor(name) for name in creators),
        language=_name(_first(descriptive, "Language")),
        genres=joined(_name(each) for each in _under(main, "Genre")),
        subjects=tuple(_subjects(main)),
        categories=joined(each.get("cat") for each in _under(descriptive, *_SUBJECTS)),
    )


def _under(element: Element | None, *names: str) -> Iterator[Element]:
    return descendants(element, *names) if element is not None else iter(())


def _subjects(main: Element) -> Iterator[Subject]:
    seen = set()
    for holder in _under(main, "SubjectCode"):
        for each in _under(holder, *_SUBJECTS):
            code = (each.get("FormalName") or "").rpartition(":")[2]
            if code and code not in seen:
                seen.add(code)
                yield Subject(text(each) or None, code, "medtop" if code.startswith("2000") else "subj")
    for holder in _under(main, "Location"):
        for each in _under(holder, "Property"):
            if each.get("FormalName") in ("City", "Country") and each.get("Value"):
                yield Subject(each.get("Value"), None, None, "place")


def _content(item: Item, main: Element) -> Item:
    texts: list[tuple[int, int, Item]] = []
    media: list[Media] = []
    for part in _under(main, "ContentItem"):
        kind = (_name(child(part, "MediaType")) or "").lower()
        if kind in _PICTURES or (part.get("Href") and kind != "text"):
            media += [found for found in [_media(part, kind)] if found]
            continue
        found = _text(item, part)
        if found.body and _rank(part) == CONTACT:
            item = item.replace(ednotes=(*item.ednotes, DeskOnly(html.to_text(found.body))))
        elif found.body:
            texts.append((_rank(part), len(found.body), found))
    if texts:
        best = max(texts, key=lambda each: each[:2])[2]
        item = best.replace(ednotes=_joined_notes(best.ednotes, item.ednotes))
    return item.replace(media=(*item.media, *_grouped(media)))


def _joined_notes(*notes: tuple[DeskOnly, ...]) -> tuple[DeskOnly, ...]:
    """Notes of several parts, each once."""
    return tuple({note.reveal(): note for each in notes for note in each}.values())


def _rank(part: Element) -> int:
    """How surely this content is the story: by the role of the nearest component that names one."""
    form = (_name(child(part, "Format")) or _name(child(part, "MimeType")) or "").lower()
    if "css" in form:
        return -1
    at = part.getparent()
    while at is not None and local(at) == "NewsComponent":
        role = (_name(child(at, "Role")) or "").lower()
        if role:
            return _ROLES.get(role, 1)
        at = at.getparent()
    return 1


def _text(item: Item, part: Element) -> Item:
    data = next(descendants(part, "DataContent"), None)
    if data is None:
        return item
    inner = next((each for each in data if isinstance(each.tag, str)), None)
    if inner is None:
        return item.replace(body=bodies.from_plain(xml.raw_text(data)))
    whole = inner if local(inner) == "nitf" else _first(data, "nitf")
    if whole is not None:
        return _from_nitf(item, whole)
    notes = tuple(DeskOnly(note) for note in bodies.take_desk_notes(data))
    page = _first(data, "body")
    named = {local(each) for each in data if isinstance(each.tag, str)}
    markup = (
        bodies.from_nitf(_first(data, "body.content") or data) if named & {"media", "block", "body.content"} else ""
    )
    body = markup or bodies.from_xhtml(page if page is not None else data)
    return item.replace(body=body, ednotes=(*item.ednotes, *notes))


def _from_nitf(item: Item, element: Element) -> Item:
    inner = nitf.document(element)
    return item.replace(
        headline=item.headline or inner.headline,
        byline=item.byline or inner.byline,
        creators=item.creators or inner.creators,
        contributors=item.contributors or inner.contributors,
        dateline=item.dateline or inner.dateline,
        copyright_notice=item.copyright_notice or inner.copyright_notice,
        body=inner.body,
        media=inner.media,
        ednotes=(*item.ednotes, *inner.ednotes),
        subjects=item.subjects or inner.subjects,
    )


def _media(part: Element, kind: str) -> Media | None:
    url = (part.get("Href") or "").strip()
    if not url:
        return None
    facts = {(p.get("FormalName") or "").lower(): p.get("Value") or "" for p in _under(part, "Property")}
    holder = _holder(part)
    lines = _first(holder, "NewsLines") if holder is not None else None
    return Media(
        url=url,
        type=_name(child(part, "MimeType"))
        or (f"{kind}/*" if kind not in ("photo", "picture", "graphic") else "image/jpeg"),
        width=_px(facts.get("width")),
        height=_px(facts.get("height")),
        headline=_said(lines, "HeadLine"),
        caption=_caption(holder),
        credit=_said(lines, "CreditLine", "ByLine"),
        rights=_said(lines, "CopyrightLine"),
        provider_id=(holder.get("Euid") or holder.get("Duid")) if holder is not None else None,
    )


def _holder(part: Element) -> Element | None:
    """The component that keeps the renditions of one picture together with its caption."""
    at = part.getparent()
    while at is not None and local(at) == "NewsComponent":
        if _first(at, "NewsLines") is not None or _caption(at):
            return at
        at = at.getparent()
    return None


def _caption(holder: Element | None) -> str | None:
    for component in _under(holder, "NewsComponent"):
        if (_name(child(component, "Role")) or "").lower() == "caption":
            return next((bodies.spoken(each) for each in _under(component, "DataContent")), None)
    return None


def _px(said: str | None) -> int | None:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 6 else None


def _grouped(found: list[Media]) -> Iterator[Media]:
    """One picture in several sizes is one picture: the largest stands for it."""
    groups: dict[object, list[Media]] = {}
    for media in found:
        groups.setdefault(media.provider_id or media.url, []).append(media)
    for sizes in groups.values():
        yield max(sizes, key=lambda m: (m.width or 0) * (m.height or 0))
