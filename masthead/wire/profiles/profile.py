"""What a profile holds, and what is wrong with one, in sentences.

A profile is data about one agency's copy: it never runs. Shipped ones are TOML files of this folder; an editor's own
are rows of the database with the same content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import available_timezones

from masthead.wire.profiles.names import CreditMap

MAPPABLE = {
    "headline": "text", "standfirst": "text", "byline": "text", "slugline": "text", "body": "text", "link": "text",
    "language": "text", "dateline": "text", "provider": "text", "credit": "text", "copyright_notice": "text",
    "guid": "text", "usage_terms": "list", "keywords": "list", "categories": "list", "genres": "list",
    "ednotes": "notes", "version": "number", "urgency": "number", "published": "time", "updated": "time",
    "first_created": "time", "version_created": "time", "embargoed_until": "time", "expires": "time",
}  # fmt: skip
"""Fields of an item that a field map may fill, and what they hold."""
DUTIES = {
    "market-embargo": "It must not run in the market of the station it comes from.",
    "no-archive": "It must not stay in the archive.",
    "no-internet": "It must not run on the internet.",
    "no-region": "It must not run everywhere; whether it may run here is for an editor to say.",
    "no-edits": "It must run unchanged.",
    "no-newsletter": "It must not go into letters.",
    "no-sales": "It must not be sold on.",
    "keep-links": "Every link in it must stay.",
    "keep-tagline": "The agency's line about itself must stay under the story.",
    "mandatory-credit": "The credit must stand with it.",
    "editorial-only": "For editorial use only, not for advertising.",
    "no-data-mining": "It must not be mined for data or used to train models.",
    "condition": "It comes with a condition of the agency's own.",
}
"""Standing duties that a profile may name, and what each asks of us."""
MOST, LONGEST = 300, 300
"""Lines in one list of a profile, and characters in a line."""


class WrongProfile(ValueError):
    """A profile that cannot be used. `sentences` say what is wrong, each by itself."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class StandingDuty:
    """A duty that the licence lays on all copy of the agency. `days`: after so many it must be gone; None: no end."""

    kind: str
    sentence: str
    days: int | None = None


@dataclass(frozen=True)
class Profile:
    """How one agency's copy is read.

    Attributes:
        time_zone: an IANA name for times that come without a zone; empty: the paper's own.
        fields: field of the item and the path in its element or object that fills it.
        labels: words before a headline that are no part of it; `#` stands for a number.
        private_lines: beginnings of paragraphs that only editors may read.
        private_from: beginnings of paragraphs from which on everything is for editors.
        credits: names as sent and the names, nearest to the camera first and parted by strokes, that are shown.
        suppliers: names in a credit (`*` at the end: and what follows) and the agency whose picture it is.
        last: names that stand last in a credit, whoever wrote them first.
        distributor: who passes the copy on to us, when that is not who made it.
        own: our own stations and companies: their copy is local.
    """

    slug: str
    name: str
    agency: str = ""
    time_zone: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    private_lines: tuple[str, ...] = ()
    private_from: tuple[str, ...] = ()
    credits: tuple[tuple[str, str], ...] = ()
    suppliers: tuple[tuple[str, str], ...] = ()
    last: tuple[str, ...] = ()
    distributor: str = ""
    own: tuple[str, ...] = ()
    duties: tuple[StandingDuty, ...] = ()
    formats: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()

    @cached_property
    def _hash(self) -> int:
        return hash((self.slug, self.name, self.time_zone, self.fields, self.labels, self.private_lines, self.credits))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def label(self) -> re.Pattern[str] | None:
        """The label words as one pattern; alternatives share no beginning that repeats, so matching is linear."""
        words = sorted(self.labels, key=len, reverse=True)
        if not words:
            return None
        said = "|".join(re.escape(word).replace(r"\#", r"\d{1,3}") for word in words)
        return re.compile(rf"(?P<label>{said})(?:\s{{0,3}}[-–—:]\s{{0,3}}|\s{{1,3}}(?=[-–—:]))(?P<rest>\S.*)$")

    @cached_property
    def private_line(self) -> re.Pattern[str] | None:
        return _beginnings(self.private_lines)

    @cached_property
    def private_start(self) -> re.Pattern[str] | None:
        return _beginnings(self.private_from)

    @cached_property
    def credit_map(self) -> CreditMap:
        """The names of this profile, ready to be asked."""
        names = tuple((sent.casefold(), tuple(shown.split("/"))) for sent, shown in self.credits)
        own = tuple((shown.casefold(), (shown,)) for _, value in self.credits for shown in value.split("/"))
        known = dict(names)
        known.update({key: value for key, value in own if key not in known})
        suppliers = tuple((name.casefold(), agency) for name, agency in self.suppliers)
        return CreditMap(tuple(known.items()), suppliers, frozenset(self.last))

    def shown(self, name: str | None) -> str | None:
        """An organisation as readers know it."""
        found = self.credit_map.shown(name) if name else None
        return found[0] if found else name


def _beginnings(words: tuple[str, ...]) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile(r"[\s#*(>–—-]{0,10}(?:" + "|".join(re.escape(word) for word in words) + ")", re.IGNORECASE)


