"""NewsML-G2 (IPTC, up to 2.35): news items, packages, news messages, and the other G2 items by their kind.

Catalogs are never fetched. What their schemes mean is known for the IPTC vocabularies by address and by their
customary alias; inline `<catalog>` elements are read, so that an agency's own alias for the Media Topics still
gives `medtop`. Embedded XHTML, NITF and plain text become the body; notes for editors never do.
"""

from __future__ import annotations

from collections.abc import Iterator

from masthead.kit import xml
from masthead.kit.private import DeskOnly
from masthead.kit.xml import Element, child, children, local, text
from masthead.wire.item import Item, Part, PubStatus, Reading, Subject, SubjectKind, UnreadableWire, joined
from masthead.wire.readers import g2_content, g2_people, with_warnings
from masthead.wire.readers.bodies import spoken
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.times import parse_time

FORMAT = "newsml-g2"

_ITEMS = ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "catalogItem", "planningItem")
_TYPES = {
    "packageItem": "composite",
    "conceptItem": "concept",
    "knowledgeItem": "knowledge",
    "catalogItem": "catalog",
    "planningItem": "planning",
}
_STATUS: dict[str, PubStatus] = {
    "usable": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "withdrawn": "canceled",
}
_KINDS: dict[str, SubjectKind] = {
    "person": "person",
    "organisation": "organisation",
    "organization": "organisation",
    "geoarea": "place",
    "poi": "place",
    "event": "event",
}
_SCHEMES = {
    "http://cv.iptc.org/newscodes/mediatopic/": "medtop",
    "http://cv.iptc.org/newscodes/subjectcode/": "subj",
    "http://cv.iptc.org/newscodes/pubstatusg2/": "stat",
    "http://cv.iptc.org/newscodes/ninature/": "ninat",
    "http://cv.iptc.org/newscodes/cpnature/": "cpnat",
    "http://cv.iptc.org/newscodes/signal/": "sig",
    "http://cv.iptc.org/newscodes/genre/": "genre",
}
_TIMES = {"versionCreated": "version_created", "firstCreated": "first_created", "expires": "expires"}

Schemes = dict[str, str]
"""An agency's scheme alias -> our name for the vocabulary it stands for."""


def recognises(delivery: Delivery) -> bool:
    """G2 items by the name of the root element; their namespace is often forgotten or misspelt."""
    return delivery.root[1] in ("newsMessage", *_ITEMS)


def read(delivery: Delivery) -> Reading:
    """Read a G2 document. Items of a message stand alone: a broken one costs a sentence, not its neighbours."""
    parsed = delivery.xml
    schemes = _schemes(parsed.root)
    elements = list(_item_elements(parsed.root))
    if not elements:
        raise UnreadableWire("This NewsML-G2 message holds no items.")
    items: list[Item] = []
    errors: list[str] = []
    for number, element in enumerate(elements, start=1):
        if number == len(elements) and parsed.unfinished(local(element)):
            errors.append(f"The transfer broke off inside item {number}; it is held back until it comes whole.")
            continue
        _try(element, schemes, number, items, errors)
    if not items:
        raise UnreadableWire(errors[0])
    return with_warnings(Reading(FORMAT, tuple(items), tuple(errors)), parsed.faults)


def _try(element: Element, schemes: Schemes, number: int, items: list[Item], errors: list[str]) -> None:
    try:
        items.append(_item(element, schemes))
    except Exception as fault:  # one bad item must not cost its neighbours
        name = element.get("guid") or f"item {number}"
        errors.append(f"{name} could not be read ({type(fault).__name__}).")


def _item_elements(root: Element) -> Iterator[Element]:
    if local(root) in _ITEMS:
        yield root
        return
    for holder in children(root, "itemSet"):
        yield from children(holder, *_ITEMS)


def _item(element: Element, schemes: Schemes) -> Item:
    schemes = schemes | _schemes(element)
    meta = xml.child(element, "itemMeta")
    content = xml.child(element, "contentMeta")
    rights = xml.child(element, "rightsInfo")
    item = _identity(element)
    item = _item_meta(item, meta, schemes) if meta is not None else item
    item = _rights(item, rights) if rights is not None else item
    item = _content_meta(item, content, schemes) if content is not None else item
    item = g2_content.add(item, element, meta, content)
    return item.replace(warnings=_doubts(element))


def _identity(element: Element) -> Item:
    kind = local(element)
    return Item(
        format=FORMAT,
        type=_TYPES.get(kind, "text"),
        guid=(element.get("guid") or "").strip() or None,
        version=_number(element.get("version"), 1),
        language=xml.language(element),
        contains=joined(part.get("residref") for part in xml.descendants(element, "itemRef")),
        parts=tuple(_parts(element)),
    )


def _parts(element: Element) -> Iterator[Part]:
    """The references of a package in its order, each id once."""
    known: set[str] = set()
    for ref in xml.descendants(element, "itemRef"):
        guid = (ref.get("residref") or "").strip()
        if guid and guid not in known:
            known.add(guid)
            headline = next((text(each) for each in children(ref, "headline", "title") if text(each)), None)
            yield Part(guid, headline, _bare_code(child(ref, "itemClass")) or "text")


def _item_meta(item: Item, meta: Element, schemes: Schemes) -> Item:
    provider = child(meta, "provider")
    return _times(item, meta).replace(
        type=_bare_code(child(meta, "itemClass")) or item.type,
        provider=(g2_people.name_of(provider) or g2_people.code_of(provider)) if provider is not None else None,
        provider_code=g2_people.code_of(provider) if provider is not None else None,
        pubstatus=_status(child(meta, "pubStatus")),
        signals=joined(g2_people.code_of(signal) for signal in children(meta, "signal")),
        ednotes=tuple(DeskOnly(note) for note in joined(spoken(n) for n in children(meta, "edNote", "ednote"))),
        corrects=joined(_corrected(meta)),
    )


