"""A paper's own look: what its editors chose, as a few lines at the end of the style sheet.

Colours are moved until they can be read on every ground they stand on, in the light and in the dark: no choice on
screen can make a page that somebody cannot read.
"""

from __future__ import annotations

from collections.abc import Iterable

from masthead.kit import colours
from masthead.press import addresses, assets, proof
from masthead.titles.looks import Letters, menu_lines
from masthead.titles.models import Section, Title

# (paper, sheet) of each ground: what lies under text.
GROUNDS = {
    "cream": ("#faf6ee", "#f1eadc"),
    "white": ("#ffffff", "#f3f3f1"),
    "mist": ("#f4f6f8", "#e6eaee"),
    "rose": ("#fff1e5", "#f6e2d1"),
}
RULES = {"white": "#d4d4d0", "mist": "#cbd2d8", "rose": "#dcc5b2"}
DARK, DARK_RULE = ("#14171a", "#1d2226"), "#3a4147"
TONES = 12
"""Sections with a colour of their own: further ones begin again."""
SERIF = '"Iowan Old Style",Charter,"Sitka Text",Cambria,"Noto Serif","Noto Naskh Arabic","Geeza Pro","Noto Serif CJK SC","Songti SC",Georgia,serif'
SANS = '"Avenir Next","Segoe UI",system-ui,"Helvetica Neue","Noto Sans",Arial,sans-serif'
LETTERS = {
    "poster": "--head:var(--sans);--head-weight:720;--head-spacing:-0.022em",
    "plain": f"--serif:Franklin,{SANS};--italic:var(--serif);--head-weight:700;--head-spacing:-0.02em",
    "device": f"--serif:{SERIF};--sans:{SANS}",
}
WIDE = "(min-width:48em)"
"""Screens that fetch the fonts. A phone shows its own: on a slow line a file came before the lead picture (decision 019)."""
FAMILIES = {"newsreader": "Newsreader", "franklin": "Franklin"}
FONTS = {
    "courier": ("newsreader", "franklin"),
    "poster": ("newsreader", "franklin"),
    "plain": ("franklin",),
    "device": (),
}


def sheet(title: Title, sections: Iterable[Section] | None = None) -> str:
    """The lines that make the sheet of the house this paper's; none for a paper that changed nothing."""
    light, dark = [], []
    paper, lower = GROUNDS.get(title.ground, GROUNDS["cream"])
    under = colours.parse(paper), colours.parse(lower)
    below = colours.parse(DARK[0]), colours.parse(DARK[1])
    if title.ground in RULES:
        light.append(f"--paper:{paper};--sheet:{lower};--rule:{RULES[title.ground]}")
    chosen = {"--accent": title.colour} if title.colour else {}
    chosen |= {
        f"--t{n % TONES + 1}": s.colour
        for n, s in enumerate(title.sections.all() if sections is None else sections)
        if s.colour
    }
    for name, text in chosen.items():
        wanted = colours.parse(text)
        light.append(f"{name}:{colours.written(colours.readable(wanted, *under))}")
        dark.append(f"{name}:{colours.written(colours.readable(wanted, *below))}")
    if letters := LETTERS.get(title.letters):
        light.append(letters)
    if not light:
        return ""
    night = ";".join([f"--paper:{DARK[0]};--sheet:{DARK[1]};--rule:{DARK_RULE}", *dark])
    # On paper everything stays black on white, whatever was chosen for screens.
    day = f"@media screen{{:root{{{';'.join(light)}}}}}"
    return f"{day}@media screen and (prefers-color-scheme:dark){{:root{{{night}}}}}"


def css_path(title: Title, version: str, sections: Iterable[Section] | None = None) -> str:
    """Where this paper's style sheet is: another address for each look, so that browsers may keep it for ever."""
    own = sheet(title, sections)
    return addresses.css(f"{version}-{assets.digest(own.encode())}" if own else version)


def face(name: str) -> str:
    """The rule that makes a font of the house known."""
    source = f'url({assets.font_path(name)}) format("woff2")'
    return f"@font-face{{font-family:{FAMILIES[name]};src:{source};font-weight:400 700;font-display:optional}}"


def faces() -> str:
    """The rules that make the fonts of the house known to the screens that fetch them."""
    return f"@media {WIDE}{{{''.join(map(face, FAMILIES))}}}"


def fonts(title: Title) -> tuple[str, ...]:
    """Paths of the fonts that the paper's letters need on wide screens."""
    return tuple(assets.font_path(name) for name in FONTS.get(title.letters, FONTS[Letters.COURIER]))


def menu(title: Title, sections: tuple[proof.Link, ...]) -> tuple[proof.Link, ...]:
    """The links of the menu: as an editor wrote them, or all sections. A section that is no more is left out."""
    lines = menu_lines(title.menu)
    if not lines:
        return sections
    by_name = {link.name.casefold(): link for link in sections}
    found = [proof.Link(one.name, one.address) if one.address else by_name.get(one.name.casefold()) for one in lines]
    return tuple(link for link in found if link)


def logo(title: Title) -> proof.Rendition | None:
    """The drawing in place of the name, with its size."""
    if not title.logo_mark:
        return None
    digest, width, height = title.logo_mark.split()
    return proof.Rendition(addresses.logo(digest), int(width), int(height))


def ground(title: Title) -> str:
    """The colour of the paper, for what phones put around the page."""
    return GROUNDS.get(title.ground, GROUNDS["cream"])[0]
