"""The platemaker: turns proofs into pages with the plates (Jinja2 templates), and prepares the style sheet.

Plates see proofs and nothing else. Whatever is not `Markup` is escaped, a missing name is an error, and no
plate may call a filter that marks text safe: `kit.html` did that before, or nobody does.
"""

from __future__ import annotations

import hashlib
import logging
import re
import textwrap
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    meta,
    nodes,
    pass_context,
)
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode

from masthead.kit import images
from masthead.press import addresses, assets, dates, dressing, players, structured, weekdays
from masthead.press.labels import LABELS
from masthead.press.labels import say as say_in
from masthead.press.proof import Card, FrontProof, Link, Page, PaperProof, SaidProof, StoryProof, TalkProof

__all__ = ["LABELS", "PLATES_VERSION", "css", "icon_svg", "render"]

log = logging.getLogger("masthead.press")

PLATES = Path(__file__).parent / "plates"
# Modules that decide about bytes on the page: a change in one makes every printed page old.
_SPEAKING = (
    "assets.py", "labels.py", "dates.py", "platemaker.py", "structured.py", "jsonfeed.py", "composing.py", "players.py",
    "dressing.py", "weekdays.py", "sitemaps.py", "machines.py", "api.py", "openapi.py", "pages.py", "talking.py", "windows.py",
)
# Characters that neither XML 1.0 nor HTML allows in text, whatever an agency sends.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
SERIOUS = frozenset({"correction", "clarification", "editors_note"})


def own_folder() -> Path | None:
    """The folder of the paper's own plates, if it has one."""
    named = str(settings.CONFIG.get("press.plates"))
    return Path(settings.CONFIG.home) / named if named else None


def _version(own: Path | None = None) -> str:
    here = Path(__file__).parent
    mine = sorted(file for file in own.iterdir() if file.is_file()) if own and own.is_dir() else []
    files = mine + sorted(PLATES.iterdir()) + sorted(assets.FONTS.iterdir()) + [here / name for name in _SPEAKING]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _finalize(value: Any) -> Any:
    """Leave out what no page may hold. Markup stays Markup."""
    if isinstance(value, str) and _FORBIDDEN.search(value):
        return type(value)(_FORBIDDEN.sub("", value))
    return value


@pass_context
def _say(context: Context, key: str, **values: object) -> str:
    """A label in the language of the paper whose page this is."""
    return say_in(key, context["page"].paper.language, **values)


def absolute(path: str, paper: PaperProof) -> str:
    """The full address of a path of the paper."""
    return f"{paper.base_url}{path}" if path.startswith("/") else path


def absolute_links(markup: str, paper: PaperProof) -> str:
    """Story HTML for feeds as text: links and pictures with full addresses, since a feed has no page around it."""
    return re.sub(r'(\s(?:href|src)=")/(?!/)', rf"\g<1>{paper.base_url}/", str(markup))


def serious(story: StoryProof) -> list[Any]:
    """The notes that a reader must see before the text."""
    return [note for note in story.corrections if note.kind in SERIOUS]


def told(story: StoryProof) -> list[Any]:
    """What an editor wrote about news that was added: nothing was wrong, so it stands after the text."""
    return [note for note in story.corrections if note.kind not in SERIOUS and not note.automatic]


def newest(front: FrontProof) -> datetime | None:
    """When the newest story on the front was published."""
    return max((card.published for card in cards_of(front)), default=None)


def cards_of(front: FrontProof) -> list[Card]:
    """Every story on the front in the order of reading."""
    first = [front.lead] if front.lead else []
    packages: Iterable[Card] = (card for p in front.packages for card in (p.lead, *p.related))
    strips: Iterable[Card] = (card for strip in front.sections for card in strip.cards)
    return [*first, *front.related, *front.seconds, *packages, *front.briefs, *front.latest, *strips]


def feed_type(feed: Link) -> str:
    """The media type of a feed's address."""
    types = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
    return types.get(feed.path.rpartition(".")[2], "application/xml")


def summary(story: StoryProof) -> str:
    """A sentence or two for feeds and descriptions."""
    return story.card.standfirst or textwrap.shorten(story.text, 220, placeholder="…")


