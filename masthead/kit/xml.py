"""XML from strangers. The only module of the house that touches lxml.

`parse` never loads a DTD, never opens a socket or a file, never expands a declared entity that holds more than
a few plain characters, and refuses in one sentence what it will not read. A document type declaration does not
even reach the parser: it is taken off first. Documents that are nearly XML (bare ampersands, HTML entities,
attributes without quotes, undeclared prefixes, a wrong charset) are mended in ways that lose nothing, then
read strictly; only what is still broken is read in recover mode, and `Parsed.faults` says so.

Measured limits: `MAX_BYTES` and `MAX_MEMORY` keep any input below two seconds and 256 MB of memory.
"""

from __future__ import annotations

import dataclasses
import functools
import html.entities
import re
from collections.abc import Iterator, Mapping
from html import escape

from lxml import etree

from masthead.kit import charset

Element = etree._Element
"""The element type, for annotations in rooms that may not import lxml."""

MAX_BYTES = 32 * 1024 * 1024
MAX_MEMORY = 150 * 1024 * 1024
_MEND_BYTES = 8 * 1024 * 1024
_MEND_TOKENS = 1_000_000
_MAX_ENTITY = 200
_MAX_SUBSET = 20_000

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)


class RefusedXml(ValueError):
    """These bytes are not read as XML. The message is one sentence for an editor."""


@dataclasses.dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed document: its root, the faults found on the way (sentences), whether it had to be recovered.

    `rest` holds the source when the document breaks off before its root element is closed.
    """

    root: Element
    faults: tuple[str, ...] = ()
    recovered: bool = False
    rest: bytes = b""

    def unfinished(self, name: str) -> bool:
        """Whether the document breaks off inside its last element of this local name: half a story is none."""
        if not self.rest:
            return False
        opened = closed = -1
        for tag in re.finditer(rb"<(/?)(?:[\w.-]+:)?" + re.escape(name.encode()) + rb"[\s/>]", self.rest):
            opened, closed = (opened, tag.start()) if tag[1] else (tag.start(), closed)
        return opened > closed


def parse(data: bytes) -> Parsed:
    """Parse XML of any charset and any degree of sloppiness, safely.

    Raises `RefusedXml` for documents that are too large, define entities to be expanded, or are no XML at all.
    """
    found = charset.find(_within_limits(data))
    source = _in_utf8(data, found)
    source, entities = _without_prolog(source)
    _refuse_swarm(source)
    faults = (found.fault,) if found.fault else ()
    if not entities:
        root = _strictly(source)
        if root is not None:
            return Parsed(root, faults)
    mended = _mend(source, entities) if _worth_mending(source) else source
    root = _strictly(mended)
    if root is not None:
        return Parsed(root, faults)
    return _recovered(mended, faults)


def parse_html(text: str) -> Element:
    """The `body` element of an HTML fragment (libxml2's HTML parser; nothing is fetched)."""
    parser = etree.HTMLParser(
        recover=True,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
        encoding="utf-8",
    )
    shell = f"<html><body>{text}</body></html>".encode("utf-8", "replace").translate(None, _CONTROLS)
    root = etree.fromstring(shell.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b""), parser)
    body = root.find("body") if root is not None else None
    return body if body is not None else etree.Element("body")


# -- names and text ---------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=8192)
def split_name(tag: object) -> tuple[str, str]:
    """`(namespace, local name)` of an lxml tag; `("", "")` for comments and entities.

    A prefix that the document never declared stands in for the namespace: `dc:creator` gives `("dc", "creator")`.
    """
    if not isinstance(tag, str):
        return "", ""
    if tag.startswith("{"):
        space, _, local = tag[1:].partition("}")
        return space, local
    prefix, colon, local = tag.partition(":")
    return (prefix, local) if colon else ("", tag)


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return split_name(element.tag)[1]


def namespace(element: Element) -> str:
    """The element's namespace address, or the undeclared prefix, or the empty string."""
    return split_name(element.tag)[0]


def children(element: Element, *names: str) -> Iterator[Element]:
    """Child elements, of any namespace, with one of these local names (all of them when none is given)."""
    for child in element:
        name = local(child)
        if name and (not names or name in names):
            yield child


def child(element: Element, *names: str) -> Element | None:
    """The first child with one of these local names, whatever its namespace."""
    return next(children(element, *names), None)


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """Descendants with one of these local names, in document order, whatever their namespace."""
    for found in element.iter():
        if found is not element and local(found) in names:
            yield found


def text(element: Element | None) -> str:
    """All text inside the element, white space folded; the empty string for None."""
    if element is None:
        return ""
    if not len(element):
        return fold(element.text or "")
    return fold("".join(map(str, element.itertext())))


