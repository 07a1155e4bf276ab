"""Finding a story by words: for the search page, and for the page where nothing is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from masthead.kit import clock
from masthead.press import pages, proof
from masthead.press.reading import Reader
from masthead.stories import clippings
from masthead.stories.clippings import MOST_LETTERS
from masthead.stories.models import Story, Topic
from masthead.titles import which
from masthead.titles.models import Title

MOST = 20
TOPICS = 12
FIELDS = ("q", "in", "section", "topic", "by", "since", "until", "before")
NEAR = 5
LOOKS_AT = 1500
"""Newest stories that a mistyped address is compared with."""
KEPT = 60.0
_WORD = re.compile(r"[^\W_]{3,}")
_kept: dict[int, tuple[float, list[tuple[int, frozenset[str]]]]] = {}


def words_of(path: str) -> str:
    """The words in an address, as somebody would type them into a search."""
    return " ".join(dict.fromkeys(w for w in _WORD.findall(path.lower()) if not w.isdigit()))[:120]


def near(title: Title, path: str) -> tuple[proof.Card, ...]:
    """Stories whose address has most of the words of `path`. What is suggested has passed the gate this second."""
    wanted = frozenset(slugify(words_of(path)).split("-")) - {""}
    if len(wanted) < 2:
        return ()
    ranked = sorted(((len(wanted & words), pk) for pk, words in _slugs(title)), reverse=True)
    close = [pk for shared, pk in ranked[:NEAR] if shared * 2 > len(wanted)]
    reader = Reader(title)
    shown = {story.pk: story for story in reader.teasers(reader.stories("search").filter(pk__in=close))} if close else {}
    return reader.cards(shown[pk] for pk in close if pk in shown)


def _slugs(title: Title) -> list[tuple[int, frozenset[str]]]:
    """The words in the newest addresses, read once a minute: a machine that tries addresses costs no query each."""
    now = clock.monotonic()
    made, rows = _kept.get(title.pk, (0.0, []))
    if not rows or now - made > KEPT:
        newest = Story.objects.readable().filter(title=title).order_by("-first_published_at")
        rows = [(pk, frozenset(slug.split("-"))) for pk, slug in newest.values_list("pk", "slug")[:LOOKS_AT]]
        _kept[title.pk] = (now, rows)
    return rows


def page(request: HttpRequest) -> HttpResponse:
    """The search page: a form, and what it found."""
    from masthead.public.contact import private

    title = which.of(request)
    if title is None:
        return HttpResponse("This paper has not been set up yet.", status=503, content_type="text/plain")
    return private(HttpResponse(pages.search(Reader(title), answer(title, request.GET))))


def answer(title: Title, asked: Mapping[str, str]) -> proof.SearchProof:
    """What is found for the fields of the form. A filter that says nothing is left out."""
    given = {name: " ".join(asked.get(name, "").replace("\x00", " ").split())[:MOST_LETTERS] for name in FIELDS}
    reader = Reader(title)
    section = title.sections.filter(slug=given["section"]).first() if given["section"] else None
    topic = public_topic(title, given["topic"])
    since, until = _day(given["since"], title), _day(given["until"], title)
    question = clippings.Question(
        words=given["q"],
        in_headlines=given["in"] == "headlines",
        section=section.pk if section else None,
        topic=topic.pk if topic else None,
        ours={"ours": True, "wire": False}.get(given["by"]),
        since=since,
        until=until + timedelta(days=1) if until else None,
        before=int(given["before"]) if given["before"].isdecimal() and len(given["before"]) < 19 else None,
    )
    found = clippings.search(title, question, MOST)
    shown = {s.pk: s for s in reader.load(reader.readable().filter(pk__in=found.ids))}
    stories = [shown[pk] for pk in found.ids if pk in shown]
    kept = {name: given[name] for name in FIELDS if name not in ("before", "q") and given[name]}
    wrong = [given[name] for name, day in (("since", since), ("until", until)) if given[name] and not day]
    return proof.SearchProof(
        words=given["q"],
        headlines=question.in_headlines,
        section=section.slug if section else "",
        topic=topic.slug if topic else "",
        by=given["by"] if question.ours is not None else "",
        since=given["since"] if since else "",
        until=given["until"] if until else "",
        sections=tuple(proof.Link(s.name, s.slug) for s in title.sections.all()),
        topics=_topics(stories, topic),
        cards=tuple(reader.card(story) for story in stories),
        spelt=found.spelt,
        older=f"?{urlencode({'q': found.spelt or given['q'], **kept, 'before': found.more})}" if found.more else "",
        asked=bool(question),
        wrong=", ".join(wrong),
    )


def public_topic(title: Title, slug: str) -> Topic | None:
    """The topic with this slug, if it has a page: the name of another may tell of a story that nobody may see yet."""
    listing = pages.find_listing(title, "topics", slug) if slug else None
    return listing.thing if listing and isinstance(listing.thing, Topic) else None


def _topics(stories: list[Story], chosen: Topic | None) -> tuple[proof.Link, ...]:
    """Topics to narrow down by: those of what was found, the commonest first."""
    met = Counter(row.topic for story in stories for row in story.story_topics.all())
    topics = [topic for topic, _ in met.most_common(TOPICS)]
    if chosen and chosen not in topics:
        topics.append(chosen)
    return tuple(proof.Link(topic.name, topic.slug) for topic in topics)


def _day(said: str, title: Title) -> datetime | None:
    """The beginning of a day in the paper's zone; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(said), time(), title.zone)
    except ValueError:
        return None
