"""Who says what in a story, by rules: an assistant for the desk, never a judge. Nothing here is shown to a reader.

English copy only. The rules look for a reporting verb or “according to”, take the words beside it as the source, and
say how far that source is from us. One in ten findings is wrong (measured, see docs/figures.md), so a person confirms.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

DISTANCES = {
    "named": "a named person",
    "office": "an office or organisation",
    "place": "a government, called by its place",
    "outlet": "another newsroom",
    "state_outlet": "a state’s news outlet",
    "blog": "a blog or channel",
    "anonymous": "a person who is not named",
    "own": "our own earlier report",
    "unknown": "not clear",
}
"""How far a source is from us, in words for the desk and for readers."""
REQUESTS = {"asked": "asked, no answer told", "declined": "declined to comment", "no_answer": "did not answer"}

_VERBS = (
    "said|says|told|tells|added|adds|adding|wrote|writes|posted|reported|reports|confirmed|confirms|announced|claimed|claims"
    "|stated|states|described|describes|conceded|urged|replied|denied|denies|warned|warns|argued|argues|insisted|acknowledged"
    "|suggested|suggesting|noted|notes|explained|testified|alleged|admitted|saying|recalled|predicted|declared|disclosed"
)
_CUE = re.compile(rf"\b(?:{_VERBS})\b")
_ACCORDING = re.compile(r"\b(according to|in the words of) ", re.IGNORECASE)
_QUOTE = re.compile(r"[“\"]([^“”\"]*)[”\"]")
_NAME = r"(?:[A-ZÀ-Þ][\w’'.-]*|[A-Z]\.)(?: (?:(?:de|von|van|bin|al|der|la|du|of the|of|for|and|&) )?(?:[A-ZÀ-Þ][\w’'.-]*|[A-Z]\.))*"
_NAMED = re.compile(_NAME)
_PRONOUN = re.compile(r"^(?:he|she|they|it|who|which)$", re.IGNORECASE)
_FACELESS = (
    "officials?|sources?|diplomats?|aides?|advisers?|advisors?|persons?|people|man|woman|residents?|witness(?:es)?|officers?"
    "|employees?|workers?|executives?|lawmakers?|member|members|neighbours?|neighbors?|parent|parents|insiders?|trader|traders"
)
_ANONYMOUS = re.compile(rf"\b(?:{_FACELESS})\b(?! of the|’s? office)", re.IGNORECASE)
_VEILED = re.compile(
    r"familiar with|with knowledge|briefed on|condition of anonymity|not authori[sz]ed|asked not to be named|did not want to be named"
)
_OFFICE = re.compile(
    r"\b(?:ministry|committee|office|police|council|court|government|department|agency|authority|authorities|company|union|board"
    r"|commission|service|spokes(?:man|woman|person)|army|military|university|hospital|bank|party|administration|institute"
    r"|association|club|trust|charity|embassy|parliament|senate|inc|ltd|plc)\b",
    re.IGNORECASE,
)
_BLOG = re.compile(r"\b(?:blog|blogger|telegram channel|channel|podcast|substack)\b", re.IGNORECASE)
_STATE = re.compile(r"\bstate(?:-run|-owned)? (?:news agency|media|television|tv|broadcaster|radio)|\b(?:Tass|Xinhua|KCNA|IRNA|RIA Novosti|SANA)\b", re.I)
_OUTLET = re.compile(
    r"\b(?:newspaper|news agency|broadcaster|magazine|tabloid|gazette|times|post|herald|tribune|courier|news|radio|reuters|afp|bbc|cnn"
    r"|associated press|ap|bloomberg|guardian|washington post|wire)\b",
    re.IGNORECASE,
)
_PLACES = frozenset(
    ["moscow", "kyiv", "kiev", "washington", "london", "paris", "berlin", "beijing", "tokyo", "brussels", "tehran", "ankara", "delhi", "jerusalem", "rome", "madrid"]
) | {"the kremlin", "the white house", "the united states", "downing street", "the pentagon", "the vatican", "russia", "ukraine"}
_UNVERIFIED = re.compile(
    r"\b(?:can ?not|could not|couldn’t|has not been able to|have not been able to|was unable to|were unable to|has not|have not)"
    r" (?:be )?(?:immediately )?(?:independently )?(?:verify|verified|confirm|confirmed)\b|\bnot (?:been )?independently verified\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:reached out to|contacted|approached|asked) (?P<whom>[^.;]{2,80}?) for (?:a )?(?:comment|a response)\b"
    r"|\breached out to (?P<out>[^.;]{2,80})",
    re.IGNORECASE,
)
_DECLINED = re.compile(r"(?P<whom>[^.;,]{2,80}?) (?:has |have )?(?:declined|refused)(?: to)? comment", re.IGNORECASE)
_SILENT = re.compile(
    r"(?P<whom>[^.;,]{2,80}?) (?:did not|didn’t|has not|have not)(?: immediately)? (?:respond|responded|repl(?:y|ied)|return|returned)"
    r"|(?P<lost>[^.;,]{2,80}?) could not (?:immediately )?be reached",
    re.IGNORECASE,
)
_GAP = re.compile(r"\b(?:no one|nobody|no group) has (?:yet )?claimed|\blittle is known|\bit (?:is|was) (?:not clear|unclear)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!Lt\.)(?<!Gen\.)(?<!Mr\.)(?<!Ms\.)(?<!Dr\.)(?<!St\.)[”\"’]?\s+(?=[“\"‘A-ZÀ-Þ])")
_LOOSE = re.compile(r"^(?:and|but|as|while|when|that|which|also|earlier|later|has|have|had|privately|then|is|was)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that somebody says in a story."""

    paragraph: int
    """From 0."""
    text: str
    source: str
    cue: str
    distance: str
    quoted: bool
    unverified: bool = False
    """A sentence after it says that this could not be verified."""

    @property
    def key(self) -> str:
        """The same as long as its words and its source are the same."""
        return key_of(self.text, self.source)