def raw_text(element: Element | None) -> str:
    """All text inside the element exactly as it stands."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    return "".join(map(str, element.itertext()))


def fold(value: str) -> str:
    """White space (line ends, tabs, no-break spaces) folded to single spaces, ends trimmed."""
    return " ".join(value.split())


def attribute(element: Element, name: str) -> str | None:
    """An attribute by local name in any namespace, stripped; None when absent or empty."""
    value: object = element.get(name)
    if value is None:
        value = next((v for k, v in element.attrib.items() if split_name(k)[1] == name), None)
    return str(value).strip() or None if value is not None else None


def language(element: Element) -> str | None:
    """The nearest `xml:lang`, on the element itself or on one that holds it."""
    place: Element | None = element
    while place is not None:
        found = place.get("{http://www.w3.org/XML/1998/namespace}lang")
        if found:
            return str(found)
        place = place.getparent()
    return None


# -- to HTML ----------------------------------------------------------------------------------------------


def inner_html(
    element: Element,
    *,
    rename: Mapping[str, str] | None = None,
    drop: frozenset[str] = frozenset(),
) -> str:
    """The element's contents as HTML, without namespaces.

    Args:
        rename: local name -> HTML name; a name mapped to "" loses its tags and keeps its contents.
        drop: local names that vanish with all they hold.

    The result is markup as sent, not clean markup: nothing here makes it safe to show.
    """
    out: list[str] = [escape(element.text or "", quote=False)]
    for part in element:
        _write(part, rename or {}, drop, out)
    return "".join(out).strip()


def outer_html(
    element: Element,
    *,
    rename: Mapping[str, str] | None = None,
    drop: frozenset[str] = frozenset(),
) -> str:
    """Like `inner_html`, with the element's own tags and without the text that follows it."""
    out: list[str] = []
    _write(element, rename or {}, drop, out, tail=False)
    return "".join(out).strip()


def _write(
    element: Element, rename: Mapping[str, str], drop: frozenset[str], out: list[str], *, tail: bool = True
) -> None:
    name = local(element)
    if name and name not in drop:
        name = rename.get(name, name)
        if name:
            out.append(_opening(element, name))
        if element.text:
            out.append(escape(element.text, quote=False))
        for part in element:
            _write(part, rename, drop, out)
        if name and name not in VOID:
            out.append(f"</{name}>")
    if tail and element.tail:
        out.append(escape(element.tail, quote=False))


def _opening(element: Element, name: str) -> str:
    pairs = "".join(
        f' {split_name(key)[1]}="{escape(str(value))}"' for key, value in element.attrib.items() if _plain(key)
    )
    return f"<{name}{pairs}>"


