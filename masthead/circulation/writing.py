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
from masthead.circulation.labels import WORDS, say
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
    best: TalkInLetter | None
    """This week's best conversation, in the letter of one's day of the week."""
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
    title, chosen, language = follower.title, chosen or Chosen((), ()), language_of(follower)
    mine, off, word = links(follower, about)
    edition = clicks.edition(list_id, follower.local()) if follower.pk else ""
    words = Words(
        subject=subject,
        kicker=kicker,
        urgent=kind == Kind.ALERT,
        preheader=_preheader(chosen),
        paper=title.name,
        home=f"{title.base_url}/",
        language=language,
        direction=direction(language),
        dateline=day_in_words(follower.local(), language),
        introduction=tuple(introduction),
        notes=tuple(_note(title, note, item, language) for note, item in chosen.notes),
        stories=tuple(_story(title, choice, news, edition, language) for choice in chosen.choices),
        talks=tuple(TalkInLetter(t.headline, f"{title.base_url}{t.path}", _came(t.count, language)) for t in chosen.talks),
        best=_best(title, chosen, language),
        more=say("more", language, n=chosen.more) if chosen.more else "",
        reason=reason,
        mine=mine,
        off=off,
        colophon=", ".join(filter(None, (title.name, setting.said("postal") or title.town, title.contact_email))),
        words=WORDS.in_language(language),
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


@lru_cache(maxsize=4000)
def _short(text: str, most: int) -> str:
    """The same stories stand in thousands of letters."""
    return shorten(text, most, placeholder="…")


def _preheader(chosen: Chosen) -> str:
    return _short(" · ".join(choice.item.headline for choice in chosen.choices[1:4]), 120)


def _came(count: int, language: str) -> str:
    return say("talk_one", language) if count == 1 else say("talk_many", language, n=count)


def _best(title: Title, chosen: Chosen, language: str) -> TalkInLetter | None:
    if chosen.best is None:
        return None
    said = say("best_words", language, n=chosen.best.count, people=chosen.best.people)
    return TalkInLetter(chosen.best.headline, f"{title.base_url}{chosen.best.path}", said)


def _story(title: Title, choice: Choice, news: News | None, edition: str, language: str) -> StoryInLetter:
    item = choice.item
    return StoryInLetter(
        headline=item.headline,
        standfirst=_short(item.standfirst, STANDFIRST),
        url=clicks.link(title, edition, item.pk, item.path) if edition else f"{title.base_url}{item.path}",
        section=item.section,
        byline=item.byline,
        source=item.source,
        language=item.language,
        why=why(choice, news, language),
    )


def why(choice: Choice, news: News | None, language: str) -> str:
    """The reason in a sentence: “Because you follow Harbour and Ana Pop.”"""
    names = [news.names[key] for key in choice.reasons if key in news.names] if news else []
    names = list(dict.fromkeys(names))[:3]
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {say('and', language)} {names[-1]}"
    return say("because", language, names=listed)


def _note(title: Title, note: Note, item: Item | None, language: str) -> NoteInLetter:
    if note.kind == "withdrawn":
        return NoteInLetter(say("note_withdrawn", language), say("withdrawn", language), "", "")
    url, headline = (f"{title.base_url}{item.path}", item.headline) if item else ("", "")
    return NoteInLetter(say(f"note_{note.kind}", language), note.text, url, headline)


def language_of(follower: Follower) -> str:
    """The language in which we speak to a follower."""
    return follower.language or follower.title.language


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


def subject_of(chosen: Chosen, fallback: str, language: str) -> str:
    """The best story's headline; a correction alone says that it is one."""
    if chosen.choices:
        return _short(chosen.choices[0].item.headline, 120)
    if chosen.talks and not chosen.notes:
        return shorten(say("subject_talk", language, headline=chosen.talks[0].headline), 120, placeholder="…")
    return fallback

