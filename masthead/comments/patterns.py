"""Small things to be found in a text: shouting, addresses of people, what cannot be read, another script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from masthead.kit import remarks

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?:@|\s?(?:\(at\)|\[at\])\s?)((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24})\b"
)
_STREET = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|crescent|terrace|boulevard|blvd|way|place|pl|square|gardens|grove"
_HOME = re.compile(
    rf"\b(?:lives?|living|resides?|home|house|address|stays?|find (?:him|her|them)|vive|domicilio)\b[^.\n]{{0,40}}?\b\d{{1,5}}[a-z]?,? (?:[A-Z][\w'’.-]*\s){{1,4}}(?:{_STREET})\b",
    re.IGNORECASE,
)
_HOME_CODE = re.compile(
    rf"\b\d{{1,5}}[a-z]? (?:[A-Z][\w'’-]*\s){{1,3}}(?:{_STREET})\b\.?,?(?:\s[A-Z][\w]+,?){{0,2}}\s(?:[A-Z]{{2}} \d{{5}}|[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}})\b",
    re.IGNORECASE,
)
_SSN = re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b")
_SCRIPTS = {
    "el": {"GREEK"}, "ru": {"CYRILLIC"}, "uk": {"CYRILLIC"}, "bg": {"CYRILLIC"}, "sr": {"CYRILLIC", "LATIN"}, "ar": {"ARABIC"},
    "fa": {"ARABIC"}, "ur": {"ARABIC"}, "he": {"HEBREW"}, "hi": {"DEVANAGARI"}, "zh": {"CJK"}, "ja": {"CJK", "HIRAGANA", "KATAKANA"},
    "ko": {"HANGUL", "CJK"}, "th": {"THAI"}, "ka": {"GEORGIAN"}, "hy": {"ARMENIAN"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loud:
    """How much of a text is shouted."""

    share: float
    letters: int
    spans: tuple[tuple[int, int], ...]


def _own_words(text: str) -> list[re.Match[str]]:
    """Words that are the author's: not in a link, not quoted."""
    out = [(one.start, one.end) for one in remarks.links(text)]
    place = 0
    for line in text.split("\n"):
        if line.lstrip().startswith(">"):
            out.append((place, place + len(line)))
        place += len(line) + 1
    return [m for m in _WORD.finditer(text) if not any(start <= m.start() < end for start, end in out)]


def shouted(text: str, longest_acronym: int) -> Loud | None:
    """The share of the letters in capitals. Short words in capitals are acronyms while most of the others are not."""
    found = [m for m in _own_words(text) if len(m[0]) > 1]
    cased = [m for m in found if any(c.isupper() or c.islower() for c in m[0])]
    upper = [m for m in cased if m[0].isupper()]
    long_ = [m for m in upper if len(m[0]) > longest_acronym]
    # FBI and NASA are free; RIP JOHN is free; four words of which one is long are a shout.
    if len(upper) < 4 or not long_:
        return None
    letters = sum(len(m[0]) for m in cased)
    loud = sum(len(m[0]) for m in upper)
    return Loud(loud / letters, loud, tuple((m.start(), m.end()) for m in upper))


def lowered(text: str) -> str:
    """Shouted words in ordinary letters, with a capital where a sentence begins, and I."""
    words = shouted(text, 5)
    if words is None:
        return text
    out = list(text)
    for start, end in words.spans:
        out[start:end] = list(text[start:end].lower())[: end - start]
    # A single letter between shouted words is shouted, too.
    calm = re.sub(r"(?<=[^\W\d_] )([A-HJ-Z])(?= [^\W\d_])", lambda m: m[1].lower(), "".join(out))
    calm = re.sub(r"(^|[.!?]\s+|\n)([^\W\d_])", lambda m: m[1] + m[2].upper(), calm)
    return re.sub(r"\bi\b(?!\.)", "I", calm)


def mails(text: str, public: Collection[str]) -> list[tuple[int, int]]:
    """Mail addresses of people: not those of public offices, nor the paper's own."""
    found = []
    for match in _MAIL.finditer(text):
        host = match[1].lower()
        if not any(host == one or host.endswith(f".{one}") for one in public):
            found.append((match.start(), match.end()))
    return found


def homes(text: str) -> list[tuple[int, int]]:
    """What looks like somebody's home, or a social security number. A street in the news is none."""
    return [(m.start(), m.end()) for pattern in (_HOME, _HOME_CODE, _SSN) for m in pattern.finditer(text)]


def illegible(text: str) -> str:
    """Why a text cannot be read, in words; empty when it can."""
    letters = [c for c in text if c.isalpha()]
    bare = re.sub(r"\s", "", text)
    if not bare:
        return _("there is nothing in it")
    if (
        len(bare) >= 8
        and not letters
        and not any(c.isdigit() for c in bare)
        and not any(unicodedata.category(c) == "So" for c in bare)
    ):
        return _("there are no words in it")
    if re.search(r"(.)\1{14,}", bare):
        return _("one sign stands there again and again")
    if len(text) > 200 and len(set(text.lower().split())) < len(text.split()) * 0.15:
        return _("the same words stand there again and again")
    latin = [w for w in text.split() if w.isascii() and w.isalpha() and len(w) >= 12 and not w.isupper()]
    odd = [w for w in latin if not re.search(r"[aeiouy]", w, re.I) or re.search(r"[bcdfghjklmnpqrstvwxz]{7,}", w, re.I)]
    return _("its words are no words") if odd and len(odd) * 2 >= len(text.split()) else ""


_SMALL = {
    "en": "the and of to is that it was for you with this have not are they what but be we",
    "es": "el la los las que de en y es un una por con no se para como pero lo su",
    "fr": "le la les des que et est un une pour dans ce qui pas vous nous avec il sur au",
    "de": "der die das und ist nicht ich sie wir ein eine mit auf für dem den von zu auch es",
    "pt": "o os as que de em e um uma não para com por se do da mas como isso você",
    "it": "il lo gli che di è un una per con non si sono del della ma come questo anche ho",
    "nl": "de het een en van is dat niet op te met voor zijn ik we aan er maar ook wat",
    "pl": "nie się na to jest że do co jak ale tak tego po za czy od tym być już są",
}  # fmt: skip
_SMALL_WORDS = {language: frozenset(words.split()) for language, words in _SMALL.items()}


def other_language(text: str, language: str) -> bool:
    """Whether a text is in another language of our letters than the paper's: told by its small words, so not of a short one."""
    own = _SMALL_WORDS.get(language.split("-")[0].lower())
    # Names of places are made of other languages' small words; those begin with a capital.
    words = [match[0] for match in _own_words(text)]
    if own is None or len(words) < 8:
        return False
    here = sum(word in own for word in words)
    return max(sum(word in theirs for word in words) for theirs in _SMALL_WORDS.values()) >= max(4, 3 * here)


def foreign_script(text: str, language: str) -> float:
    """The share of letters that are not of a script in which the paper's language is written."""
    own = _SCRIPTS.get(language.split("-")[0].lower(), {"LATIN"})
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 12:
        return 0.0
    foreign = sum(1 for c in letters if unicodedata.name(c, "").split(" ")[0] not in own)
    return foreign / len(letters)