@dataclass(frozen=True, slots=True)
class Request:
    """A request for comment that the story tells of."""

    paragraph: int
    text: str
    whom: str
    state: str

    @property
    def key(self) -> str:
        return key_of(self.text, self.whom)


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the rules found in a story."""

    statements: tuple[Statement, ...] = ()
    requests: tuple[Request, ...] = ()
    gaps: tuple[str, ...] = ()
    """Sentences that say what is not known."""

    @property
    def unnamed(self) -> int:
        """How many different sources are not named."""
        return len({s.source.casefold() for s in self.statements if s.distance == "anonymous"})


def key_of(text: str, source: str) -> str:
    """Digest of words and source, whatever the spaces and quotation marks."""
    folded = re.sub(r"[\W_]+", " ", f"{text} {source}".casefold()).strip()
    return hashlib.sha256(folded.encode()).hexdigest()[:24]


def find(paragraphs: Iterable[str], own: Iterable[str] = ()) -> Findings:
    """Read the paragraphs (plain text, in order). `own` are names under which the story's own newsroom appears."""
    reading = _Reading(frozenset(name.casefold() for name in own if name))
    for number, paragraph in enumerate(paragraphs):
        for sentence in _SENTENCE.split(paragraph.strip()):
            reading.sentence(number, sentence.strip())
    return Findings(tuple(reading.statements), tuple(reading.requests), tuple(reading.gaps))


class _Reading:
    """What has been read so far: whom “he” and “the official” mean depends on it."""

    def __init__(self, own: frozenset[str]) -> None:
        self.own = own
        self.statements: list[Statement] = []
        self.requests: list[Request] = []
        self.gaps: list[str] = []
        self._mentioned, self._spoke = (-1, ""), -1
        self._last: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def sentence(self, number: int, text: str) -> None:
        if not text:
            return
        if _UNVERIFIED.search(text) and not _QUOTE.search(text):
            if self.statements:
                self.statements[-1] = replace(self.statements[-1], unverified=True)
            return
        if request := _request(number, text):
            self.requests.append(request)
            return
        if _GAP.search(text):
            self.gaps.append(text)
            return
        for phrase, cue in _cues(text):
            source, distance = self._source(phrase, number)
            if source:
                self._spoke = number
                self.statements.append(Statement(number, text, source, cue, distance, bool(_QUOTE.search(text))))

        if mentioned := _PERSON.match(text):
            self._mentioned = (number, mentioned[1])

    def _source(self, phrase: str, number: int) -> tuple[str, str]:
        """The source that a phrase beside a cue names, and its distance; nothing when it names none."""
        low = phrase.casefold()
        if low in ("he", "she") and self._mentioned[0] == number and self._spoke < number:
            # The person whom this paragraph began with, when nobody has spoken in it yet.
            self._remember(self._mentioned[1], "named")
            return self._mentioned[1], "named"
        if _PRONOUN.match(phrase):
            kind = "thing" if low in ("it", "which") else "person"
            source = self._last.get(kind, "")
            return (source, self._known[source]) if source else ("", "")
        names = [n for n in _NAMED.findall(phrase) if n.casefold() not in _FILLERS]
        distance = self._distance(phrase, names)
        if distance == "anonymous" and (low.startswith("the ") and "anonymous" in self._last):
            return self._last["anonymous"], "anonymous"
        if not names and distance == "unknown":
            return "", ""
        source = phrase if distance in ("anonymous", "office") or not names else names[-1]
        source, distance = self._whole(source, distance)
        self._remember(source, distance)
        return source, distance

    def _whole(self, source: str, distance: str) -> tuple[str, str]:
        """The full name behind a surname, and what was known of it."""
        for known, was in self._known.items():
            if source != known and known.split()[-1] == source and was in ("named", "blog"):
                return known, was
        was = self._known.get(source, "")
        return source, was if was and distance in ("named", "unknown") else distance

    def _remember(self, source: str, distance: str) -> None:
        self._known[source] = distance
        kind = "anonymous" if distance == "anonymous" else "person" if distance == "named" else "thing"
        self._last[kind] = source
        if kind == "anonymous":
            self._last["person"] = source

    def _distance(self, phrase: str, names: list[str]) -> str:
        low = phrase.casefold()
        if low in self.own or any(name.casefold() in self.own for name in names):
            return "own"
        if low in _PLACES:
            return "place"
        for pattern, distance in ((_STATE, "state_outlet"), (_BLOG, "blog")):
            if pattern.search(phrase):
                return distance
        veiled = _VEILED.search(low) is not None
        person = bool(names) and len(names[-1].split()) > 1 and not _OFFICE.search(names[-1])
        if _ANONYMOUS.search(low) and (veiled or not person):
            return "anonymous"
        if names and names[-1] in self._known:
            return self._known[names[-1]]
        if _OFFICE.search(low) and not (person and not _OFFICE.search(names[-1])):
            return "office"
        if _OUTLET.search(names[-1] if names else low):
            return "outlet"
        return "named" if names else "unknown"


