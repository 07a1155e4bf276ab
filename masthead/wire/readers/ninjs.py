"""ninjs 1.x, 2.x and 3.x (IPTC), and the dialects of BBC, TT, NTB and Superdesk, told apart by shape alone.

1.x keeps `body_html`, `headline`, renditions and associations keyed by name; 2.x has arrays with roles; 3.x the same
in camelCase. One reader asks for every spelling.
"""

from __future__ import annotations

from typing import Any, cast

from masthead.wire.item import (
    Contributor,
    Item,
    Media,
    Part,
    PubStatus,
    Reading,
    Subject,
    SubjectKind,
    UnreadableWire,
    joined,
)
from masthead.wire.readers.bodies import from_plain
from masthead.wire.readers.delivery import Delivery
from masthead.wire.readers.json_values import Object, first, notes, number, objects, text, texts, times, walk

FORMAT = "ninjs"

_MARKS = {"guid", "type", "versioncreated", "versionCreated", "pubstatus", "pubStatus", "headline", "headlines"}
_LISTS = ("items", "item", "_items", "")
_STATUS = {
    "usable": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "killed": "canceled",
}
TIMES = {
    "version_created": ("versioncreated", "versionCreated", "versioncreatedate"),
    "first_created": ("firstcreated", "firstCreated", "contentcreated", "contentCreated"),
    "published": ("published", "publishedDate"),
    "updated": ("updated",),
    "embargoed_until": ("embargoed", "embargoedUntil", "embargoeduntil"),
    "expires": ("expires", "expiry"),
}
_KINDS: dict[SubjectKind, tuple[str, ...]] = {
    "subject": ("subject", "subjects"),
    "person": ("person", "people", "persons"),
    "organisation": ("organisation", "organisations", "organization"),
    "place": ("place", "places"),
    "event": ("event", "events"),
}
MOST_ITEMS = 5_000


def recognises(delivery: Delivery) -> bool:
    """Any JSON with an object that has an address (the one thing ninjs demands) or two other marks of ninjs."""
    try:
        return any(_is_item(obj) for obj in walk(delivery.json, *_LISTS))
    except UnreadableWire:
        return False


def read(delivery: Delivery) -> Reading:
    """The items of one ninjs object, an array of them, or a list answer. Raises UnreadableWire."""
    found = [obj for obj in walk(delivery.json, *_LISTS) if _is_item(obj)]
    items = tuple(item_of(obj) for obj in found[:MOST_ITEMS])
    errors = (f"Only the first {MOST_ITEMS} items were read.",) if len(found) > MOST_ITEMS else ()
    return Reading(FORMAT, items, errors)


def _is_item(obj: Object) -> bool:
    return isinstance(obj.get("uri"), str) or len(_MARKS & obj.keys()) >= 2


def item_of(obj: Object) -> Item:
    """One ninjs object as an item."""
    body = body_of(obj)
    embargo = first(obj, *TIMES["embargoed_until"])
    moments = times(obj, TIMES)
    media = tuple(media_of(each) for each in _associated(obj) if _shown(each))
    own = media_of(obj) if _shown(obj) else None
    return Item(
        format=FORMAT,
        type=_type(obj),
        guid=first(obj, "guid", "uri", "id", "_id"),
        version=number(obj.get("version")),
        headline=headline_of(obj),
        standfirst=_described(obj, "description_html", "description_text", "descriptions", "description", "abstract"),
        byline=first(obj, "byline", "by"),
        authors=texts(obj.get("authors")),
        contributors=_credited(obj),
        pubstatus=pubstatus(obj),
        embargo_open=_embargo_without_time(obj, embargo, moments),
        language=first(obj, "language"),
        urgency=number(obj.get("urgency")),
        slugline=first(obj, "slugline", "slug"),
        usage_terms=texts(obj.get("usageterms") or obj.get("usageTerms")),
        copyright_notice=_folded(obj.get("copyrightnotice") or obj.get("copyrightNotice")),
        copyright_holder=texts(obj.get("copyrightholder") or obj.get("copyrightHolder")),
        credit=first(obj, "creditline", "creditLine", "description_creditline"),
        ednotes=notes(obj.get("ednote") or obj.get("edNote"), obj.get("desknotes")),
        signals=texts(obj.get("signal") or obj.get("signals")),
        subjects=subjects_of(obj),
        keywords=texts(obj.get("keywords")),
        categories=texts(obj.get("service") or obj.get("services")),
        genres=_genres(obj),
        provider=_provider(obj),
        dateline=first(obj, "located", "dateline"),
        located=texts(obj.get("located")),
        link=_link(obj),
        body=body,
        media=(own, *media) if own else media,
        contains=tuple(g for each in _associated(obj) if not _shown(each) and (g := first(each, "guid", "uri"))),
        parts=_parts(obj),
        **moments,
    )


