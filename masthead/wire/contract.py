"""An `Item` as the JSON contract of `masthead wire parse` shows it.

A desk tool: notes for editors are shown, so this is one of the few places that may `reveal()` them. Fields that
the source does not have are left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from masthead.kit import xml
from masthead.wire.item import Item, Media, Reading

_TIMES = ("embargoed_until", "version_created", "first_created", "published", "updated", "expires")
_TEXTS = (
    "version", "headline", "standfirst", "byline", "pubstatus", "language", "urgency", "slugline",
    "copyright_notice", "credit", "provider", "dateline", "link",
)  # fmt: skip
_LISTS = (
    "creators", "authors", "usage_terms", "copyright_holder", "signals", "keywords", "categories", "genres",
    "located", "corrects", "contains", "warnings",
)  # fmt: skip
_FLAGS = ("embargo_open", "headline_derived", "partial")
_MEDIA = ("url", "type", "width", "height", "headline", "caption", "credit", "alt", "rights", "usage_terms")
_OUTSIDE = frozenset(["table", "aside", "figure", "figcaption", "media", "header", "footer"])


def reading_dict(file: str, reading: Reading, *, raw: bool) -> dict[str, Any]:
    """One line of output: what was read from `file`. `raw` leaves the body out, as the contract says."""
    return {
        "file": file,
        "format": reading.format,
        "items": [item_dict(item, raw=raw) for item in reading.items],
        "errors": list(reading.errors),
    }


def item_dict(item: Item, *, raw: bool) -> dict[str, Any]:
    """The fields of one item under their contract names; times as UTC `YYYY-MM-DDTHH:MM:SSZ`."""
    out: dict[str, Any] = {"type": item.type}
    if item.guid:
        out["derived_id" if item.guid_derived else "guid"] = item.guid
    out |= {name: getattr(item, name) for name in _TEXTS}
    out |= {name: _time(item, name) for name in _TIMES}
    out |= {name: list(getattr(item, name)) for name in _LISTS}
    out |= {name: True for name in _FLAGS if getattr(item, name)}
    out["provider"] = item.provider_code or item.provider
    notices = (item.copyright_notice or "").split("\n")
    out["copyright_notice"] = notices if len(notices) > 1 else notices[0]
    if not raw and not item.authors:
        out["authors"] = [person.name for person in item.contributors if person.role == "writer"]
    out["ednotes"] = [note.reveal() for note in item.ednotes]
    out["medtop_codes"], out["subj_codes"] = list(item.codes("medtop")), list(item.codes("subj"))
    out["media"] = [_media_dict(media) for media in item.media]
    out |= body_facts(item.body, raw=raw)
    if not raw:
        out["body"] = item.body
        out["repairs"] = [repair.rule for repair in item.repairs]
    return {name: value for name, value in out.items() if value not in (None, "", [])}


def body_facts(html: str, *, raw: bool = False) -> dict[str, Any]:
    """Count, first and last text of the paragraphs of running text (not of tables, asides and captions).

    `raw` counts style sheets as text: an editor who asks what the source says should see that it says CSS.
    """
    if not html:
        return {"body_paragraphs": 0}
    body = xml.parse_html(html)
    silent = ("script",) if raw else ("script", "style")
    texts = [said for p in body.iter("p") if _running(p) and (said := paragraph_text(p, silent))]
    if not texts:
        whole = paragraph_text(body, silent)
        return {"body_paragraphs": 0, "body_first": whole, "body_last": whole}
    return {"body_paragraphs": len(texts), "body_first": texts[0], "body_last": texts[-1]}


def paragraph_text(element: xml.Element, silent: tuple[str, ...] = ("script", "style")) -> str:
    """The text as a reader would hear it: line breaks are spaces, the elements named in `silent` say nothing."""
    return xml.fold(_with_tails(element, silent))


def _with_tails(element: xml.Element, silent: tuple[str, ...]) -> str:
    """Text and tails in document order (lxml's itertext, with `br` as a space)."""
    if element.tag in silent:
        return ""
    out = [element.text or ""]
    for part in element:
        out.append(" " if part.tag == "br" else _with_tails(part, silent))
        out.append(part.tail or "")
    return "".join(out)


def _running(paragraph: xml.Element) -> bool:
    if next(paragraph.iterdescendants("p"), None) is not None:
        return False
    return not any(holder.tag in _OUTSIDE for holder in paragraph.iterancestors())


def _time(item: Item, name: str) -> str | None:
    value: datetime | None = getattr(item, name)
    if value is None:
        return None
    return value.strftime("%Y-%m-%dT%H:%M:%S") + ("" if name in item.naive_times else "Z")


def _media_dict(media: Media) -> dict[str, Any]:
    out = {name: getattr(media, name) for name in _MEDIA}
    out["renditions"] = list(media.renditions)
    return {name: value for name, value in out.items() if value not in (None, "", [])}