_FILLERS = frozenset({"the", "a", "an", "but", "and", "in", "on", "at", "as", "i", "we", "friday", "monday", "tuesday", "wednesday", "thursday", "saturday", "sunday"})


def _request(number: int, text: str) -> Request | None:
    for pattern, state in ((_DECLINED, "declined"), (_SILENT, "no_answer"), (_ASKED, "asked")):
        if match := pattern.search(text):
            if state == "no_answer" and not re.search(r"comment|request|question|call|message|e-?mail|reached", text, re.IGNORECASE):
                continue
            whom = next((g for g in match.groups() if g), "").strip()
            return Request(number, text, re.sub(r" for comment$", "", whom), state)
    return None


def _cues(text: str) -> Iterator[tuple[str, str]]:
    """Each cue in a sentence with the phrase that should name the source."""
    bare = _QUOTE.sub(lambda m: "“" + "·" * len(m[1]) + "”", text)
    if match := _ACCORDING.search(bare):
        phrase = re.split(r"[,.;:“]| (?:who|which|that|and that)\b", bare[match.end() :])[0]
        yield _tidy(phrase), match[1].lower()
        return
    said: list[str] = []
    for match in _CUE.finditer(bare):
        if _PASSIVE.search(bare[: match.start()]):
            continue
        if said and match[0].endswith("ing"):
            # “The council confirmed it, adding that…”: the same source goes on.
            continue
        phrase = _before(bare[: match.start()]) or _after(bare, match.end())
        if phrase and phrase not in said:
            said.append(phrase)
            yield phrase, match[0]
    if not said and (match := _BY_QUOTE.search(bare)):
        yield _tidy(match["who"]), match["verb"]


_PERSON = re.compile(r"(?:[A-ZÀ-Þ]\w+ )?([A-ZÀ-Þ][\w’'-]+ [A-ZÀ-Þ][\w’'-]+)(?:,| \w)")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|not) $")
_BY_QUOTE = re.compile(rf"(?P<who>{_NAME})[^“]{{0,40}}? (?P<verb>called|asked|vowed|tweeted|pledged|rejected|demanded)\b[^“]{{0,40}}“")


def _before(words: str) -> str:
    """The subject that stands before a cue."""
    parts = [p.strip(" “”·—–-") for p in re.split(r"[,;:“”]| [—–-] ", words)]
    parts = [p for p in parts if p and set(p) != {"·"}]
    if not parts:
        return ""
    last = _tidy(re.split(r" (?:that|which|who|after|because|and|but|while|when|as|proposal|peace proposal which) ", parts[-1])[-1])
    described = re.match(r"(?:a|an|the|who|its|their|his|her)\b", last, re.IGNORECASE)
    # “Ann Lee, the clerk, said”: the name before the comma is the source, the words after it describe it.
    if described and len(parts) > 1 and (name := re.search(rf"({_NAME})$", parts[-2])) and " " in name[1]:
        return name[1]
    return last if _nominal(last) else ""


def _after(words: str, at: int) -> str:
    """The subject after a cue: “…,” said the clerk."""
    if "”" not in words[:at][-14:]:
        return ""
    phrase = _tidy(re.split(r"[,.;:“]", words[at:])[0])
    return phrase if _nominal(phrase) else ""


def _nominal(phrase: str) -> bool:
    if re.search(r"[’']s?$", phrase):
        # “Friday’s reported blast”: no subject.
        return False
    return bool(_PRONOUN.match(phrase) or _NAMED.search(phrase) or _ANONYMOUS.search(phrase) or _OFFICE.search(phrase))


def _tidy(phrase: str) -> str:
    phrase = phrase.strip(" “”·,.—–-")
    phrase = re.sub(r"\b(?:earlier|later|also|then|has|have|had|privately|previously|repeatedly|today|on \w+day|earlier \w+day|\w+day)$", "", phrase).strip()
    while (cut := _LOOSE.sub("", phrase)) != phrase:
        phrase = cut
    phrase = re.sub(r"^(?:[Aa]t|[Ii]n|[Oo]n|[Aa]fter|[Dd]uring) .*? (?=[A-Z]\w+$)", "", phrase)
    return " ".join(phrase.split())