def _parts(obj: Object) -> tuple[Part, ...]:
    found: dict[str, Part] = {}
    for each in _associated(obj):
        guid = first(each, "guid", "uri")
        if guid and not _shown(each):
            found.setdefault(guid, Part(guid, headline_of(each), first(each, "type") or "text"))
    return tuple(found.values())


def _type(obj: Object) -> str:
    said = (first(obj, "type") or "text").lower()
    return "text" if said in ("text", "story", "article", "composite") else said


def pubstatus(obj: Object) -> PubStatus:
    """usable where the source is silent or says something that no order is."""
    return cast(
        PubStatus, _STATUS.get((first(obj, "pubstatus", "pubStatus") or "usable").lower().rpartition(":")[2], "usable")
    )


def _embargo_without_time(obj: Object, said: str | None, moments: Object) -> bool:
    named = any(name in obj and obj[name] is not None for name in TIMES["embargoed_until"])
    status = (first(obj, "pubstatus", "pubStatus") or "").lower()
    return (named or bool(said) or status == "embargoed") and "embargoed_until" not in moments


def headline_of(obj: Object) -> str | None:
    """The main headline: the plain field, else that of the main role, else the first."""
    return _described(obj, "headline", "headline_main", "headlines", "title", "name")


def _described(obj: Object, *names: str) -> str | None:
    for name in names:
        value = obj.get(name)
        said = _main(value) if isinstance(value, list) else text(value)
        if said:
            return said
    return None


def _main(values: list[Any]) -> str | None:
    found = [each for each in values if isinstance(each, dict) and text(each.get("value"))]
    best = next((each for each in found if each.get("role") == "main"), found[0] if found else None)
    return text(best["value"]) if best else next((said for each in values if (said := text(each))), None)


def body_of(obj: Object) -> str:
    """The fullest form of the text as HTML: XHTML or HTML before plain text."""
    markup = first(obj, "body_xhtml", "body_html", "body_html5")
    if markup:
        return markup
    bodies = objects(obj.get("bodies"))
    marked = [each for each in bodies if "html" in (first(each, "contenttype", "contentType", "role") or "")]
    chosen = next((each for each in [*marked, *bodies] if text(each.get("value"))), None)
    if chosen:
        said = text(chosen["value"]) or ""
        return said if chosen in marked else from_plain(said)
    plain = first(obj, "body_text", "body", "body_plain")
    others = [value for name, value in obj.items() if name.startswith("body_") and isinstance(value, str)]
    return from_plain(plain or (others[0] if others else ""))


def _credited(obj: Object) -> tuple[Contributor, ...]:
    people = []
    for each in objects(obj.get("authors")) if isinstance(obj.get("authors"), list) else []:
        name = first(each, "name")
        if name:
            people.append(Contributor(name, first(each, "role") or "writer", job_title=first(each, "jobtitle")))
    return tuple(people)


