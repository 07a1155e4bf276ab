"""What a picture should say of itself wherever it goes: XMP and IIM packets, as IPTC Photo Metadata 2025.1 has them.

Only what readers may see is written. Instructions, places and a camera's serial numbers stay with the original.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

DATA_MINING = "http://ns.useplus.org/ldf/vocab/"
"""Values of `plus:DataMining` begin so (PLUS vocabulary)."""
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""Values of `Iptc4xmpExt:DigitalSourceType` begin so (IPTC NewsCodes)."""

_SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "dc": "http://purl.org/dc/elements/1.1/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
        "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
        "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    }.items()
)
_UTF8 = b"\x1b%G"


@dataclass(frozen=True, slots=True)
class Marks:
    """The words that stay with a printed picture. `data_mining` and `source_type` are the whole addresses."""

    credit: str = ""
    creator: str = ""
    copyright_notice: str = ""
    usage_terms: str = ""
    caption: str = ""
    alt: str = ""
    data_mining: str = ""
    source_type: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)


def xmp(marks: Marks) -> bytes:
    """An XMP packet, for any format."""
    plain = {
        "photoshop:Credit": marks.credit,
        "plus:DataMining": marks.data_mining,
        "Iptc4xmpExt:DigitalSourceType": marks.source_type,
        "xmpRights:Marked": "True" if marks.copyright_notice else "",
    }
    told = {
        "dc:rights": marks.copyright_notice,
        "dc:description": marks.caption,
        "xmpRights:UsageTerms": marks.usage_terms,
        "Iptc4xmpCore:AltTextAccessibility": marks.alt,
    }
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in plain.items() if value)
    inner = "".join(
        f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(value)}</rdf:li></rdf:Alt></{name}>'
        for name, value in told.items()
        if value
    )
    if marks.creator:
        inner += f"<dc:creator><rdf:Seq><rdf:li>{escape(marks.creator)}</rdf:li></rdf:Seq></dc:creator>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {_SPACES}{attributes}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="r"?>'
    ).encode()


def iim(marks: Marks) -> bytes:
    """A JPEG segment (APP13) with the same in IIM, for readers that know no XMP; empty when there is nothing to say."""
    values = (
        (80, marks.creator, 32),
        (110, marks.credit, 32),
        (116, marks.copyright_notice, 128),
        (120, marks.caption, 2000),
    )
    sets = b"".join(_set(2, number, _cut(value, most)) for number, value, most in values if value)
    if not sets:
        return b""
    block = _set(1, 90, _UTF8) + sets
    block += b"\0" * (len(block) % 2)
    resource = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block
    return b"\xff\xed" + struct.pack(">H", len(resource) + 2) + resource


def _set(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def _cut(value: str, most: int) -> bytes:
    """IIM counts bytes; a letter is never cut in two."""
    return value.encode()[:most].decode("utf-8", "ignore").encode()
