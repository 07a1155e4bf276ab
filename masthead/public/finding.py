"""Finding a story by words: for the search page, and for the page where nothing is."""

from __future__ import annotations

import re

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from masthead.kit import clock
from masthead.press import pages, proof
from masthead.press.reading import Reader
from masthead.stories.models import Story
from masthead.titles.models import Title

MOST = 20
MOST_WORDS = 6
NEAR = 5
LOOKS_AT = 1500
"""Newest stories that a mistyped address is compared with."""
KEPT = 60.0
_WORD = re.compile(r"[^\W_]{3,}")
_kept: dict[int, tuple[float, list[tuple[int, frozenset[str]]]]] = {}


def words_of(path: str) -> str:
    """The words in an address, as somebody would type them into a search."""
    return " ".join(dict.fromkeys(w for w in _WORD.findall(path.lower()) if not w.isdigit()))[:120]


def search(title: Title, words: str) -> tuple[proof.Card, ...]:
    """Stories that readers may see and that have every word in headline, standfirst or first lines, newest first."""
    wanted = words.split()[:MOST_WORDS]
    if not wanted:
        return ()
    reader = Reader(title)
    found = reader.stories("search")
    for word in wanted:
        said = Q(headline__icontains=word) | Q(wire_headline__icontains=word) | Q(standfirst__icontains=word)
        found = found.filter(said | Q(summary__icontains=word))
    return reader.cards(found[:MOST])


def near(title: Title, path: str) -> tuple[proof.Card, ...]:
    """Stories whose address has most of the words of `path`. What is suggested has passed the gate this second."""
    wanted = frozenset(slugify(words_of(path)).split("-")) - {""}
    if len(wanted) < 2:
        return ()
    ranked = sorted(((len(wanted & words), pk) for pk, words in _slugs(title)), reverse=True)
    close = [pk for shared, pk in ranked[:NEAR] if shared * 2 > len(wanted)]
    reader = Reader(title)
    shown = {story.pk: story for story in reader.stories("search").filter(pk__in=close)} if close else {}
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

    title = Title.objects.order_by("pk").first()
    if title is None:
        return HttpResponse("This paper has not been set up yet.", status=503, content_type="text/plain")
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:120]
    return private(HttpResponse(pages.search(title, words, search(title, words))))