def subjects_of(obj: Object) -> tuple[Subject, ...]:
    """What it is about, of every kind, with Media Topics and Subject Codes recognised by their addresses."""
    found: list[Subject] = []
    for kind, names in _KINDS.items():
        for name in names:
            value = obj.get(name)
            found += [_subject(each, kind) for each in (objects(value) if isinstance(value, list) else [])]
    return tuple(found)


def _subject(each: Object, kind: SubjectKind) -> Subject:
    said = first(each, "code", "literal", "qcode", "uri") or ""
    address = f"{first(each, 'scheme') or ''} {first(each, 'uri') or ''} {said}".lower()
    code = said.rpartition("/")[2].rpartition(":")[2]
    scheme = "medtop" if "medtop" in address or "mediatopic" in address else None
    if scheme is None and (len(code) == 8 and code.isdigit()):
        scheme = "medtop" if code.startswith("2000") else "subj"
    return Subject(first(each, "name", "title", "prefLabel"), code or None, scheme, kind)


def _associated(obj: Object) -> list[Object]:
    value = obj.get("associations") or obj.get("association")
    if isinstance(value, list):
        # Superdesk and BBC also send [{"feature": {...}}].
        return [inner for each in objects(value) for inner in ([each] if _named(each) else objects(each))]
    return [each for each in objects(value) if each is not value] if isinstance(value, dict) else []


def _named(each: Object) -> bool:
    return bool({"type", "uri", "guid", "renditions", "headline"} & each.keys())


def _shown(each: Object) -> bool:
    return (first(each, "type") or "") in ("picture", "image", "photo", "graphic", "video", "audio")


def media_of(each: Object) -> Media:
    """A picture, with the largest of its renditions and the addresses of all."""
    renditions = [r for r in objects(each.get("renditions")) if first(r, "href", "url", "media")]
    best = max(
        renditions, key=lambda r: ((number(r.get("width")) or 0), (number(r.get("sizeinbytes")) or 0)), default={}
    )
    caption = _described(each, "description_text", "descriptions", "description_html", "description_caption", "caption")
    return Media(
        url=first(best, "href", "url", "media") or first(each, "href", "url"),
        type=first(best, "mimetype", "contenttype", "contentType", "mimeType") or first(each, "mimetype", "mimeType"),
        width=number(best.get("width")),
        height=number(best.get("height")),
        headline=headline_of(each),
        caption=caption,
        credit=first(each, "creditline", "creditLine", "description_creditline", "byline", "by"),
        photographer=first(each, "byline", "by"),
        alt=first(each, "altText", "alttext", "alt_text"),
        rights=first(each, "copyrightnotice", "copyrightNotice", "copyrightholder", "copyrightHolder"),
        usage_terms="\n".join(texts(each.get("usageterms") or each.get("usageTerms"))) or None,
        provider_id=first(each, "guid", "uri"),
        renditions=joined(first(r, "href", "url") for r in renditions),
    )


def _folded(value: Any) -> str | None:
    return " ".join(" ".join(texts(value)).split()) or None


def _genres(obj: Object) -> tuple[str, ...]:
    """Names and codes both: agencies' rules are written in either."""
    rows = [each for name in ("genre", "genres") if isinstance(obj.get(name), list) for each in obj[name]]
    named = [first(each, key) for each in rows if isinstance(each, dict) for key in ("name", "code", "uri")]
    return joined([*named, *(text(each) for each in rows)])


def _provider(obj: Object) -> str | None:
    sources = [*texts(obj.get("infosource") or obj.get("infosources") or obj.get("infoSources"))]
    return first(obj, "provider", "source") or (sources[0] if sources else None)


def _link(obj: Object) -> str | None:
    for each in objects(obj.get("link") or obj.get("links")):
        if (first(each, "rel") or "") in ("canonical", "alternate", ""):
            return first(each, "href", "url")
    uri = first(obj, "href", "url", "canonicalUrl")
    return uri if uri and uri.startswith("http") else None
