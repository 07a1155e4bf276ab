"""The plate of a letter, and what it may see: values, never rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from textwrap import shorten
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from masthead.circulation import clicks, tokens
from masthead.circulation.choosing import Choice, Chosen
from masthead.circulation.models import Follower
from masthead.circulation.news import Item, News, Note
from masthead.mailroom import setting
from masthead.mailroom.letter import Kind, Letter
from masthead.titles.models import Title, direction

_PLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "plates"),
    autoescape=lambda name: name is None or not name.endswith(".txt"),  # noqa: S701  (the twin is no markup)
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
WORDS = {"mine": "What I follow", "off": "Unsubscribe", "source": "from", "by": "by", "talks": "In the conversations that you follow"}
NOTE_LABELS = {
    "correction": "Correction:",
    "clarification": "Clarification:",
    "editors_note": "Editor’s note:",
    "withdrawn": "Withdrawn:",
}
WITHDRAWN = "A story that we sent you has since been withdrawn. Please do not rely on it."
STANDFIRST = 280
"""Characters; agency copy goes out as headline and summary."""


@dataclass(frozen=True, slots=True)
class StoryInLetter:
    headline: str
    standfirst: str
    url: str
    section: str
    byline: str
    source: str
    language: str
    why: str


@dataclass(frozen=True, slots=True)
class TalkInLetter:
    headline: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class NoteInLetter:
    label: str
    text: str
    url: str
    headline: str


@dataclass(frozen=True, slots=True)
class Words:
    """All that the plate may see."""

    subject: str
    kicker: str
    urgent: bool
    preheader: str
    paper: str
    home: str
    language: str
    direction: str
    dateline: str
    introduction: tuple[str, ...]
    notes: tuple[NoteInLetter, ...]
    stories: tuple[StoryInLetter, ...]
    talks: tuple[TalkInLetter, ...]
    more: str
    reason: str
    mine: str
    off: str
    colophon: str
    words: dict[str, str]


def links(follower: Follower, about: str = "") -> tuple[str, str, str]:
    """The page of one's own follows, the link to leave, and the word for leaving by mail. `about`: what is left."""
    base, off = follower.title.base_url, tokens.make(follower, tokens.OFF, about)
    return f"{base}/follow/mine/{tokens.make(follower, tokens.MINE)}/", f"{base}/follow/off/{off}/", off


def write(
    follower: Follower,
    *,
    subject: str,
    reason: str,
    kind: Kind = Kind.LETTER,
    list_id: str = "daily",
    about: str = "",
    kicker: str = "",
    introduction: Iterable[str] = (),
    chosen: Chosen | None = None,
    news: News | None = None,
    follows: str = "",
    good_until: datetime | None = None,
) -> Letter:
    """A letter in HTML and in plain text from the same words. `kicker` stands under the paper's name: what letter it is."""
    title, chosen = follower.title, chosen or Chosen((), ())
    mine, off, word = links(follower, about)
    edition = clicks.edition(list_id, follower.local()) if follower.pk else ""
    words = Words(
        subject=subject,
        kicker=kicker,
        urgent=kind == Kind.ALERT,
        preheader=_preheader(chosen),
        paper=title.name,
        home=f"{title.base_url}/",
        language=follower.language or title.language,
        direction=direction(follower.language or title.language),
        dateline=day_in_words(follower.local(), follower.language or title.language),
        introduction=tuple(introduction),
        notes=tuple(_note(title, note, item) for note, item in chosen.notes),
        stories=tuple(_story(title, choice, news, edition) for choice in chosen.choices),
        talks=tuple(
            TalkInLetter(t.headline, f"{title.base_url}{t.path}", f"{t.count} new comment{'' if t.count == 1 else 's'}") for t in chosen.talks
        ),
        more=f"And {chosen.more} more on our site" if chosen.more else "",
        reason=reason,
        mine=mine,
        off=off,
        colophon=", ".join(filter(None, (title.name, setting.said("postal") or title.town, title.contact_email))),
        words=WORDS,
    )
    return Letter(
        title=title,
        to=follower.to,
        subject=subject,
        text=_PLATES.get_template("letter.txt").render(letter=words),
        html=_PLATES.get_template("letter.html").render(letter=words),
        kind=kind,
        list_id=list_id,
        unsubscribe_url=off,
        unsubscribe_word=quote(word),
        follows=follows,
        good_until=good_until,
    )


def _preheader(chosen: Chosen) -> str:
    return shorten(" · ".join(choice.item.headline for choice in chosen.choices[1:4]), 120, placeholder="…")


def _story(title: Title, choice: Choice, news: News | None, edition: str) -> StoryInLetter:
    item = choice.item
    return StoryInLetter(
        headline=item.headline,
        standfirst=shorten(item.standfirst, STANDFIRST, placeholder="…"),
        url=clicks.link(title, edition, item.pk, item.path) if edition else f"{title.base_url}{item.path}",
        section=item.section,
        byline=item.byline,
        source=item.source,
        language=item.language,
        why=why(choice, news),
    )


def why(choice: Choice, news: News | None) -> str:
    """The reason in a sentence: “Because you follow Harbour and Ana Pop.”"""
    names = [news.names[key] for key in choice.reasons if key in news.names] if news else []
    names = list(dict.fromkeys(names))[:3]
    if not names:
        return ""
    return f"Because you follow {names[0] if len(names) == 1 else ', '.join(names[:-1]) + ' and ' + names[-1]}."


def _note(title: Title, note: Note, item: Item | None) -> NoteInLetter:
    if note.kind == "withdrawn":
        return NoteInLetter(NOTE_LABELS["withdrawn"], WITHDRAWN, "", "")
    url, headline = (f"{title.base_url}{item.path}", item.headline) if item else ("", "")
    return NoteInLetter(NOTE_LABELS.get(note.kind, ""), note.text, url, headline)


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    for tag in (language, language.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def day_in_words(at: datetime, language: str) -> str:
    """“Tuesday, 24 November 2026”."""
    return _day(at.date().isoformat(), language)


@lru_cache(maxsize=512)
def _day(day: str, language: str) -> str:
    return str(format_date(datetime.fromisoformat(day), "full", locale=_locale(language)))


def subject_of(chosen: Chosen, fallback: str) -> str:
    """The best story's headline; a correction alone says that it is one."""
    if chosen.choices:
        return shorten(chosen.choices[0].item.headline, 120, placeholder="…")
    if chosen.talks and not chosen.notes:
        return shorten(f"What readers say: {chosen.talks[0].headline}", 120, placeholder="…")
    return fallback

