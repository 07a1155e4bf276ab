"""The one door to Pillow: pictures are opened, measured and made smaller here, and nowhere else.

A picture is refused from its header when it would unpack to more than `MAX_PIXELS`; nothing is decoded before.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw, ImageFont, ImageOps, IptcImagePlugin, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from masthead.kit import marking, xml

MAX_PIXELS = 80_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF")


class BadPicture(ValueError):
    """The bytes are no picture that we take. The message is the sentence for the editor."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Width and height in pixels, upright, and the MIME type."""

    width: int
    height: int
    mime: str


def _open(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError):
        raise BadPicture("The file is not a picture that can be read (JPEG, PNG, WebP, GIF, TIFF or AVIF).") from None
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise BadPicture(f"The picture has {width} × {height} pixels; the limit is {MAX_PIXELS // 1_000_000} million.")
    return picture


def measure(data: bytes) -> Measure:
    """Read size and type from the header only. Raises BadPicture."""
    picture = _open(data)
    width, height = picture.size
    if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):
        width, height = height, width
    return Measure(width, height, Image.MIME.get(picture.format or "", "application/octet-stream"))


_IIM = {
    5: "object_name",
    10: "urgency",
    15: "category",
    25: "keywords",
    40: "instructions",
    55: "date_created",
    60: "time_created",
    80: "creator",
    85: "creator_title",
    90: "city",
    95: "state",
    101: "country",
    103: "job_id",
    105: "headline",
    110: "credit",
    115: "source",
    116: "copyright_notice",
    120: "caption",
    122: "caption_writer",
}
"""Data sets of IIM record 2, by number (IPTC IIM 4.2)."""
_XMP = {
    "title": "object_name",
    "subject": "keywords",
    "Instructions": "instructions",
    "DateCreated": "date_created",
    "creator": "creator",
    "AuthorsPosition": "creator_title",
    "City": "city",
    "State": "state",
    "Country": "country",
    "TransmissionReference": "job_id",
    "Headline": "headline",
    "Credit": "credit",
    "Source": "source",
    "rights": "copyright_notice",
    "description": "caption",
    "CaptionWriter": "caption_writer",
    "UsageTerms": "usage_terms",
    "WebStatement": "web_statement",
    "DataMining": "data_mining",
    "DigitalSourceType": "digital_source_type",
    "AltTextAccessibility": "alt",
    "DigImageGUID": "guid",
}
"""Properties of IPTC Photo Metadata 2025.1 by their local names in XMP."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a picture says of itself: its measure, and the values of each IPTC property."""

    width: int
    height: int
    mime: str
    said: dict[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        """The first value of a property, or nothing."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a property, in order."""
        return self.said.get(name, ())


def told(data: bytes) -> Told:
    """Measure, IIM and XMP of a picture; its pixels stay packed. Raises BadPicture."""
    size = measure(data)
    picture = _open(data)
    said = _iim(picture)
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    for name, values in _xmp(packet if isinstance(packet, bytes) else str(packet).encode()).items():
        # IIM cuts its values short and often lost its charset on the way: XMP wins where both speak.
        said[name] = values
    return Told(size.width, size.height, size.mime, said)


def _iim(picture: Image.Image) -> dict[str, tuple[str, ...]]:
    try:
        sets = IptcImagePlugin.getiptcinfo(picture) or {} if isinstance(picture, ImageFile) else {}
    except (SyntaxError, ValueError, KeyError, IndexError, TypeError, OSError):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for (record, number), value in sets.items():
        name = _IIM.get(number) if record == 2 else None
        if name:
            values = value if isinstance(value, list) else [value]
            found[name] = tuple(text for each in values if (text := _text(each)))
    return {name: values for name, values in found.items() if values}


def _text(value: bytes) -> str:
    try:
        said = value.decode("utf-8")
    except UnicodeDecodeError:
        said = value.decode("cp1252", "replace")
    return " ".join(said.replace("\x00", " ").split())


def _xmp(packet: bytes) -> dict[str, tuple[str, ...]]:
    start, end = packet.find(b"<x:xmpmeta"), packet.rfind(b">")
    try:
        root = xml.parse(packet[max(start, 0) : end + 1]).root if packet else None
    except xml.RefusedXml:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for description in xml.descendants(root, "Description") if root is not None else ():
        for key, value in description.attrib.items():
            name = _XMP.get(xml.split_name(key)[1])
            if name and str(value).strip():
                found.setdefault(name, (" ".join(str(value).split()),))
        for element in xml.children(description, *_XMP):
            values = [xml.text(li) for li in xml.descendants(element, "li")] or [_resource(element)]
            kept = tuple(value for value in values if value)
            if kept:
                found.setdefault(_XMP[xml.local(element)], kept)
    return found


def _resource(element: xml.Element) -> str:
    said = next((str(value) for key, value in element.attrib.items() if xml.split_name(key)[1] == "resource"), "")
    return said or xml.text(element)


def sizes_for(width: int, height: int, wanted: tuple[int, ...]) -> list[tuple[int, int]]:
    """The (width, height) pairs to print for an original: each wanted width that fits, else the original's own."""
    fitting = [w for w in wanted if w <= width] or [width]
    return [(w, max(1, round(height * w / width))) for w in fitting]


def renditions(
    data: bytes, sizes: list[tuple[int, int]], formats: dict[str, str], marks: marking.Marks | None = None
) -> dict[tuple[int, str], bytes]:
    """Smaller copies as {(width, extension): bytes}. `formats` maps extension to Pillow's name. Raises BadPicture.

    The picture is decoded once, turned upright, brought to sRGB and freed of metadata; then `marks` are put into
    every copy.
    """
    try:
        source = _upright(_open(data), max(sizes))
        made: dict[tuple[int, str], bytes] = {}
        for size in sorted(sizes, reverse=True):
            source = source.resize(size, Image.Resampling.LANCZOS) if source.size != size else source
            for extension, name in formats.items():
                made[size[0], extension] = _encode(source, name, marks or marking.Marks())
        return made
    except (OSError, ValueError, SyntaxError) as error:
        raise BadPicture(f"The picture is damaged and cannot be printed ({error}).") from None


def _upright(picture: Image.Image, largest: tuple[int, int]) -> Image.Image:
    # draft() lets the JPEG decoder skip detail that the largest rendition does not need.
    picture.draft("RGB", (largest[0] * 2, largest[1] * 2))
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if profile and picture.mode in ("RGB", "CMYK"):
        picture = _to_srgb(picture, profile)
    if picture.mode in ("RGBA", "LA", "P", "PA"):
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture).convert("RGB")
    return picture.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        from_profile = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, from_profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
        return turned or picture
    except (ImageCms.PyCMSError, OSError):
        return picture


