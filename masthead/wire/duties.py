"""Conditions of use, read out of an agency's sentences: what they ask of us, in plain words, with the sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dateutil import parser as dates
from dateutil.parser import ParserError

from masthead.kit import clock, html
from masthead.wire.item import Item
from masthead.wire.profiles.profile import DUTIES, Profile, StandingDuty

HOLDING = frozenset(["market-embargo", "no-region", "no-internet", "counter-pixel", "condition"])
"""Duties that no rule may fulfil unseen."""
ARCHIVE = timedelta(days=30)
"""How long copy or a picture that must not be archived stays with readers, from its arrival."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One condition.

    Attributes:
        kind: the short name, for rules and filters.
        words: what it means for us, for the editor.
        sentence: the agency's own, which caused it.
        holds: the copy must not go out by rule.
        until: readers may see it until then (aware); None for no limit.
    """

    kind: str
    words: str
    sentence: str
    holds: bool = False
    until: datetime | None = None


_Test = Callable[[str], bool]


def _has(pattern: str) -> _Test:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda sentence: compiled.search(sentence) is not None


_KINDS: tuple[tuple[str, str, bool, _Test], ...] = (
    (
        "market-embargo",
        "It must not run in the market of the station it comes from.",
        True,
        _has(r"\bmarket embargo|\bsame market\b|\bembargo(?:ed)? (?:for|in) the .{2,40} market|\blocal market\b"),
    ),
    (
        "one-time-use",
        "It may be used once only.",
        False,
        _has(
            r"\bone[ -]time (?:only|use)|\bsingle use\b|\beinmalige (?:nutzung|verwendung)|\bun solo uso\b|\busage unique\b"
        ),
    ),
    (
        "no-archive",
        "It must not stay in the archive.",
        False,
        _has(
            r"\bno (?:archiv\w*|resale)|\bnot for archiv|\bNARCH\b|\bkeine archivierung|\bsin archivo\b|\bno archivar"
            r"|\bpas d['’]archiv|\bsans archiv"
        ),
    ),
    (
        "no-sales",
        "It must not be sold on.",
        False,
        _has(r"\bno (?:re)?sales?\b|\bSALESOUT\b|\bkein weiterverkauf|\bno vender\b"),
    ),
    (
        "no-internet",
        "It must not run on the internet.",
        True,
        _has(
            r"\bno (?:internet|online|web|wireless|digital)\b|\bprint only\b|\bnicht online|\bno archival or wireless"
        ),
    ),
    (
        "no-region",
        "It must not run everywhere; whether it may run here is for an editor to say.",
        True,
        _has(
            r"\bnot for (?:use|publication|distribution|release) (?:in|outside)\b|\bno (?:use )?(?:in )?(?:U\.?S\.?A?|U\.?K\.?)\b"
            r"|\b[A-Z][a-z]+ out\b|\b[A-Z]{3,}(?:, [A-Z]{3,})* OUT\b|\brights except\b|\bEUO\b|\bnur in deutschland"
            r"|\baccess only for\b|\bsauf en\b|\bexcepto en\b"
        ),
    ),
    (
        "no-edits",
        "It must run unchanged.",
        False,
        _has(
            r"\b(?:may|must|can) ?not be (?:edited|altered|changed|modified)|\bno (?:edits|editing|alterations?|crop\w*)\b"
            r"|\bwithout (?:any )?(?:changes|alteration|modification)|\bunverändert|\bsin modific|\bsans modific"
        ),
    ),
    (
        "keep-links",
        "Every link in it must stay.",
        False,
        _has(
            r"\b(?:keep|retain|include|leave|preserve)\b.{0,30}\b(?:links?|hyperlinks?)\b|\blinks? must (?:be kept|remain|stay)"
        ),
    ),
    (
        "counter-pixel",
        "The agency asks for its counting pixel; readers are not tracked here, so it is left out and an editor decides.",
        True,
        _has(r"\b(?:tracking|counting|counter|republication) pixel|\bpixel (?:must|should)|\bzählpixel"),
    ),
    (
        "no-newsletter",
        "It must not go into letters.",
        False,
        _has(r"\bno (?:e-?mail )?newsletters?\b|\bnot for newsletters?\b"),
    ),
    (
        "mandatory-credit",
        "The credit must stand with it.",
        False,
        _has(
            r"\bmandatory credit|\bcredit (?:is )?mandatory|\bmust credit|\bpflicht(?:angabe|nennung)|\bcrédit obligatoire|\bcrédito obligatorio"
        ),
    ),
    (
        "editorial-only",
        "For editorial use only, not for advertising.",
        False,
        _has(
            r"\beditorial use only|\bfor editorial purposes|\bnur (?:für|zur) redaktionelle|\bsólo uso editorial|\busage éditorial"
        ),
    ),
    (
        "no-data-mining",
        "It must not be mined for data or used to train models.",
        False,
        _has(
            r"\bdata ?mining\b.{0,60}\b(?:prohibited|not allowed|not permitted|forbidden|only)|\bDMI-PROHIBITED|\bno (?:ai|data ?mining|tdm)\b"
        ),
    ),
)
_DAYS = re.compile(
    r"\b(?:for|within|after|expires? (?:in|after)|nach|während|durante|pendant)\D{0,30}?(\d{1,3})[ -]?(hours?|days?|stunden?|tagen?|horas|días|heures|jours)",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:remov(?:ed?|al)|delet(?:ed?|ion)|taken down|expires?|use(?:d)?|valid)\b.{0,20}?\b(?:by|before|until|till|on|after)\s+"
    r"(\d{1,2}\.? \w+ \d{4}|\w+ \d{1,2},? \d{4}|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)


def duties(texts: Iterable[str]) -> tuple[Duty, ...]:
    """The conditions in these terms, instructions and rights lines, each kind once with its first sentence."""
    found: dict[str, Duty] = {}
    for text in texts:
        for sentence in _sentences(text):
            for duty in _read(sentence):
                found.setdefault(duty.kind, duty)
    return tuple(found.values())


def of_item(item: Item, profile: Profile | None = None) -> tuple[Duty, ...]:
    """The conditions on an item: its own terms and rights lines, what its standing lines ask, and its agency's licence."""
    pictures = [text for media in item.media for text in (media.usage_terms, media.rights) if text]
    found = {duty.kind: duty for duty in duties([*item.usage_terms, *(pictures if item.type == "picture" else [])])}
    for remark in item.remarks:
        if remark.role == "licence-tagline":
            found.setdefault("keep-tagline", Duty("keep-tagline", DUTIES["keep-tagline"], remark.text))
    for standing in profile.duties if profile else ():
        if standing.kind not in found:
            found[standing.kind] = _standing(standing, item)
    return tuple(found.values())


