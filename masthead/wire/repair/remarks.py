"""Standing lines that mean something: embargo, correction, developing, updated at, opinion, orders in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from masthead.wire.item import Remark

LONGEST = 1500


_EMBARGO = re.compile(
    r"(?:Please note: ).{0,300}\bembargo\b|.{0,200}\b(?:strict )?local market embargo\b|.{0,60}\bIf you share the same market as\b",
    re.IGNORECASE,
)
_MARKET = re.compile(r"\bmarket embargo\b|\bsame market as\b", re.IGNORECASE)
_EVERYWHERE = re.compile(r"\bany platform\b|\ball platforms\b", re.IGNORECASE)
_NOT_ORIGINAL = re.compile(r"\bdoes not contain original\b", re.IGNORECASE)
_CORRECTION = re.compile(
    r"(?P<label>(?:Correction|Clarification|Corrected)(?: \([^)]{2,40}\))?:\s)|An? (?:earlier|previous) version of this (?:article|story|report) "
    r"(?:mis\w+|incorrectly|wrongly|gave|said|stated|omitted|referred|contained)",
    re.IGNORECASE,
)
_WAS_NOW = re.compile(r"\b(?:to|is|was|as|were) (?P<now>[\w$£€.,% -]{1,40}?), not (?P<was>[\w$£€.,% -]{1,40}?)[.;]?$")
_DEVELOPING = re.compile(
    r"(?:This is a (?:developing|breaking)(?: news)? story(?: and will be updated| and may be updated)?"
    r"|This story is (?:developing|breaking)(?: and will be updated)?|(?:Developing|Breaking) story)"
    r"(?:\.|;|,)?(?: (?:It|Check back|Please check back|More|Follow)[^.]{0,80})?\.?$",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"(?:Last )?updated(?: at| on)?:? (?P<h>\d{1,2}):(?P<m>\d{2}) ?(?P<half>[ap])\.?m\.?(?: (?P<zone>[ECMP][SD]?T))?"
    r"(?:,? (?P<date>(?:on )?[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?))?\.?$",
    re.IGNORECASE,
)
ZONES = {"E": "America/New_York", "C": "America/Chicago", "M": "America/Denver", "P": "America/Los_Angeles"}
_OPINION = re.compile(
    r"(?:The (?:views|opinions) expressed in this (?:commentary|article|column|piece) are (?:solely )?(?:those|his|hers|their)\b"
    r"|The opinions expressed .{0,60} are (?:solely )?those of the authors?\b)"
)
_MORE_OPINION = re.compile(r"\bView more opinion (?:articles )?on (?P<source>[\w .]{2,40}?)\.?$")
_NOTE = re.compile(r"(?P<who>Editor|Editors|Publisher)[’']?s?[’']? note:?\s", re.IGNORECASE)
_NOTE_ABOUT_COPY = re.compile(
    r"\b(?:story|article|report|version|corrects?|updated?|published|column|series|attn|eds)\b", re.IGNORECASE
)
_INFORMATION = re.compile(r"\(?Information from:? (?P<source>[^,;()]{2,80})[,;]?(?P<more>[^()]{0,120}?)(?P<end>\)?)\.?$")
_LABELS = {
    "UPDATE": ("update-marker", "text up to ORIGINAL: is newer"),
    "ORIGINAL": ("original-marker", "older version kept below; second dateline follows"),
    "ORIGINAL STORY": ("original-marker", "older version kept below; second dateline follows"),
    "PREVIOUS": ("original-marker", "older version kept below; second dateline follows"),
}

_MAY_BE = re.compile(
    r"\s{0,20}\(?(?:please note|correct|clarif|an? (?:earlier|previous) version|this (?:is a|story)|developing|breaking|last upd|upd|orig|prev"
    r"|the (?:views|opinions)|editor|publisher|information from)",
    re.IGNORECASE,
)
"""Cheap to ask of every paragraph: most are copy."""


def remark(text: str) -> Remark | None:
    """What a whole paragraph means beside telling the story; None for copy."""
    if len(text) > LONGEST or not (_MAY_BE.match(text) or "market embargo" in text or "same market" in text):
        return None
    line = " ".join(text.split())
    for read in _READERS:
        found = read(line)
        if found:
            return found
    return None


def _label(line: str) -> Remark | None:
    found = _LABELS.get(line[:-1]) if line.endswith(":") and line.isupper() else None
    return Remark(found[0], line, True, (("means", found[1]),)) if found else None


def _embargo(line: str) -> Remark | None:
    if ("mbargo" not in line and "same market" not in line) or not _EMBARGO.match(line):
        return None
    if not _MARKET.search(line):
        return None
    facts = [("type", "market-embargo"), ("market_of", "origin_station")]
    facts += [("platforms", "all")] if _EVERYWHERE.search(line) else []
    facts += [("original_reporting", "no")] if _NOT_ORIGINAL.search(line) else []
    return Remark("embargo", line, True, tuple(facts))


def _correction(line: str) -> Remark | None:
    match = _CORRECTION.match(line)
    if match is None:
        return None
    told = _WAS_NOW.search(line[-160:])
    facts = (("was", told["was"]), ("now", told["now"])) if told else ()
    return Remark("correction", line, bool(match["label"]), facts)


def _developing(line: str) -> Remark | None:
    return Remark("developing", line, True) if len(line) < 200 and _DEVELOPING.match(line) else None


def _updated(line: str) -> Remark | None:
    match = _UPDATED.match(line) if len(line) < 80 else None
    if match is None or int(match["h"]) > 12 or int(match["m"]) > 59:
        return None
    hour = int(match["h"]) % 12 + (12 if match["half"].lower() == "p" else 0)
    facts = [("time", f"{hour:02}:{match['m']}")]
    facts += [("tz", ZONES[match["zone"][0].upper()])] if match["zone"] else []
    facts += [("date", match["date"].removeprefix("on "))] if match["date"] else []
    return Remark("updated", line, True, tuple(facts))


def _opinion(line: str) -> Remark | None:
    if not _OPINION.match(line):
        return None
    source = _MORE_OPINION.search(line)
    return Remark("genre-note", line, False, (("genre", "opinion"), *((("source", source["source"]),) if source else ())))


def _standing(line: str) -> Remark | None:
    match = _NOTE.match(line)
    if match is None or _NOTE_ABOUT_COPY.search(line[match.end() :]):
        return None
    return Remark("standing-editors-note", line, False, (("owner", "publisher"),))


def _information(line: str) -> Remark | None:
    match = _INFORMATION.match(line) if line.lstrip("(").startswith("Information from") and len(line) < 250 else None
    if match is None or (line[0] != "(" and not match["end"]):
        return None
    closed = () if match["end"] or line[0] != "(" else (("warning", "unclosed-parenthesis"),)
    return Remark("secondary-source", line, True, (("source", match["source"].strip()), *closed))


_READERS = (_label, _embargo, _correction, _developing, _updated, _opinion, _standing, _information)

# -- orders in words ----------------------------------------------------------------------------------------

_SHOUTED = re.compile(r"(?:(?P<kill>KILL(?:[ ,]+KILL){1,3})|(?P<hold>HOLD(?:[ ,]+HOLD){1,3}))[.!]?$")
_PLEASE = re.compile(
    r"(?:(?:[A-Z][\w .,'-]{1,50}? ?[-–—_] )?)(?:Editors?: |Attention editors?: )?Please (?P<what>kill|hold|withhold) (?:the )?(?:story|item)\s+"
    r"(?P<name>[^\"“.]{0,80}?)(?:,? [\"“](?P<headline>[^\"”]{2,200})[\"”])?\.(?P<rest>\s.*)?$"
)
_SLUG_AND_REF = re.compile(r"(?P<slug>[\w&' ]+-[\w&' -]+?),? ?(?P<ref>[A-Z]{1,3}\d{2,6}|\w{2,5} \d{1,5})?$")
_REF = re.compile(r"(?P<ref>\w{2,5} \d{1,5}|[A-Z]{1,3}\d{2,6})$")
_MANDATORY = re.compile(r"A (?P<what>kill|withhold|hold) is mandatory\.?$", re.IGNORECASE)
_SUBSTITUTE = re.compile(r"\bsubstitute (?:story|item|version)\b[^.]{0,40}\b(?:will|to) (?:run|follow|move|be sent)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """A kill or hold in words: what an editor must confirm. Never copy."""

    action: str
    slug: str | None = None
    ref: str | None = None
    headline: str | None = None
    reason: str | None = None
    substitute: bool = False


def order(lines: tuple[str, ...]) -> Order | None:
    """The order in these lines of a text: “KILL KILL KILL”, “Please kill the story SLUG, REF.”, “A kill is mandatory.”"""
    shouted = mandatory = None
    asked: re.Match[str] | None = None
    for line in lines[:12]:
        if len(line) > LONGEST:
            continue
        shouted = shouted or _SHOUTED.match(line)
        mandatory = mandatory or _MANDATORY.match(line)
        asked = asked or (_PLEASE.match(line) if "lease " in line[:120] else None)
    name = asked["name"].strip(" ,") if asked else ""
    target = _SLUG_AND_REF.match(name) or _REF.match(name)
    if asked and not target and not asked["headline"] and not shouted and not mandatory:
        return None
    if not (shouted or mandatory or asked):
        return None
    word = (asked["what"] if asked else mandatory["what"] if mandatory else "kill" if shouted and shouted["kill"] else "hold").lower()
    rest = (asked["rest"] or "").strip() if asked else ""
    said = target.groupdict() if target else {}
    return Order(
        "kill" if word == "kill" else "hold",
        said.get("slug"),
        said.get("ref"),
        asked["headline"] if asked else None,
        rest or None,
        bool(_SUBSTITUTE.search(rest)),
    )


# -- notes for editors, and what a sentence says of itself ------------------------------------------------------

_CHANGES = (
    ("correction", re.compile(r"\b(?:corrects|corrected|correcting|corrective|fixes spelling)\b", re.IGNORECASE)),
    ("refile", re.compile(r"\brefiles?\b", re.IGNORECASE)),
    ("update", re.compile(r"\b(?:adds?|updates?|recasts?|edits?|with (?:quotes|details)|new (?:lead|throughout)|trims?)\b", re.IGNORECASE)),
)


def change_told(note: str) -> str | None:
    """What an editor's note says this version is: correction, refile or update; None where it says nothing of it."""
    if len(note) > 400:
        return None
    return next((kind for kind, pattern in _CHANGES if pattern.search(note)), None)