_HOW: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 80, "optimize": True, "progressive": True},
    "WEBP": {"quality": 76, "method": 3},
    # Speed 8 costs as much as WebP; slower gains a twentieth of the size (measured).
    "AVIF": {"quality": 52, "speed": 8},
}


def _encode(picture: Image.Image, name: str, marks: marking.Marks) -> bytes:
    options = dict(_HOW.get(name, {}))
    if marks and name in _HOW:
        options |= {"xmp": marking.xmp(marks), "exif": _exif(marks)}
        if name == "JPEG":
            options["extra"] = marking.iim(marks)
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()


def _exif(marks: marking.Marks) -> bytes:
    exif = Image.Exif()
    for tag, value in ((0x013B, marks.creator or marks.credit), (0x8298, marks.copyright_notice)):
        if value:
            exif[tag] = value
    return exif.tobytes()


def bare(data: bytes, most: int = 3000) -> bytes:
    """The picture as a JPEG without anything that it says of itself or its maker, at most `most` pixels wide or high.

    For what readers send in confidence. Raises BadPicture.
    """
    picture = _open(data)
    scale = min(1.0, most / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    try:
        out = io.BytesIO()
        small = _upright(picture, size)
        small.thumbnail((most, most), Image.Resampling.LANCZOS)
        Image.frombytes("RGB", small.size, small.tobytes()).save(out, "JPEG", quality=88)
        return out.getvalue()
    except (OSError, ValueError, SyntaxError) as error:
        raise BadPicture(f"The picture is damaged and cannot be read ({error}).") from None


def drawing(data: bytes, most: tuple[int, int]) -> tuple[bytes, int, int]:
    """A logo as PNG with its transparency and nothing else, no larger than `most` (pixels), and its size.

    Raises BadPicture.
    """
    picture = _open(data)
    try:
        clear = picture.convert("RGBA")
        clear.thumbnail(most, Image.Resampling.LANCZOS)
        out = io.BytesIO()
        Image.frombytes("RGBA", clear.size, clear.tobytes()).save(out, "PNG", optimize=True)
        return out.getvalue(), clear.width, clear.height
    except (OSError, ValueError, SyntaxError) as error:
        raise BadPicture(f"The picture is damaged and cannot be read ({error}).") from None


def favicon(letter: str, ground: str, ink: str) -> bytes:
    """A letter on a ground between two rules, as an ICO file of 16, 32 and 48 pixels; without the letter where no glyph is."""
    picture = Image.new("RGB", (192, 192), ground)
    draw = ImageDraw.Draw(picture)
    for y in (22, 164):
        draw.rectangle((18, y, 174, y + 6), fill=ink)
    font = ImageFont.load_default(130)
    box, missing = font.getbbox(letter), font.getmask("\uffff")
    if bytes(font.getmask(letter)) != bytes(missing):
        draw.text((96 - (box[0] + box[2]) / 2, 97 - (box[1] + box[3]) / 2), letter, fill=ink, font=font, stroke_width=4, stroke_fill=ink)
    out = io.BytesIO()
    picture.save(out, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return out.getvalue()


def placed(focus: tuple[float, float] | None, width: int, height: int, ratio: float) -> int:
    """Where a crop of `ratio` (width by height) lies in a picture so that `focus` (0 to 1, from left and top) is as near its
    middle as can be: per cent of the side that is cut, from left or top, in steps of 25. Without a focus it is the middle."""
    if focus is None or not width or not height:
        return 50
    across = width / height > ratio
    seen = ratio * height / width if across else width / height / ratio
    if seen > 0.99:
        return 50
    return round(min(1.0, max(0.0, (focus[0 if across else 1] - seen / 2) / (1 - seen))) * 4) * 25


PRINT = 128
"""Bits of a likeness."""
ALIKE = 10
"""Likenesses that differ in no more bits are the same picture, smaller, recoloured or saved again."""
FLAT = 12
"""A likeness with fewer bits set (or unset) comes from a picture without contrast and says nothing."""


def likeness(data: bytes) -> str:
    """A perceptual hash as 32 hex digits: brighter than the neighbour to the right, and than the one below.

    Empty for pictures without contrast. Raises BadPicture.
    """
    try:
        grey = _upright(_open(data), (64, 64)).convert("L")
        across = _steps(grey.resize((9, 8), Image.Resampling.BOX), (1, 0))
        down = _steps(grey.resize((8, 9), Image.Resampling.BOX), (0, 1))
    except (OSError, ValueError, SyntaxError) as error:
        raise BadPicture(f"The picture is damaged and cannot be read ({error}).") from None
    bits = across + down
    return f"{int(bits, 2):032x}" if FLAT <= bits.count("1") <= PRINT - FLAT else ""


def _steps(grey: Image.Image, to: tuple[int, int]) -> str:
    pixels, width = grey.tobytes(), grey.width
    return "".join(
        "1" if pixels[y * width + x] > pixels[(y + to[1]) * width + x + to[0]] else "0"
        for y in range(8)
        for x in range(8)
    )


def alike(one: str, other: str) -> bool:
    """Whether two likenesses are of the same picture."""
    return bool(one and other) and (int(one, 16) ^ int(other, 16)).bit_count() <= ALIKE


def read(path: Path) -> bytes:
    """The bytes of a picture file. Raises BadPicture when it is missing."""
    try:
        return path.read_bytes()
    except OSError:
        raise BadPicture(f"The picture {path.name} is not there.") from None