def _status(element: Element | None) -> PubStatus:
    """The standard's default is usable; a status that we do not know is held for an editor."""
    code = _bare_code(element)
    return _STATUS.get(code.lower(), "withheld") if code else "usable"


def _corrected(meta: Element) -> Iterator[str | None]:
    for link in children(meta, "link"):
        if (link.get("rel") or "").endswith(":previousVersion"):
            yield link.get("residref") or link.get("href")


def _times(item: Item, meta: Element) -> Item:
    found: dict[str, object] = {}
    naive: list[str] = []
    for element in sorted(children(meta, "embargoed", *_TIMES), key=_concerns_web):
        name = _TIMES.get(local(element), "embargoed_until")
        moment = parse_time(text(element))
        if moment is not None:
            found[name] = moment.value
            naive += [name] if moment.naive else []
        elif local(element) == "embargoed":
            found["embargo_open"] = True  # embargoed, but not until when: an editor must lift it
    return item.replace(**found, naive_times=tuple(naive))


def _concerns_web(element: Element) -> int:
    """Sort key. Of several expiry times the one said to be for the web goes last, and so wins."""
    constraint = element.get("pubconstraint") or ""
    return 2 if "web" in constraint else 0 if constraint else 1


def _rights(item: Item, rights: Element) -> Item:
    notices = joined(text(notice) for notice in children(rights, "copyrightNotice"))
    return item.replace(
        usage_terms=joined(text(terms) for terms in children(rights, "usageTerms")),
        copyright_notice="\n".join(notices) or None,
        copyright_holder=joined(_holder(h) for h in children(rights, "copyrightHolder")),
    )


def _holder(holder: Element) -> str | None:
    return g2_people.name_of(holder) or g2_people.code_of(holder)


def _content_meta(item: Item, content: Element, schemes: Schemes) -> Item:
    language = child(content, "language")
    return g2_people.add(
        item.replace(
            headline=_headline(content),
            language=item.language or (language.get("tag") if language is not None else None),
            urgency=_number(text(child(content, "urgency")), None),
            slugline=_first(content, "slugline"),
            credit=_first(content, "creditline"),
            dateline=_first(content, "dateline"),
            byline=_first(content, "by"),
            standfirst=g2_content.description(content, ("summary", "teaser", "abstract", "intro", "")),
            subjects=tuple(_subject(subject, schemes, item.language) for subject in children(content, "subject")),
            keywords=joined(text(keyword) for keyword in children(content, "keyword")),
            genres=joined(g2_people.code_of(genre) for genre in children(content, "genre")),
            located=joined(g2_people.name_of(place) or place.get("literal") for place in children(content, "located")),
        ),
        content,
    )


def _first(content: Element, name: str) -> str | None:
    return next((said for part in children(content, name) if (said := text(part))), None)


def _headline(content: Element) -> str | None:
    """The headline of the lowest rank; among equals one that is no subtitle, then the first."""
    found = [(_headline_order(part), said) for part in children(content, "headline") if (said := text(part))]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _headline_order(headline: Element) -> tuple[bool, int]:
    role = (headline.get("role") or "").lower()
    return "sub" in role, _number(headline.get("rank"), 1) or 1


def _subject(subject: Element, schemes: Schemes, language: str | None) -> Subject:
    scheme, code = _coded(subject, schemes)
    name = g2_people.name_of(subject, language)
    kind = (subject.get("type") or "").rpartition(":")[2].lower()
    return Subject(
        name=name if code else name or subject.get("literal"),
        code=code,
        scheme=scheme,
        kind=_KINDS.get(kind, "subject"),
    )


def _coded(element: Element, schemes: Schemes) -> tuple[str | None, str | None]:
    """Scheme and code of a controlled value, from its QCode or, for IPTC vocabularies, its URI."""
    alias, colon, code = (element.get("qcode") or "").strip().partition(":")
    if colon:
        return schemes.get(alias, alias), code
    uri = (element.get("uri") or "").strip()
    for start, scheme in _SCHEMES.items():
        if uri.startswith(start):
            return scheme, uri[len(start) :].strip("/")
    return None, None


def _schemes(element: Element) -> Schemes:
    """Aliases declared in the document's own catalogs that stand for a vocabulary we know."""
    found: Schemes = {}
    for holder in (element, *children(element, "header")):
        for catalog in children(holder, "catalog"):
            for scheme in children(catalog, "scheme"):
                known = _SCHEMES.get((scheme.get("uri") or "").strip())
                if known:
                    found[(scheme.get("alias") or "").strip()] = known
    return found


def _bare_code(element: Element | None) -> str | None:
    """The code without its scheme: `text` for `ninat:text` and for `http://cv.iptc.org/newscodes/ninature/text`."""
    if element is None:
        return None
    value = (element.get("qcode") or element.get("uri") or element.get("literal") or "").strip()
    return value.rstrip("/").replace("/", ":").rpartition(":")[2] or None


def _number(value: str | None, default: int | None) -> int | None:
    try:
        return int((value or "").strip())
    except ValueError:
        return default


def _doubts(element: Element) -> tuple[str, ...]:
    """What the standard calls invalid although it can be read: a reason for an editor to look first."""
    if next(children(element, "catalog", "catalogRef"), None) is not None:
        return ()
    parent = element.getparent()
    grandparent = parent.getparent() if parent is not None else None
    header = child(grandparent, "header") if grandparent is not None else None
    if header is not None and child(header, "catalogRef", "catalog") is not None:
        return ()
    if any(part.get("qcode") for part in element.iter()):
        return ("The item uses codes but names no catalog for them; the standard calls it invalid.",)
    return ()