_ASKED = re.compile(r"^(?P<by>[\w .’'&-]{2,40}?) (?:has|have|had) (?:reached out to|contacted|asked) (?P<who>[^.]{2,80}?) for comment\b")
_UNVERIFIED = re.compile(
    r"^(?P<by>[\w .’'&-]{2,40}?) (?:cannot|could not|can not|has not been able to|was unable to|is unable to|has not)(?: been able to)? "
    r"(?:independently )?(?:verif(?:y|ied)|confirm(?:ed)?) (?P<what>this|that|these|those|the) "
)
_ACCORDING = re.compile(r"^(?P<cue>According to) (?P<source>[^,]{2,80}),")


def status(sentence: str) -> Remark | None:
    """What a sentence says of the reporting itself: comment was sought, a statement is not verified."""
    if " for comment" in sentence and (match := _ASKED.match(sentence)):
        return Remark("comment-sought", sentence, False, (("by", match["by"]), ("who", match["who"])))
    if ("verif" in sentence or "confirm" in sentence) and (match := _UNVERIFIED.match(sentence)):
        facts = [("by", match["by"])]
        facts += [("refers_to", "previous statement")] if match["what"] in ("this", "that", "these", "those") else []
        return Remark("unverified", sentence, False, tuple(facts))
    return None


def attribution(sentence: str) -> tuple[str, str] | None:
    """Source and cue of a sentence that begins with its source."""
    match = _ACCORDING.match(sentence)
    return (match["source"], match["cue"]) if match else None
