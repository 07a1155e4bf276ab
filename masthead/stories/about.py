"""What a story may be about: topics of the paper and people, found in its own words, for the desk to take or leave."""

from __future__ import annotations

import re
from collections import Counter

from masthead.stories.body import words_of
from masthead.stories.models import Story, Topic

MOST = 6
OFTEN = 3
"""Mentions that make a person a subject of the story and not somebody who passes through it."""

_WORD = re.compile(r"[^\W_]+")
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:[-’'][A-ZÀ-ÖØ-Þ]?[^\W\d_]+)*"
_NAME = re.compile(rf"{_CAPITAL}(?: (?:(?:de|da|di|del|la|van|von|der|den|bin|al|el) ){{0,2}}{_CAPITAL})+")
_POSSESSIVE = re.compile(r"[’']s?$")
_NO_NAMES = (
    "president minister prime vice secretary general governor mayor councillor councilor alderman senator congressman congresswoman"
    " representative pope king queen prince princess lord lady sir dame dr mr mrs ms miss mx prof professor captain colonel major"
    " sergeant lieutenant admiral judge justice chief officer detective inspector superintendent constable sheriff coach reverend"
    " father sister brother ambassador chancellor director chair chairman chairwoman the a an and but in on at for from when while"
    " after before as if with by to of according monday tuesday wednesday thursday friday saturday sunday"
)
_BEFORE = frozenset(_NO_NAMES.split())
"""Words in capitals that stand before a name and are none of it: offices, and what begins a sentence."""
_ALL_NOUNS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital: there a name cannot be told from one."""


def proposals(story: Story) -> list[str]:
    """Names of topics, at most MOST: those of the paper that the words name, then people named often.

    Never where the story comes from, who wrote it, or what it has already.
    """
    text = " ".join([story.display_headline, story.standfirst, words_of(story.body)])
    taken = {row.topic.name.casefold() for row in story.story_topics.all()} | _origin(story)
    found = [name for name in [*_known(story, text), *_people(story, text)] if name.casefold() not in taken]
    return list({name.casefold(): name for name in reversed(found)}.values())[::-1][:MOST]


def _origin(story: Story) -> set[str]:
    names = [story.title.name, story.agency.name if story.agency else ""]
    for credit in story.credits.all():
        names += [credit.name, credit.organisation]
    return {name.casefold() for name in names if name}


def _known(story: Story, text: str) -> list[str]:
    """Topics of the paper that the text names: one word more than once, two side by side, of longer names every word."""
    said = [word.casefold() for word in _WORD.findall(text)]
    often, whole = Counter(said), f" {' '.join(said)} "
    rows = Topic.objects.filter(title=story.title).exclude(kind=Topic.Kind.PLACE).values_list("name", flat=True)
    words = {name: [word.casefold() for word in _WORD.findall(name)] for name in rows}

    def named(its: list[str]) -> bool:
        if len(its) < 3:
            return bool(its) and (f" {' '.join(its)} " in whole if len(its) == 2 else often[its[0]] > 1)
        return all(often[word] for word in its)

    return sorted((name for name, its in words.items() if named(its)), key=lambda name: (-len(words[name]), name))


def _people(story: Story, text: str) -> list[str]:
    if story.spoken_language.split("-")[0] in _ALL_NOUNS:
        return []
    named: Counter[str] = Counter()
    mentions = Counter(_POSSESSIVE.sub("", word) for word in re.findall(_CAPITAL, text))
    for found in _NAME.finditer(text):
        words = [_POSSESSIVE.sub("", word) for word in found[0].split()]
        office = max((n for n, word in enumerate(words) if word.casefold() in _BEFORE), default=-1)
        own = words[office + 1 :]
        if 2 <= len(own) <= 4 and mentions[own[-1]] >= OFTEN:
            named[" ".join(own)] += 1
    best: dict[str, str] = {}
    for name, _ in named.most_common():
        best.setdefault(name.split()[-1], name)
    return sorted(best.values(), key=lambda name: -mentions[name.split()[-1]])