def feed_summary(story: StoryProof) -> str:
    """The summary for feeds. Agency copy goes out without its text, so its corrections are said here."""
    notes = [f"{note.label}: {note.text}" for note in (*serious(story), *told(story))] if story.source else []
    return " ".join([*notes, summary(story)])


def news_language(language: str) -> str:
    """The code that Google News takes: ISO 639, but Chinese by its script."""
    code = language.lower().split("-")[0]
    if code != "zh":
        return code
    return "zh-tw" if {"tw", "hant", "hk"} & set(language.lower().split("-")) else "zh-cn"


def was_updated(card: Card, noted: datetime | None = None) -> bool:
    """Whether the story changed, or got a note at `noted`, noticeably later than it was published; the same minute is one event."""
    return (max(card.updated, noted or card.updated) - card.published).total_seconds() >= 60


def place(page: Page) -> str:
    """The path of a page to which the frame of every page leads; empty for all others, which have the same frame."""
    return page.path if page.path in _led_to(page.paper) else ""


@lru_cache(maxsize=32)
def _led_to(paper: PaperProof) -> frozenset[str]:
    return frozenset((addresses.FRONT, addresses.SEARCH, addresses.FOLLOW, *(link.path for link in (*paper.menu, *paper.standing))))


def tone(path: str, paper: PaperProof) -> str:
    """The class that gives a section's things its colour: by its place in the menu."""
    places = [section.path for section in paper.sections]
    return f"tone-{places.index(path) % dressing.TONES + 1}" if path in places else ""


_QUOTED = re.compile(r"<p>(?=[“‘«„‚»])")


def hung(markup: Any) -> Any:
    """Cleaned HTML whose paragraphs that begin with a quotation mark are marked: the mark hangs in the margin."""
    return type(markup)(_QUOTED.sub('<p class="hung">', str(markup)))


_ROW, _CELL = re.compile(r"<tr>(.*?)</tr>", re.DOTALL), re.compile(r"<(t[hd])((?: scope=\"\w+\")?)>(.*?)</\1>", re.DOTALL)
_NUMBER = re.compile(r"[-−+±]?[£$€¥]?\s?\d[\d.,'’ \u00a0\u202f]*(?:\s?[%‰°]|\s?[a-zA-Z£$€]{1,3})?|[-–—]")


def figures(markup: Any) -> Any:
    """A cleaned table whose columns of numbers stand flush at their end, so that they can be compared by eye."""
    text = str(markup)
    rows = [_CELL.findall(row) for row in _ROW.findall(text)]
    body = [row for row in rows if any(tag == "td" for tag, _, _ in row)]
    if not body or any(len(row) != len(rows[0]) for row in rows):
        return markup  # A cell that spans several: which column is which cannot be told.
    numeric = {n for n in range(1, len(rows[0])) if all(_NUMBER.fullmatch(row[n][2].strip()) for row in body)}

    def marked(row: re.Match[str]) -> str:
        places = iter(range(len(rows[0])))
        return "<tr>" + _CELL.sub(lambda c: f'<{c[1]}{c[2]}{" class=n" if next(places) in numeric else ""}>{c[3]}</{c[1]}>', row[1]) + "</tr>"

    return type(markup)(_ROW.sub(marked, text).replace(" class=n>", ' class="n">'))


def dated(markup: Any, story: StoryProof) -> Any:
    """Cleaned HTML of a story whose past weekdays carry their date. Agency copy counts from when the agency wrote it."""
    written = story.source.agency_published if story.source else story.card.published
    return type(markup)(weekdays.dated(str(markup), written, story.card.language))


def by_role(story: StoryProof) -> list[tuple[str, list[Any]]]:
    """The others credited, a group for each role, in the order of the page."""
    groups = []
    for role in ("contributor", "photographer", "translator", "editor"):
        if named := [credit for credit in story.others if credit.role == role]:
            groups.append((role, named))
    return groups


