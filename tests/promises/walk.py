"""Walk every surface that exists and look for words of a story."""

from __future__ import annotations

import gzip

import brotli

from masthead.press import run
from masthead.press.surfaces import URLS
from masthead.stories.models import Story
from masthead.stories.surfaces import SURFACES
from masthead.titles.models import Title
from tests import reader
from tests.circulation import letters


def _decoded(bodies: dict[str, bytes]) -> bytes:
    if "br" in bodies:
        return brotli.decompress(bodies["br"])
    return gzip.decompress(bodies["gzip"]) if "gzip" in bodies else bodies.get("identity", b"")


def leaks(title: Title, story: Story, words: list[str]) -> list[str]:
    """“surface path: word” for every word of the story met anywhere; pictures leak by being there at all."""
    found = []
    for surface in SURFACES:
        for path in URLS[surface.name](story):
            answer = reader.get(title, path)
            if surface.name == "picture" and answer.status == 200:
                found.append(f"picture {path}")
            found += [f"{surface.name} {path}: {w}" for w in words if w in answer.text]
    store = run.store_of(title)
    for where, entries in (("store", list(store.everything())), ("memory", list(store.hot.values()))):
        for entry in entries:
            text = _decoded(entry.bodies).decode("utf-8", "replace")
            found += [f"{where} {entry.path}: {w}" for w in words if w in text]
    return found + [f"{name}: {w}" for name, text in letters.by_surface(title, story).items() for w in words if w in text]


def shown_on(title: Title, story: Story, word: str) -> set[str]:
    """The surfaces that show `word`."""
    sent = {name for name, text in letters.by_surface(title, story).items() if word in text}
    return sent | {
        surface.name
        for surface in SURFACES
        for path in URLS[surface.name](story)
        if word in reader.get(title, path).text
    }