def made(slug: str, content: Mapping[str, Any]) -> Profile:
    """The profile that this content describes. Raises WrongProfile with a sentence for each thing that is wrong."""
    wrong = tuple(problems(content))
    if wrong:
        raise WrongProfile(wrong)
    recognise, private = content.get("recognise", {}), content.get("private", {})
    return Profile(
        slug=slug,
        name=content["name"].strip(),
        agency=content.get("agency", "").strip(),
        time_zone=content.get("time_zone", ""),
        fields=_pairs(content.get("fields", {})),
        labels=_words(content.get("labels", [])),
        private_lines=_words(private.get("lines", [])),
        private_from=_words(private.get("from", [])),
        credits=_pairs(content.get("credits", {})),
        suppliers=_pairs(content.get("suppliers", {})),
        last=_words(content.get("last", [])),
        distributor=content.get("distributor", "").strip(),
        own=_words(content.get("own", [])),
        duties=tuple(StandingDuty(d["kind"], d["sentence"].strip(), d.get("days")) for d in content.get("duties", [])),
        formats=_words(recognise.get("formats", [])),
        providers=tuple(p.casefold() for p in _words(recognise.get("providers", []))),
        signs=_words(recognise.get("signs", [])),
    )


def _words(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values))


def _pairs(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((key.strip(), value.strip()) for key, value in values.items())


# -- what is wrong ------------------------------------------------------------------------------------------

_TEXTS = ("name", "agency", "time_zone", "distributor")
_LISTS = {"labels": "label words", "last": "names that go last", "own": "our own names"}
_MAPS = {"fields": "field map", "credits": "credit map", "suppliers": "supplier map"}
_KNOWN = {*_TEXTS, *_LISTS, *_MAPS, "private", "recognise", "duties"}


def problems(content: Mapping[str, Any]) -> Iterator[str]:
    """Every fault of a profile's content, as a sentence that its editor understands."""
    for key in content:
        if key not in _KNOWN:
            yield f"There is no setting “{key}” in a profile; known are {', '.join(sorted(_KNOWN))}."
    for key in _TEXTS:
        if not isinstance(content.get(key, ""), str) or len(content.get(key, "")) > LONGEST:
            yield f"“{key}” must be a short text."
    if not isinstance(content.get("name"), str) or not content["name"].strip():
        yield "The profile needs a name."
    zone = content.get("time_zone", "")
    if isinstance(zone, str) and zone and zone not in available_timezones():
        yield f"“{zone}” is no time zone; write one such as Europe/Berlin or America/New_York."
    for key, said in _LISTS.items():
        yield from _list_problems(said, content.get(key, []))
    for key, said in _MAPS.items():
        yield from _map_problems(said, content.get(key, {}))
    yield from _table_problems("private", content.get("private", {}), ("lines", "from"))
    yield from _table_problems("recognise", content.get("recognise", {}), ("formats", "providers", "signs"))
    yield from _field_problems(content.get("fields", {}))
    yield from _duty_problems(content.get("duties", []))


def _list_problems(said: str, value: object) -> Iterator[str]:
    if not isinstance(value, list) or len(value) > MOST:
        yield f"The {said} must be a list of at most {MOST} lines."
        return
    for line in value:
        if not isinstance(line, str) or not line.strip() or len(line) > LONGEST:
            yield f"Each of the {said} must be a text of 1 to {LONGEST} characters, not {str(line)[:40]!r}."
        elif said in ("lines", "from") and len(line.strip()) < 4:
            yield f"The private marker “{line}” is too short: at least 4 characters, or copy would be taken for notes."
        elif said == "label words" and not re.search(r"[^\W\d_]{2}", line):
            yield f"The label “{line}” must hold a word; # stands for a number, as in “UPDATE #”."


def _map_problems(said: str, value: object) -> Iterator[str]:
    if not isinstance(value, Mapping) or len(value) > MOST:
        yield f"The {said} must hold at most {MOST} lines, each with a name, an equals sign and a value."
        return
    for key, shown in value.items():
        if not key.strip() or not isinstance(shown, str) or not shown.strip() or max(len(key), len(shown)) > LONGEST:
            yield f"In the {said}, “{key[:60]}” needs a value after the equals sign, of at most {LONGEST} characters."


def _table_problems(key: str, value: object, known: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"“{key}” must hold {' and '.join(known)}."
        return
    for name, lines in value.items():
        if name not in known:
            yield f"There is no setting “{name}” in “{key}”; known are {', '.join(known)}."
        else:
            yield from _list_problems(name, lines)


_PATH = re.compile(r"@?[\w:.-]{1,60}(?:/@?[\w:.-]{1,60}){0,9}$")


def _field_problems(value: object) -> Iterator[str]:
    for field, path in value.items() if isinstance(value, Mapping) else ():
        if field not in MAPPABLE:
            yield f"An item has no field “{field}”; known are {', '.join(sorted(MAPPABLE))}."
        elif isinstance(path, str) and not _PATH.match(path.strip()):
            yield f"“{path}” is no path to a field; write names parted by strokes, such as “extra/title” or “meta/@name”."


def _duty_problems(value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield "The duties must be a list."
        return
    for duty in value:
        if not isinstance(duty, Mapping) or duty.get("kind") not in DUTIES:
            kind = duty.get("kind") if isinstance(duty, Mapping) else duty
            yield f"“{kind}” is no duty; known are {', '.join(DUTIES)}."
            continue
        sentence = duty.get("sentence")
        if not isinstance(sentence, str) or not sentence.strip() or len(sentence) > LONGEST:
            yield f"The duty “{duty['kind']}” needs the agency's sentence, of at most {LONGEST} characters."
        days = duty.get("days")
        if days is not None and (isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 3650):
            yield f"The duty “{duty['kind']}” counts days from 1 to 3650, not “{days}”."
