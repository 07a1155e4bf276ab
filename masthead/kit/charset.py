"""Which characters do these bytes mean? Repair for documents that declare one charset and hold another.

Order of belief: a byte-order mark, then "these bytes are valid UTF-8" (hardly ever true by accident), then
what the document declares, then a guess. A wrong declaration over UTF-8 bytes is the commonest fault in real
feeds, so the declaration is asked last but one and not first. Latin-1 is read as Windows-1252, as every
browser does: the C1 controls that it would otherwise hold are never meant.
"""

from __future__ import annotations

import codecs
import dataclasses
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE_STARTS = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{2,40})\s*["']""")
_LATIN = frozenset({"latin-1", "iso8859-1", "ascii", "cp1252"})
_SEVEN_BIT = ("iso2022", "hz", "utf-7")
_CP1252_GAPS = b"\x81\x8d\x8f\x90\x9d"
_MOST_STRANGERS = 10_000
_CHUNK = 1 << 20
_SAMPLE = 1 << 16


@dataclasses.dataclass(frozen=True, slots=True)
class Charset:
    """The charset to read with, and the fault found (a sentence for the desk) or None."""

    name: str
    fault: str | None = None


def is_utf8(data: bytes) -> bool:
    """Whether `data` is UTF-8 throughout. Works in chunks: a 22 MB feed must not cost 88 MB to look at."""
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def declared(data: bytes) -> str | None:
    """The codec named in the XML declaration, under Python's name for it; None when none or unknown."""
    found = _DECLARED.search(data[:1024])
    if found is None:
        return None
    try:
        return codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None


def find(data: bytes) -> Charset:
    """The charset that `data` is really in."""
    for mark, name in _BOMS + _BARE_STARTS:
        if data.startswith(mark):
            return Charset(name)
    said = declared(data)
    if is_utf8(data):
        return _over_utf8(said, data)
    if said and said != "utf-8" and said not in _LATIN and _decodes(data, said):
        return Charset(said)
    if said in _LATIN:
        return Charset("cp1252")
    return _guess(data, said)


def decode(data: bytes, charset: Charset) -> str:
    """The text. Bytes that do not fit become what Windows-1252 has there, so that no letter is lost."""
    if charset.name == "cp1252":
        return data.translate(None, _CP1252_GAPS).decode("cp1252")
    text = data.decode(charset.name, "replace")
    if charset.name == "utf-8" and 0 < text.count("\ufffd") <= _MOST_STRANGERS:
        text = data.decode("utf-8", "masthead-cp1252")
    return text.removeprefix("\ufeff")


def _over_utf8(said: str | None, data: bytes) -> Charset:
    if said and said.startswith(_SEVEN_BIT) and data.isascii():
        return Charset(said)
    if said in (None, "utf-8", "ascii") or data.isascii():
        return Charset("utf-8")
    return Charset("utf-8", f"The file says its charset is {said}, but its bytes are UTF-8; they were read as UTF-8.")


def _guess(data: bytes, said: str | None) -> Charset:
    """Nearly all UTF-8 with a few strangers is UTF-8; else ask for the likeliest charset of the language."""
    sample = _telling_sample(data)
    high = sum(byte > 127 for byte in sample)
    if sample.decode("utf-8", "replace").count("\ufffd") * 10 < high:
        return Charset("utf-8", "Some bytes were not valid UTF-8 and were read as Windows-1252.")
    name = _likeliest(sample)
    was = f"says {said}" if said else "names no charset"
    return Charset(name, f"The file {was}, but its bytes are not UTF-8; they were read as {name}.")


def _telling_sample(data: bytes) -> bytes:
    """The stretch that holds the first unusual bytes: a long ASCII head says nothing."""
    first = next((m.start() for m in re.finditer(rb"[\x80-\xff]", data)), 0)
    return data[max(0, first - 200) : first + _SAMPLE]


def _likeliest(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:8192], cp_isolation=["cp1252", "cp1251", "gb18030", "big5", "shift_jis"]).best()
    return best.encoding if best is not None else "cp1252"


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeError, LookupError):
        return False
    return True


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: the bytes that do not fit, read as Windows-1252."""
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    return bad.translate(None, _CP1252_GAPS).decode("cp1252"), error.end


codecs.register_error("masthead-cp1252", _as_cp1252)
