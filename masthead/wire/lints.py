"""What an editor should look at before an item goes out. Each lint is one doubt in one sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from masthead.kit import html
from masthead.wire.item import Item

_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]{3,120})[”“»\"]|(?<!\w)[‘']([^‘’']{8,120})[’'](?!\w)")
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w’'-]+(?: (?:[a-z]{1,3} )?[A-ZÀ-Þ][\w’'-]+)+")
_RELATIVE = re.compile(
    r"\b(yesterday|today|tomorrow|tonight|(?:on|last|next|this) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|ayer|hoy|mañana|gestern|heute)\b",
    re.IGNORECASE,
)
_RELATIVE_WORDS = ("yesterday", "today", "tomorrow", "tonight", "day", "ayer", "hoy", "mañana", "gestern", "heute")
_DATED = re.compile(
    r"\b(?:\d{1,2}\.? (?:Jan|Feb|Mar|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)|(?:January|February|March|April|May|June|July"
    r"|August|September|October|November|December|(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.) \d{1,2}|\d{1,2} de \w+|\d{4}-\d{2}-\d{2})",
)
_CONTACT = re.compile(
    r"\b(?:editors?|newsroom|desk|redaktion|media contact|for (?:questions|more information))\b[^.]{0,80}"
    r"(?:[\w.+-]+@[\w-]+\.\w|\+?\d[\d ()/-]{7,}\d)",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"\d[\d ()/-]{7}")
_COMMON = {
    "en": frozenset(
        [
            "the",
            "and",
            "of",
            "to",
            "in",
            "that",
            "is",
            "was",
            "for",
            "with",
            "said",
            "on",
            "by",
            "from",
            "his",
            "her",
            "they",
            "have",
            "were",
        ]
    ),
    "es": frozenset(
        [
            "el",
            "la",
            "los",
            "las",
            "de",
            "del",
            "que",
            "y",
            "en",
            "un",
            "una",
            "por",
            "con",
            "para",
            "se",
            "su",
            "dijo",
            "al",
            "es",
            "como",
        ]
    ),
    "de": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "in",
            "den",
            "von",
            "zu",
            "mit",
            "sich",
            "des",
            "auf",
            "für",
            "ist",
            "im",
            "dem",
            "nicht",
            "ein",
            "eine",
        ]
    ),
    "fr": frozenset(
        [
            "le",
            "la",
            "les",
            "des",
            "et",
            "en",
            "un",
            "une",
            "du",
            "que",
            "qui",
            "dans",
            "pour",
            "par",
            "sur",
            "au",
            "il",
            "est",
            "pas",
            "aux",
        ]
    ),
    "pt": frozenset(
        [
            "o",
            "a",
            "os",
            "as",
            "de",
            "da",
            "do",
            "que",
            "e",
            "em",
            "um",
            "uma",
            "para",
            "com",
            "não",
            "por",
            "no",
            "na",
            "se",
            "foi",
        ]
    ),
    "it": frozenset(
        [
            "il",
            "lo",
            "la",
            "gli",
            "le",
            "di",
            "che",
            "e",
            "in",
            "un",
            "una",
            "per",
            "con",
            "non",
            "del",
            "della",
            "è",
            "sono",
            "al",
            "da",
        ]
    ),
}


_TOKEN = re.compile(r"[^\W_]+")
_SPEAKS: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, common in _COMMON.items() if word in common)
    for word in frozenset[str]().union(*_COMMON.values())
}
"""Common words, and the languages in which they are."""
_SHORT = 7
"""Words; a shorter text says nothing of its language."""


@dataclass(frozen=True, slots=True)
class Lint:
    """A doubt: its short name, the sentence for the editor, and whether it keeps rules from publishing."""

    name: str
    sentence: str
    holds: bool = False
    about: str = ""
    near: str = ""
    """The words that it is about, and the text's own words that come nearest."""


def lints(item: Item, paper_language: str, now: datetime, text: str | None = None) -> tuple[Lint, ...]:
    """The doubts about a repaired item, in the order in which an editor should hear them. `text`: its text, if known."""
    text = html.to_text(item.body) if text is None else text
    return (
        *_language(item, text, paper_language),
        *_thin(item, text),
        *_versions(item),
        *_contacts(text),
        *_headline_quotes(item, text),
        *_captions(item, text),
        *_relative_days(item, text, now),
        *_links(item),
    )


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _headline_quotes(item: Item, text: str) -> Iterator[Lint]:
    body = ""
    for words in quotes(item.headline or ""):
        body = body or f" {_folded(text)} {_folded(item.standfirst or '')} "
        if body.strip() and f" {_folded(words)} " not in body:
            near = _nearest(words, text)
            instead = f" The text has “{near}”." if near else ""
            said = f"The headline quotes “{words}”, but the text does not say it.{instead}"
            yield Lint("headline-quote", said, about=words, near=near)


def _nearest(words: str, text: str) -> str:
    """The place in the text that has all these words in their order with at most one other between two of them."""
    wanted = _folded(words).split()
    if not 2 <= len(wanted) <= 15:
        return ""
    gap = r"[^\w.!?]{1,4}(?:\w{1,30}[^\w.!?]{1,4})?"
    found = re.search(r"\b" + gap.join(map(re.escape, wanted)) + r"\b", text[:100_000], re.IGNORECASE)
    return found[0] if found else ""


def lost(before: Item, item: Item) -> tuple[Lint, ...]:
    """What an earlier version had and this one has not."""
    writers = [c.name for c in before.contributors if c.role == "writer"]
    if writers and not any(c.role == "writer" for c in item.contributors):
        return (Lint("byline-lost", f"The version before had a byline ({', '.join(writers)}); this one has none."),)
    return ()


