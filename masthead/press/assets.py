"""What pages fetch besides themselves: the style sheet, two fonts, the readers' scripts.

Every address holds a digest of the bytes behind it, so browsers may keep them for ever. The one exception is the
service worker, whose address must stay.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
SCRIPTS = HERE / "plates"
WORKER = "/sw.js"
SCRIPTS_OF_READERS = ("reader", "sw", "push", "talk", "work", "embedded", "passkey")
FONTS_OF_THE_HOUSE = ("newsreader", "franklin")


def digest(body: bytes) -> str:
    """Twelve letters that stand for these bytes in an address."""
    return hashlib.sha256(body).hexdigest()[:12]


@lru_cache(maxsize=16)
def font(name: str) -> bytes:
    """A font file of the house: `newsreader` or `franklin`."""
    return (FONTS / f"{name}.woff2").read_bytes()


@lru_cache(maxsize=16)
def font_path(name: str) -> str:
    """Where a font of the house is."""
    return f"/assets/{name}-{digest(font(name))}.woff2"


@lru_cache(maxsize=16)
def script(name: str) -> bytes:
    """A script for readers of `SCRIPTS_OF_READERS` or `live`, without comments and indents."""
    text = (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
    lines = (line.strip() for line in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).encode() + b"\n"


@lru_cache(maxsize=16)
def script_path(name: str) -> str:
    """Where a script is. The service worker must keep one address for ever, or old ones would never be replaced."""
    return WORKER if name == "sw" else f"/assets/{name}-{digest(script(name))}.js"


def squeeze(css: str) -> str:
    """A style sheet without comments and needless white space."""
    text = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    # Not around “+”, “-” and “(”: inside calc() and media queries that space means something.
    text = re.sub(r"\s*([{};,])\s*", r"\1", text)
    return re.sub(r":\s+", ":", text).replace(";}", "}").strip()
