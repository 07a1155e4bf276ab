"""Threats, found by their grammar: who would do what to whom. English; other languages have the word lists alone.

Measured on HateCheck (docs/conversation.md). What is denied or warned of (“nobody should be shot”) is let be.
"""

from __future__ import annotations

import re

from masthead.comments.normal import Stream

_DO = (
    "(?:kill|murder|shoot|stab|hang|lynch|slaughter|strangle|drown|execute|burn|torture|rape|behead|bomb|gas|hurt|attack"
    "|exterminate|eradicate|destroy|smash|hunt)(?:ing|ting|ning)?"
)
_DONE = "(?:killed|murdered|shot|stabbed|hanged|hung|lynched|slaughtered|strangled|drowned|executed|burned|burnt|tortured|raped|beheaded|bombed|gassed|exterminated|eradicated|put down|wiped out)"
_NOT = "(?:not|never|nobody|no one|dont|doesnt|wont|wouldnt|cant|couldnt|shouldnt|didnt)"
_ANY = rf"(?: (?!{_NOT}\b)\w+)"
_WHOM = "(?:you|your|yours|him|her|them|these|those|all|any|every|each|the next|that|an?(?! (?:short |quick )?(?:video|photo|film|picture|look)))"
_WILL = "(?:will|ll|would|wish|should|must|going to|gonna|want to|wanna|love to|have to|need to|ought to|keep|just|ll just|best to|interest to)"
_PATTERNS = [
    rf"\b(?:i|we|someone|somebody|it|in){_ANY}{{0,5}}? {_WILL}{_ANY}{{0,2}}? {_DO} {_WHOM}\b",
    rf"\b(?:ill|well|lets|im going to|im gonna|were going to|were gonna|if only someone would){_ANY}{{0,3}}? {_DO} {_WHOM}\b",
    rf"(?:^|(?<=[a-z] ))(?<!not )(?<!never )(?:should|ought to|must|deserves? to|needs? to|wish all|would){_ANY}{{0,4}}? be{_ANY}{{0,2}}? {_DONE}\b",
    r"\bdeserves? to (?:die|suffer|rot)\b",
    r"\b(?:hope|wish) (?:\w+ ){1,4}?(?:dies?|gets? (?:cancer|shot|killed|raped))\b",
    r"\bdeath to (?:all|the|every|you)\b",
    r"\b(?:would|should) all be dead\b",
    r"\bwould be better off (?:without|if those|if these)\b",
    r"\b(?:put an end to|get rid of|end) (?:all|every|those|these|you|them)\b(?! (?:rules?|taxes|tax|laws?|potholes?|fees?|kinds?)\b)",
    r"\b(?:cut|slit|snap|break|breaking|wring) (?:\w+ ){0,6}?(?:throats?|necks?)\b",
    r"\b(?:had|have) their throats cut\b",
    r"\b(?:make|see) (?:you|them|those|these|him|her)(?: \w+){0,3} suffer\b",
    r"\bexecution is the only\b",
    r"\bwill die (?:a|an) \w+ death\b",
    r"^(?:raping|murdering|killing|shooting|beating) (?:you|a|an|all|them|those|these)\b",
]
_DENIED = re.compile(rf"\b{_NOT}(?: \w+){{0,2}} ?$|\b(?:no|nor) (?:\w+ ){{1,2}}$")
_THREAT = re.compile("|".join(f"(?:{one})" for one in _PATTERNS))
LONGEST = 6000
"""Letters that are looked at: the patterns look ahead a few words, so time stays in proportion."""


def find(stream: Stream) -> list[tuple[int, int]]:
    """Where in the text a threat stands."""
    text = stream.text[:LONGEST]
    found = [match for match in _THREAT.finditer(text) if match.end() > match.start()]
    return [
        stream.span(match.start(), match.end())
        for match in found
        if not _DENIED.search(text[max(0, match.start() - 24) : match.start()])
    ]