def _standing(standing: StandingDuty, item: Item) -> Duty:
    """A duty of the licence; days count from when the agency sent the copy, else from now."""
    until = None
    if standing.days:
        until = (item.version_created or item.published or item.first_created or clock.now()) + timedelta(days=standing.days)
    elif standing.kind == "no-archive":
        until = clock.now() + ARCHIVE
    end = f" It must be gone by {until:%-d %B %Y}." if until else ""
    return Duty(standing.kind, DUTIES[standing.kind] + end, standing.sentence, standing.kind in HOLDING, until)


def _sentences(text: str) -> list[str]:
    plain = " ".join(html.to_text(text[:20_000]).split()) if "<" in text else " ".join(text[:20_000].split())
    return [
        piece.strip(" *") for piece in re.split(r"(?<=[.!?;])\s+|\s*[|/]\s+|; ?|\s\*{3}", plain) if piece.strip(" *")
    ]


def _read(sentence: str) -> Iterable[Duty]:
    for kind, words, holds, test in _KINDS:
        if test(sentence):
            until = clock.now() + ARCHIVE if kind in ("no-archive", "one-time-use") else None
            yield Duty(kind, words, sentence, holds, until)
    until = _end(sentence)
    if until:
        yield Duty("expires-after", f"It must be gone by {until:%-d %B %Y, %H:%M} UTC.", sentence, until=until)


def _end(sentence: str) -> datetime | None:
    span = _DAYS.search(sentence)
    if span and re.search(
        r"\b(?:use|usage|publi|remov|expir|access|nutz|uso|usage|delet|onl)", sentence, re.IGNORECASE
    ):
        unit = timedelta(hours=1) if span[2][0].lower() in "hs" else timedelta(days=1)
        return clock.now() + int(span[1]) * unit
    named = _UNTIL.search(sentence)
    if named is None:
        return None
    try:
        found = dates.parse(named[1], dayfirst=True)
    except (ParserError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) + timedelta(days=1)
