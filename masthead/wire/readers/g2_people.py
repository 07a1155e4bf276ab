"""NewsML-G2: who made the item, and how G2 writes a name or a code."""

from __future__ import annotations

from masthead.kit.xml import Element, child, children, text
from masthead.wire.item import Contributor, Item, joined

_ROLES = (
    ("phot", "photographer"),
    ("transl", "translator"),
    ("descr", "editor"),
    ("edit", "editor"),
    ("ed", "editor"),
)
_ORGANISATIONS = ("source", "origprov", "technicalorigin", "distributor", "redistributor", "enhancer")


def name_of(element: Element | None, language: str | None = None) -> str | None:
    """The element's `<name>`: the one in `language` when there is one, else the first."""
    if element is None:
        return None
    names = [part for part in children(element, "name") if text(part)]
    if not names:
        return None
    ours = [part for part in names if language and _same(part.get(_LANG), language)]
    return text((ours or names)[0])


_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _same(tag: str | None, language: str) -> bool:
    return bool(tag) and str(tag).split("-")[0].lower() == language.split("-")[0].lower()


def code_of(element: Element | None) -> str | None:
    """The value as the source writes it: QCode, else literal, else URI, else name."""
    if element is None:
        return None
    for attribute in ("qcode", "literal", "uri"):
        value = (element.get(attribute) or "").strip()
        if value:
            return value
    return name_of(element) or text(element) or None


def add(item: Item, content: Element) -> Item:
    """The item with its creators (as the source names them) and its contributors (persons, with roles)."""
    creators = list(children(content, "creator"))
    contributors = list(children(content, "contributor"))
    people = [_person(c, "writer") for c in creators] + [_person(c, "contributor") for c in contributors]
    sources = [_source(info) for info in children(content, "infoSource")]
    return item.replace(
        creators=joined(_creator(c) for c in creators),
        contributors=tuple(dict.fromkeys(p for p in (*people, *sources) if p is not None)),
    )


def _creator(element: Element) -> str | None:
    return name_of(element) or (element.get("literal") or "").strip() or code_of(element)


def _person(element: Element, default: str) -> Contributor | None:
    name = name_of(element) or (element.get("literal") or "").strip()
    role = _role(element, default)
    if role is None or not _is_persons_name(name):
        return None
    details = child(element, "personDetails", "organisationDetails")
    holder = child(details, "affiliation") if details is not None else None
    return Contributor(name, role, organisation=name_of(holder), job_title=element.get("jobtitle"))


def _role(element: Element, default: str) -> str | None:
    """Our word for the G2 role; None when the role says that this is a company and no person."""
    said = (element.get("role") or "").rpartition(":")[2].lower()
    code = (element.get("qcode") or "") if not said else ""
    said = said or (code.rpartition(":")[2].lower() if code.startswith("crol:") else "")
    if said in _ORGANISATIONS:
        return None
    return next((role for part, role in _ROLES if said.startswith(part)), default)


def _is_persons_name(name: str) -> bool:
    """Initials, log-in names and codes ("dw", "tholl.gregor", "ADM") credit nobody in public."""
    return " " in name and not any(mark in name for mark in "@/:;") and not name.islower()


def _source(info: Element) -> Contributor | None:
    name = name_of(info) or (info.get("literal") or "").strip()
    return Contributor(name, "source") if name else None
