"""The one door to Pillow: pictures are opened, measured and made smaller here, and nowhere else.

A picture is refused from its header when it would unpack to more than `MAX_PIXELS`; nothing is decoded before.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

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


def sizes_for(width: int, height: int, wanted: tuple[int, ...]) -> list[tuple[int, int]]:
    """The (width, height) pairs to print for an original: each wanted width that fits, else the original's own."""
    fitting = [w for w in wanted if w <= width] or [width]
    return [(w, max(1, round(height * w / width))) for w in fitting]


def renditions(data: bytes, sizes: list[tuple[int, int]], formats: dict[str, str]) -> dict[tuple[int, str], bytes]:
    """Smaller copies as {(width, extension): bytes}. `formats` maps extension to Pillow's name. Raises BadPicture.

    The picture is decoded once, turned upright, brought to sRGB and freed of metadata.
    """
    try:
        source = _upright(_open(data), max(sizes))
        made: dict[tuple[int, str], bytes] = {}
        for size in sorted(sizes, reverse=True):
            source = source.resize(size, Image.Resampling.LANCZOS) if source.size != size else source
            for extension, name in formats.items():
                made[size[0], extension] = _encode(source, name)
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


def _encode(picture: Image.Image, name: str) -> bytes:
    options = {"JPEG": {"quality": 80, "optimize": True, "progressive": True}, "WEBP": {"quality": 76, "method": 3}}
    out = io.BytesIO()
    picture.save(out, name, **options.get(name, {}))
    return out.getvalue()


def read(path: Path) -> bytes:
    """The bytes of a picture file. Raises BadPicture when it is missing."""
    try:
        return path.read_bytes()
    except OSError:
        raise BadPicture(f"The picture {path.name} is not there.") from None