def followed(story: StoryProof, paper: PaperProof) -> list[Link]:
    """What can be followed from a story's page, the narrowest first: its lines, topics, section, the paper."""
    lines = [Link(say_in("followed_line", paper.language, name=box.name), box.path) for box in story.lines if not box.ended]
    topics = [Link(topic.name, topic.path) for topic in story.topics[:4]]
    own = [credit for credit in story.writers if credit.path][:2]
    writers = [Link(say_in("followed_person", paper.language, name=credit.name), credit.path) for credit in own]
    return [*lines, *topics, *writers, story.card.section, Link(say_in("followed_paper", paper.language, name=paper.name), addresses.FRONT)]


def followed_list(thing: Any, paper: PaperProof) -> list[Link]:
    """What can be followed on the page of a list or a story line: the list itself."""
    name = say_in("followed_person", paper.language, name=thing.name) if getattr(thing, "kind", "") == "person" else thing.name
    return [Link(name, thing.path)]


def followed_paths(paths: Iterable[str]) -> str:
    """The address where readers who are signed in follow what stands at `paths`."""
    return f"{addresses.COMMENTS}follow/?{urlencode([('what', path) for path in paths])}"


def followed_account(options: Iterable[Link]) -> str:
    """The same for the options of a form."""
    return followed_paths(option.path for option in options)


@dataclass(frozen=True, slots=True)
class _Paper:
    """As much of a paper as one comment needs."""

    language: str
    year: int


def said(one: SaidProof, talk: TalkProof, paper: PaperProof) -> str:
    """The markup of one comment: made once, then joined to every page that shows it."""
    return _said(one, talk.standing.open, talk.post, paper.language, paper.year)


@lru_cache(maxsize=20_000)
def _said(one: SaidProof, open_: bool, post: str, language: str, year: int) -> str:
    own = own_folder()
    env = with_own(own) if own and own.is_dir() else _ENVIRONMENT
    module = env.get_template("talk-said.html").make_module({"page": _Page(_Paper(language, year))})
    return module.said(one, open_, post)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class _Page:
    """As much of a page as is the same on all pages of a paper."""

    paper: PaperProof | _Paper