def quotes(text: str) -> list[str]:
    """The words in quotation marks, in order."""
    return [(found[1] or found[2]).strip(" ,.") for found in _QUOTED.finditer(text)]


def _captions(item: Item, text: str) -> Iterator[Lint]:
    if not item.media:
        return
    story = _folded(f"{item.headline or ''} {item.standfirst or ''} {text}")
    for media in item.media:
        if media.caption and not media.credit and not media.photographer:
            yield Lint("no-credit", "A picture has no credit.")
        names = list(_NAME.findall(media.caption or ""))
        if names and story and not any(_folded(name.split()[-1]) in story for name in names):
            yield Lint("caption-names", f"A caption names {names[0]}, who does not occur in the story.")
        elif late := _late(media.caption or "", item):
            name, place = late
            yield Lint("picture-match", f"The picture may not match: its caption names {name}, of whom the story speaks only in paragraph {place}.")


_PROPER = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÀ-Þ][\w’'-]{3,}")
_CALENDAR = frozenset(
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "June", "July", "August", "September", "October", "November", "December"]
)
FIRST = 5
"""Paragraphs that say what a story is about."""


def _late(caption: str, item: Item) -> tuple[str, int] | None:
    """A name of the caption that neither headline nor first paragraphs have, and the paragraph (from 1) where it comes."""
    paragraphs = [_folded(html.to_text(inner)) for _, inner in _PARAGRAPH.findall(item.body[:200_000])]
    start = " ".join([_folded(f"{item.headline or ''} {item.standfirst or ''}"), *paragraphs[:FIRST]])
    for name in _PROPER.findall(caption):
        if name not in _CALENDAR and _folded(name) not in start:
            place = next((n for n, line in enumerate(paragraphs, 1) if _folded(name) in line), 0)
            if place:
                return name, place
    return None


_NETWORK = re.compile(
    r"\b(?:wrote|posted|said|shared|tweeted)\b[^.“”]{0,60}?\b(?:on|to) (Truth Social|X|Twitter|Facebook|Instagram|Threads|Bluesky|TikTok"
    r"|Telegram|WhatsApp|LinkedIn|Mastodon|social media)\b"
)
_PARAGRAPH = re.compile(r"<(p|li|blockquote)\b[^>]*>(.*?)</\1>", re.DOTALL)


def _links(item: Item) -> Iterator[Lint]:
    """What readers would want to follow and cannot: a post that is quoted, the agency's own earlier report."""
    houses = {c.organisation for c in item.contributors if c.organisation}
    earlier = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(houses)))}) (?:first )?reported (?:earlier|this week|last|on|in)\b") if houses else None
    for _, inner in _PARAGRAPH.findall(item.body[:200_000]):
        if "<a " in inner:
            continue
        line = html.to_text(inner)
        if found := _NETWORK.search(line):
            yield Lint("social-link", f"A post on {found[1]} is quoted without a link: “{line[:80]}…”")
        if earlier and earlier.search(line):
            yield Lint("report-link", f"An earlier report is named without a link: “{line[:80]}…”")


def _relative_days(item: Item, text: str, now: datetime) -> Iterator[Lint]:
    written = item.published or item.first_created or item.version_created
    if written is not None and (now - written).days < 2:
        return
    start = text[:4000]
    low = start.lower()
    found = _RELATIVE.search(start) if any(word in low for word in _RELATIVE_WORDS) else None
    if found and not _DATED.search(start):
        yield Lint("relative-day", f"It says “{found[1]}” without a date, and it is not of today.")


def _thin(item: Item, text: str) -> Iterator[Lint]:
    if item.partial:
        yield Lint("teaser", "The text breaks off in mid sentence: a teaser, not the story.", holds=True)
    elif (
        item.headline
        and text
        and len(text) < 2000
        and _folded(text) in (_folded(item.headline), _folded(f"{item.headline} {item.provider or ''}"))
    ):
        yield Lint("headline-only", "The text is only the headline again.", holds=True)


def _versions(item: Item) -> Iterator[Lint]:
    if any(remark.role == "original-marker" for remark in item.remarks):
        yield Lint("two-versions", "It holds two versions of the story, the newer above the older.", holds=True)


def _contacts(text: str) -> Iterator[Lint]:
    end = text[-3000:]
    found = _CONTACT.search(end) if "@" in end or _LONG_NUMBER.search(end) else None
    if found:
        yield Lint("contact", f"A line seems meant for editors: “{found[0][:100]}”.", holds=True)


def _language(item: Item, text: str, paper: str) -> Iterator[Lint]:
    wanted = paper.split("-")[0].lower()
    said = (item.language or "").split("-")[0].lower()
    spoken = spoken_in(text) or said
    if wanted and spoken and spoken != wanted:
        yield Lint(
            "language",
            f"It is written in another language ({spoken}) than the paper ({wanted}).",
            holds=said in ("", wanted),
        )


def spoken_in(text: str) -> str:
    """The language of a text by its commonest words, as an ISO 639-1 code; empty when that is not plain."""
    words = _TOKEN.findall(text[:3000].casefold())
    if len(words) < _SHORT:
        return ""
    told = Counter([code for word in words if word in _SPEAKS for code in _SPEAKS[word]])
    counts = sorted(((told[code], code) for code in _COMMON), reverse=True)
    (best, code), (second, _) = counts[0], counts[1]
    if len(words) < 20:
        # A few words prove little: only those of one language, and no other's.
        return code if best >= 2 and not second else ""
    return code if best >= len(words) * 0.15 and best >= second * 1.4 else ""