def _plain(key: object) -> bool:
    return split_name(key)[0] in ("", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/1999/xhtml")


# -- reading ----------------------------------------------------------------------------------------------


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _strictly(source: bytes) -> Element | None:
    try:
        return etree.fromstring(source, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _recovered(source: bytes, faults: tuple[str, ...]) -> Parsed:
    try:
        root = etree.fromstring(source, _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise RefusedXml("This file is not XML.")
    fault = "The file is not well-formed XML; what could be read was read."
    closing = re.search(rb"</(?:[\w.-]+:)?" + re.escape(local(root).encode()) + rb"\s*>", source[-4096:])
    return Parsed(root, (*faults, fault), recovered=True, rest=b"" if closing else source)


def _within_limits(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise RefusedXml(f"The file is larger than {MAX_BYTES // 2**20} MB; it was not read.")
    if not data.strip():
        raise RefusedXml("The file is empty.")
    return data


def _in_utf8(data: bytes, found: charset.Charset) -> bytes:
    """The document in UTF-8 from its first `<` on (marks and white space before it are against the rules)."""
    if (found.name == "utf-8" and found.fault is None) or charset.is_utf8(data):
        source = data.removeprefix(b"\xef\xbb\xbf") if found.name == "utf-8" else _transcoded(data, found)
    else:
        source = _transcoded(data, found)
    return source.lstrip(b"\xef\xbb\xbf \t\r\n\x00")


def _transcoded(data: bytes, found: charset.Charset) -> bytes:
    return charset.decode(data, found).encode("utf-8", "replace")


_ELEMENT_COST = 190
_ATTRIBUTE_COST = 110
_CDATA = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)


def _refuse_swarm(source: bytes) -> None:
    """Millions of tiny elements cost thirty times their size in memory: refuse before the parser builds them."""
    if len(source) * (_ELEMENT_COST + 1) <= MAX_MEMORY:
        return
    if _tree_cost(source) > MAX_MEMORY and _tree_cost(_CDATA.sub(b"", source)) > MAX_MEMORY:
        raise RefusedXml("The file holds too many elements to be a news file; it was not read.")


def _tree_cost(source: bytes) -> int:
    elements = source.count(b"<") - source.count(b"</")
    attributes = source.count(b'="') + source.count(b"='")
    return elements * _ELEMENT_COST + attributes * _ATTRIBUTE_COST + len(source)


# -- the prolog -------------------------------------------------------------------------------------------

_PROLOG_PART = re.compile(rb"\s+|<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_MOST_PROLOG_PARTS = 500
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[(.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(
    rb"""<!ENTITY\s+(?P<percent>%\s+)?(?P<name>[^\s%]+)\s+(?:(?P<outside>SYSTEM|PUBLIC)\b|(?P<quote>["'])(?P<value>.*?)(?P=quote))""",
    re.DOTALL,
)


def _without_prolog(source: bytes) -> tuple[bytes, dict[str, str]]:
    """The document from its root element on, and the harmless entities that its DOCTYPE declared."""
    end = _prolog_end(source, 0)
    doctype = _DOCTYPE.match(source, end)
    if doctype is None:
        return source[end:] if end else source, {}
    entities = _entities(doctype[1] or b"")
    return source[_prolog_end(source, doctype.end()) :], entities


def _prolog_end(source: bytes, start: int) -> int:
    for _ in range(_MOST_PROLOG_PARTS):
        found = _PROLOG_PART.match(source, start)
        if found is None:
            break
        start = found.end()
    return start


def _entities(subset: bytes) -> dict[str, str]:
    if len(subset) > _MAX_SUBSET:
        raise RefusedXml("The file declares too many entities to be a news file; it was refused.")
    found: dict[str, str] = {}
    for entity in _ENTITY.finditer(subset):
        if entity["percent"]:
            continue  # an outside DTD (NITF, RSS 0.91): never loaded, nothing lost
        if entity["outside"]:
            raise RefusedXml("The file asks for another file to be read into it; it was refused.")
        found[entity["name"].decode("utf-8", "replace")] = _harmless(entity["value"] or b"")
    return found


_NESTED = re.compile(rb"[<%]|&(?!#\d{1,7};|#x[0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)")
_CHAR_MARKUP = re.compile(rb"&#(?:0*60|0*38|[xX]0*3[cC]|[xX]0*26);")


def _harmless(value: bytes) -> str:
    """The value of a plain abbreviation. One that holds markup or other entities is a bomb until proven else."""
    if len(value) > _MAX_ENTITY or _NESTED.search(value) or _CHAR_MARKUP.search(value):
        raise RefusedXml("The file defines entities that expand to more text or markup; it was refused.")
    return value.decode("utf-8", "replace")


# -- mending ----------------------------------------------------------------------------------------------

_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_REFERENCE = r"&(?P<ref>#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9._-]{0,40};)?"
_REFERENCES = re.compile(_REFERENCE)
_TOKENS = re.compile(
    # Unclosed sections run to the end: looking for their ends from every start would be quadratic.
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|(?P<tag><[A-Za-z][^<>]{0,4000}>)|" + _REFERENCE,
    re.DOTALL,
)
_QUOTING = re.compile(r"""("[^"]*"|'[^']*')|=([^\s"'<>]+?)(?=\s|/?>)""")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


_CONTROLS = bytes((*range(9), 11, 12, *range(14, 32)))


def _printable(value: str) -> str:
    return _UNPRINTABLE.sub("", value)


def _worth_mending(source: bytes) -> bool:
    """Mending costs about half a microsecond a tag or `&`; past these sizes recover mode has to do."""
    return len(source) <= _MEND_BYTES and source.count(b"&") + source.count(b"<") <= _MEND_TOKENS


class _Mender:
    """Puts the commonest faults right, and keeps count of what declared entities add."""

    def __init__(self, entities: Mapping[str, str], room: int) -> None:
        self.entities = entities
        self.room = room

    def token(self, token: re.Match[str]) -> str:
        """A start tag, a reference, or a section that stays as it is."""
        if token["tag"] is not None:
            return _REFERENCES.sub(self.reference, _requoted(token["tag"]))
        return self.reference(token) if token[0].startswith("&") else token[0]

    def reference(self, token: re.Match[str]) -> str:
        """The mended form of `&`, `&nbsp;`, `&#8217;`..."""
        new = _reference(token["ref"], self.entities)
        if token["ref"] is not None:
            self.room -= len(new) - len(token[0])
        if self.room < 0:
            raise RefusedXml("The file defines entities that expand to more text or markup; it was refused.")
        return new


def _mend(source: bytes, entities: Mapping[str, str]) -> bytes:
    """The document with the commonest faults put right. Nothing that a reader could read is taken away."""
    whole = _printable(source.decode("utf-8", "replace"))
    mender = _Mender(entities, room=len(source) + 100_000)
    return _TOKENS.sub(mender.token, whole).encode("utf-8", "replace")


def _reference(ref: str | None, entities: Mapping[str, str]) -> str:
    if ref is None:
        return "&amp;"
    if ref.startswith("#"):
        return f"&{ref.lower()}" if _is_xml_char(ref) else ""
    name = ref[:-1]
    if name in _XML_NAMES:
        return f"&{ref}"
    if name in entities:
        return entities[name]
    known = html.entities.html5.get(ref)
    return escape(known) if known is not None else f"&amp;{ref}"


def _is_xml_char(ref: str) -> bool:
    code = int(ref[2:-1], 16) if ref[1] in "xX" else int(ref[1:-1])
    return code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _requoted(tag: str) -> str:
    return _QUOTING.sub(lambda m: m[1] or f'="{m[2]}"', tag)