class _Plate(Template):
    """A plate whose macros are set up once for each paper, where they look at nothing of the page but its paper."""

    def make_module(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> TemplateModule:
        if vars and "page" in vars and _asks_for_paper_only(self.environment, self.name or ""):
            return _module(self, vars["page"].paper)
        return super().make_module(vars, shared, locals)


@lru_cache(maxsize=256)
def _module(plate: _Plate, paper: PaperProof | _Paper) -> TemplateModule:
    module = Template.make_module(plate, {"page": _Page(paper)})
    for name in MADE_ONCE & vars(module).keys():
        setattr(module, name, partial(_once, getattr(module, name)))
    return module


MADE_ONCE = {"card", "foot", "head", "nav", "since", "ways"}
"""Macros that say the same on many pages: made once for each paper and each set of what they are called with."""


def _once(macro: Macro, *given: Any, **named: Any) -> str:
    return _made(macro, given, tuple(named.items()))


@lru_cache(maxsize=4_000)
def _made(macro: Macro, given: tuple[Any, ...], named: tuple[tuple[str, Any], ...]) -> str:
    return macro(*given, **dict(named))


class _Context(Context):
    """What a plate is given. Labels and macros are most of what plates call: for them Jinja need not find out what they take."""

    @internalcode
    def call(self, called: Any, /, *given: Any, **named: Any) -> Any:
        if called is not _say and type(called) is not Macro:
            return super().call(called, *given, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        first: Any = self if called is _say else self.eval_ctx
        return called(first, *given, **named)


@lru_cache(maxsize=1024)
def _asks_for_paper_only(env: Environment, name: str) -> bool:
    """Whether a plate, and whatever it imports, can be set up with a page of which nothing is known but the paper."""
    assert env.loader is not None
    plate = env.parse(env.loader.get_source(env, name)[0])
    if meta.find_undeclared_variables(plate) - env.globals.keys() - {"page"}:
        return False
    papers = sum(isinstance(one.node, nodes.Name) and one.node.name == "page" and one.attr == "paper" for one in plate.find_all(nodes.Getattr))
    if papers < sum(one.name == "page" for one in plate.find_all(nodes.Name)):
        return False
    return all(other is not None and _asks_for_paper_only(env, other) for other in meta.find_referenced_templates(plate))


def _loader(own: Path | None) -> BaseLoader:
    """Ours; or the paper's own, ours where it has none, and ours again under `house/` so that its own can extend them."""
    ours = FileSystemLoader(PLATES)
    return ChoiceLoader([FileSystemLoader(own), ours, PrefixLoader({"house": ours})]) if own else ours


class _House(Environment):
    template_class = _Plate
    context_class = _Context

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}  # Jinja's own chain of two is walked through again for every page.


def _environment(own: Path | None = None) -> Environment:
    env = _House(
        loader=_loader(own),
        autoescape=lambda name: name is None or not name.endswith(".txt"),  # robots.txt is no markup
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    del env.filters["safe"]  # What is safe to print is decided in kit.html alone.
    env.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False, "separators": (",", ":")}
    env.filters.update(
        date_long=dates.date_long_filter,
        date=dates.date_filter,
        date_short=dates.date_short_filter,
        time=dates.time_filter,
        date_time=dates.date_time_filter,
        iso=dates.iso,
        rfc=dates.rfc,
        absolute=absolute,
        absolute_links=absolute_links,
        feed_type=feed_type,
        was_updated=was_updated,
        by_role=by_role,
        dated=dated,
        figures=figures,
        hung=hung,
        serious=serious,
        tone=tone,
        told=told,
        newest=newest,
        news_language=news_language,
        place=place,
        summary=summary,
        site=players.host,
        feed_summary=feed_summary,
        followed=followed,
        followed_list=followed_list,
        followed_account=followed_account,
        followed_paths=followed_paths,
        said=said,
    )
    env.globals.update(say=_say, structured=structured, addresses=addresses, version=PLATES_VERSION)
    return env


PLATES_VERSION = _version(own_folder())
_ENVIRONMENT = _environment()


@lru_cache(maxsize=4)
def with_own(folder: Path) -> Environment:
    """Our plates with those of `folder` before them."""
    return _environment(folder)


def house() -> Environment:
    """Our plates alone."""
    return _ENVIRONMENT


def render(plate_name: str, **context: Any) -> str:
    """The page that the plate makes of its proofs. A plate of the paper's own that fails is left aside for this page."""
    if (own := own_folder()) and own.is_dir():
        try:
            return with_own(own).get_template(plate_name).render(context)
        except Exception:  # Whatever it is that a plate of one's own stumbles over: readers get their page.
            log.exception("A plate of your own failed on %s; ours was used.", plate_name)
    return _ENVIRONMENT.get_template(plate_name).render(context)



@lru_cache(maxsize=1)
def css() -> bytes:
    """The style sheet. A font that is late is used from the next page on: no text moves under a reader's eyes."""
    own = own_folder()
    files = [own / "site.css" if own and (own / "site.css").is_file() else PLATES / "site.css"]
    files += [own / "own.css"] if own and (own / "own.css").is_file() else []
    return (dressing.faces() + "".join(assets.squeeze(file.read_text(encoding="utf-8")) for file in files)).encode()


@lru_cache(maxsize=1)
def lite_css() -> bytes:
    """The few lines that the text-only pages have."""
    return assets.squeeze((PLATES / "lite.css").read_text(encoding="utf-8")).encode()


@lru_cache(maxsize=1)
def script() -> bytes:
    """The script that follows a live blog."""
    return assets.script("live")


def icon_svg(paper: PaperProof) -> str:
    """The paper's icon: its initial on the colour of the masthead."""
    return render("icon.svg", initial=_initial(paper), ground=ICON_GROUND, ink=ICON_INK)


def icon_ico(paper: PaperProof) -> bytes:
    """The icon as an ICO file."""
    return images.favicon(_initial(paper), ICON_GROUND, ICON_INK)


ICON_GROUND, ICON_INK = "#0b4a57", "#faf7f0"


def _initial(paper: PaperProof) -> str:
    return next((letter.upper() for letter in paper.name.removeprefix("The ") if letter.isalnum()), "M")
