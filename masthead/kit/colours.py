"""Colours: read from what an editor wrote, and moved as far as they must be to be read on their ground."""

from __future__ import annotations

import re

_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})")
READABLE = 4.6
"""Contrast of text with its ground: WCAG 2.2 asks for 4.5, and rounding must not take it away."""

Colour = tuple[int, int, int]


def parse(text: str) -> Colour:
    """Red, green and blue, 0 to 255, of `#0b4a57` or `#fff`. Raises ValueError with a sentence for the editor."""
    match = _HEX.fullmatch(text.strip().lower())
    if not match:
        raise ValueError(f"“{text}” is not a colour; write one such as #0b4a57.")
    digits = match[1] if len(match[1]) == 6 else "".join(d * 2 for d in match[1])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def written(colour: Colour) -> str:
    """The colour as style sheets write it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Colour) -> float:
    """Relative luminance after WCAG 2.2: 0 is black, 1 white."""
    red, green, blue = (c / 255 for c in colour)
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast after WCAG 2.2: 1 is none, 21 black on white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: Colour, *grounds: Colour, ratio: float = READABLE) -> Colour:
    """`colour`, mixed with black or white in steps of a fiftieth until it can be read on all `grounds`."""
    ink: Colour = (0, 0, 0) if all(luminance(g) > 0.18 for g in grounds) else (255, 255, 255)
    for step in range(51):
        mixed = tuple(round(c + (i - c) * step / 50) for c, i in zip(colour, ink, strict=True))
        found: Colour = (mixed[0], mixed[1], mixed[2])
        if all(contrast(found, ground) >= ratio for ground in grounds):
            return found
    return ink
