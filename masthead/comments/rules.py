"""The rules of a paper: each has a name, words for readers, and (most of them) a check that says where and why.

Every check runs, and every reason is kept; the strictest outcome wins. A rule without a check is one that only people
can judge: readers report by it, moderators remove by it, and the community guidelines name it. What a rule does is the
paper's choice: nothing (off), ask the author once (nudge), have an editor read first (hold), not take it (reject).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import phonenumbers
from disposable_email_domains import blocklist
from django.utils.translation import gettext as _

from masthead.comments import facts as the_facts
from masthead.comments import normal, patterns, threats, words
from masthead.kit import clock, remarks
from masthead.kit.words import grouped


class Does(StrEnum):
    """What happens when a rule is met. In the order of strictness."""

    OFF = "off"
    NUDGE = "nudge"
    HOLD = "hold"
    REJECT = "reject"


_STRICT = [Does.OFF, Does.NUDGE, Does.HOLD, Does.REJECT]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a comment was not simply published."""

    rule: str
    does: Does
    said: str
    """For the author, in words; nothing in it tells of a protected name or of another reader."""
    spans: tuple[tuple[int, int], ...] = ()
    desk: str = ""
    """For moderators alone."""

    def kept(self) -> dict[str, Any]:
        """As it lies in the database."""
        return {
            "rule": self.rule,
            "does": str(self.does),
            "said": self.said,
            "spans": [list(s) for s in self.spans],
            "desk": self.desk,
        }


@dataclass(frozen=True, slots=True)
class Look:
    """All that a check may look at."""

    text: str
    reading: normal.Reading
    found: tuple[words.Hit, ...]
    facts: the_facts.Facts
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """The rule's own numbers."""


Check = Callable[[Look], "Found | None"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found."""

    said: str
    spans: tuple[tuple[int, int], ...] = ()
    desk: str = ""
    least: Does | None = None
    """Stricter than the paper's choice, in a grave case."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    code: str
    name: str
    guideline: str
    """For readers, on the page of the community guidelines; empty for what only the desk needs to know."""
    does: Does
    check: Check | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    report: bool = False
    """Readers may report by it."""


def in_words(rule: Rule) -> tuple[str, str]:
    """The rule's name and guideline, in the language that is spoken now."""
    return _(rule.name), _(rule.guideline) if rule.guideline else ""


def told(rule: Rule) -> str:
    """The sentence for whoever broke it."""
    name, words = in_words(rule)
    return _("The guideline: {name}. {words}").format(name=name, words=words).strip()


# --- about the words ----------------------------------------------------------------------------------------


def _links(look: Look) -> Found | None:
    own = look.facts.own_hosts
    outside = [
        one for one in remarks.links(look.text) if not any(one.host == h or one.host.endswith(f".{h}") for h in own)
    ]
    most = int(look.numbers["most"])
    if len(outside) <= most:
        return None
    spans = tuple((one.start, one.end) for one in outside)
    return Found(
        _("There are {links} links to other sites in it; {most} are allowed. Take {over} out.").format(links=len(outside), most=most, over=len(outside) - most),
        spans,
    )


def _shouting(look: Look) -> Found | None:
    loud = patterns.shouted(look.text, longest_acronym=int(look.numbers["acronym"]))
    if loud is None or loud.share * 100 < int(look.numbers["percent"]) or loud.letters < int(look.numbers["letters"]):
        return None
    return Found(
        _("Most of it is in capital letters, which reads as shouting. Shall we write it in ordinary letters?"), loud.spans
    )


def _long_quote(look: Look) -> Found | None:
    lines, most = remarks.quoted_lines(look.text), int(look.numbers["lines"])
    if lines <= most:
        return None
    return Found(_("It quotes about {lines} lines; {most} are allowed. Keep the part that you answer.").format(lines=lines, most=most))


def _contact(look: Look) -> Found | None:
    spans: list[tuple[int, int]] = []
    what: list[str] = []
    if mails := patterns.mails(look.text, look.facts.public_mail):
        spans += mails
        what.append(_("an e-mail address"))
    region = look.facts.region
    phones = [
        (match.start, match.end)
        for match in phonenumbers.PhoneNumberMatcher(look.text, region, leniency=phonenumbers.Leniency.VALID)
        if not any(
            match.raw_string in public or "".join(filter(str.isdigit, match.raw_string)) in public
            for public in look.facts.public_numbers
        )
    ]
    if phones:
        spans += phones
        what.append(_("a telephone number"))
    if homes := patterns.homes(look.text):
        spans += homes
        what.append(_("what looks like somebody’s address"))
    if not spans:
        return None
    return Found(
        _("It holds {what}. Please leave out what belongs to a person; anybody can read this page.").format(what=_(" and ").join(what)),
        tuple(spans),
    )


def _banned(look: Look) -> Found | None:
    hits = [hit for hit in look.found if hit.level == words.BANNED]
    if not hits:
        return None
    spans = tuple((hit.start, hit.end) for hit in hits)
    return Found(
        _("There are words in it that we do not print. They are marked; say it without them."),
        spans,
        ", ".join(h.word for h in hits),
    )


def _suspect(look: Look) -> Found | None:
    hits = [hit for hit in look.found if hit.level == words.SUSPECT]
    if not hits:
        return None
    spans = tuple((hit.start, hit.end) for hit in hits)
    return Found(_("There are words in it that an editor looks at first."), spans, ", ".join(h.word for h in hits))


def _evasion(look: Look) -> Found | None:
    hits = [hit for hit in look.found if hit.disguised]
    if not hits:
        return None
    spans = tuple((hit.start, hit.end) for hit in hits)
    desk = "; ".join(f"“{look.text[h.start : h.end]}” reads as “{h.word.rstrip('*')}”" for h in hits)
    return Found(_("It writes a word so that it gets past our list; that counts as much as the word."), spans, desk)


def _threat(look: Look) -> Found | None:
    if not look.facts.language.startswith("en"):
        return None
    plain = look.reading.plain
    for stream in (plain, *(one for one in look.reading.others if one.text != plain.text)):
        if spans := tuple(threats.find(stream)):
            desk = "" if stream is plain else f"Disguised; it reads “{stream.text[:200]}”."
            return Found(_("It reads like a threat. An editor looks at it first."), spans, desk)
    return None


def _illegible(look: Look) -> Found | None:
    why = patterns.illegible(look.text)
    return Found(_("It cannot be read: {why}.").format(why=why)) if why else None


def _language(look: Look) -> Found | None:
    language = look.facts.language
    if patterns.foreign_script(look.text, language) >= int(look.numbers["percent"]) / 100:
        return Found(_("It is in a script that our editors may not read, so one of them has to look for help first."))
    if patterns.other_language(look.text, language):
        return Found(_("It is in another language than the paper’s, so an editor who reads it looks at it first."))
    return None


def _too_long(look: Look) -> Found | None:
    most = look.facts.longest
    if len(look.text) <= most:
        return None
    return Found(
        _("It has {letters} letters; {most} fit. Take {over} out, or send it in two parts.").format(letters=grouped(len(look.text)), most=grouped(most), over=grouped(len(look.text) - most))
    )


def _protected(look: Look) -> Found | None:
    hit = any(lists.find(look.text, look.reading) for lists in look.facts.protected)
    return (
        Found(
            _("An editor reads comments on this story that name people."),
            (),
            "It names somebody who must not be named under this story.",
        )
        if hit
        else None
    )


# --- about who writes, and what came before -----------------------------------------------------------------


def _duplicate(look: Look) -> Found | None:
    if look.facts.said_elsewhere:
        return Found(_("You have said the same under another story. Once is enough; say what is new here."))
    return None


def _copied(look: Look) -> Found | None:
    like = look.facts.like
    if not like:
        return None
    return Found(
        _("It is nearly the same as what was written before, so an editor looks at it."),
        (),
        f"Like {', '.join(f'comment {pk}' for pk in like[:5])}.",
    )


def _first(look: Look) -> Found | None:
    if look.facts.published >= int(look.numbers["posts"]):
        return None
    return Found(_("The first comments of everybody are read by an editor; afterwards they appear at once."))


def _young(look: Look) -> Found | None:
    if clock.now() - look.facts.joined >= timedelta(hours=int(look.numbers["hours"])):
        return None
    return Found(_("Your account is new, so an editor reads it first."))


def _history(look: Look) -> Found | None:
    removed = look.facts.removed
    if removed < int(look.numbers["removals"]):
        return None
    return Found(
        _("Several of your comments were removed lately, so an editor reads this one first."),
        (),
        f"{removed} removed in 30 days.",
    )


def _flagged(look: Look) -> Found | None:
    facts = look.facts
    if facts.flagged < 3 or facts.flagged * 100 < int(look.numbers["percent"]) * max(1, facts.published):
        return None
    return Found(
        _("Readers have reported several of your comments, so an editor reads this one first."),
        (),
        f"{facts.flagged} upheld reports.",
    )


def _sanctioned(look: Look) -> Found | None:
    return Found(_("A moderator asked to read your comments first.")) if look.facts.read_first else None


def _disposable(look: Look) -> Found | None:
    if look.facts.mail_domain not in blocklist:
        return None
    return Found(
        _("Your account has an address that is made to be thrown away, so an editor reads it first."),
        (),
        look.facts.mail_domain,
    )


def _network(look: Look) -> Found | None:
    if not look.facts.like_banned:
        return None
    return Found(
        _("An editor reads it first."),
        (),
        f"Same network as {look.facts.like_banned}, who is banned. People of one household or office share one.",
    )


def _share(look: Look) -> Found | None:
    most = int(look.numbers["comments"])
    if not most or look.facts.here < most:
        return None
    return Found(_("You have written {comments} comments under this story. Let others speak, too.").format(comments=look.facts.here))


def _mode(look: Look) -> Found | None:
    return Found(look.facts.waits) if look.facts.waits else None


N, H, R, O = Does.NUDGE, Does.HOLD, Does.REJECT, Does.OFF  # noqa: E741
BOOK: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "links",
            "Too many links",
            "At most three links to other sites in a comment. Links to our own pages are free.",
            N,
            _links,
            {"most": 3},
        ),
        Rule(
            "shouting",
            "Shouting",
            "Do not write in capital letters: it reads as shouting.",
            N,
            _shouting,
            {"percent": 70, "letters": 20, "acronym": 5},
        ),
        Rule(
            "long-quote",
            "Long quotation",
            "Quote at most four lines of somebody else’s text.",
            N,
            _long_quote,
            {"lines": 4},
        ),
        Rule(
            "personal-data",
            "Personal data",
            "No e-mail addresses, telephone numbers or home addresses. Those of public offices are welcome.",
            N,
            _contact,
            report=True,
        ),
        Rule("banned-words", "Banned words", "No slurs and no obscene words.", R, _banned),
        Rule("suspect-words", "Words to look at", "", H, _suspect),
        Rule(
            "evasion",
            "Disguised words",
            "Writing a banned word with stars, spaces or other letters is an offence of its own.",
            H,
            _evasion,
        ),
        Rule("threat", "Threats", "No threats, and no wishing harm to anybody.", H, _threat, report=True),
        Rule("illegible", "Cannot be read", "Write so that others can read it.", N, _illegible),
        Rule("language", "Another language", "", O, _language, {"percent": 50}),
        Rule("too-long", "Too long", "", R, _too_long),
        Rule(
            "protected-name",
            "Somebody who must not be named",
            "Do not name minors, or victims whose names are not published.",
            H,
            _protected,
            report=True,
        ),
        Rule(
            "said-before",
            "Said before",
            "Say it once: the same comment under several stories is removed.",
            R,
            _duplicate,
        ),
        Rule("copied", "Like an earlier comment", "", H, _copied),
        Rule("first-comments", "First comments", "", H, _first, {"posts": 1}),
        Rule("new-account", "New account", "", O, _young, {"hours": 24}),
        Rule(
            "history",
            "Removed before",
            "Whoever breaks the rules again and again is read first, then suspended, then banned.",
            H,
            _history,
            {"removals": 3},
        ),
        Rule("reported", "Often reported", "", H, _flagged, {"percent": 20}),
        Rule("read-first", "Read first", "", H, _sanctioned),
        Rule("thrown-away", "Address to throw away", "", H, _disposable),
        Rule("same-network", "Network of a banned reader", "", O, _network),
        Rule("let-others-speak", "Let others speak", "", N, _share, {"comments": 12}),
        Rule("read-before", "Every comment is read first here", "", H, _mode),
        # What only people can judge.
        Rule(
            "attack",
            "Attack on a person or a group",
            "Argue with what was said, not with who said it. No attacks for sex, race, orientation, disability, religion or origin.",
            H,
            report=True,
        ),
        Rule("off-topic", "Off topic", "Stay with the subject of the story.", H, report=True),
        Rule(
            "false", "False claim about somebody", "Do not accuse anybody of what has not been proven.", H, report=True
        ),
        Rule("advertising", "Advertising", "No advertising and no campaigning on your own behalf.", H, report=True),
        Rule(
            "impersonation", "Somebody else’s name", "Write under a name that is not somebody else’s.", H, report=True
        ),
        Rule("reporter", "Harassment of our reporters", "Criticise our work; leave our people alone.", H, report=True),
        Rule(
            "moderation",
            "About the moderation",
            "To complain about a decision, appeal against it: another editor looks at it. Not in the conversation.",
            H,
        ),
        Rule(
            "illegal",
            "Against the law",
            "Nothing that is against the law: copyright, defamation, incitement.",
            H,
            report=True,
        ),
        Rule("other", "Something else", "", H, report=True),
    )
}
"""All rules, in the order of the guidelines."""


def chosen(rule: Rule, said: Mapping[str, Any]) -> tuple[Does, dict[str, int]]:
    """What the paper has a rule do, and with which numbers."""
    own = said.get(rule.code, {})
    own = own if isinstance(own, dict) else {}
    does = Does(own["does"]) if own.get("does") in set(Does) else rule.does
    numbers = {
        name: own[name] if isinstance(own.get(name), int) and own[name] >= 0 else value
        for name, value in rule.numbers.items()
    }
    return does, numbers


def look(text: str, facts: the_facts.Facts) -> list[Reason]:
    """Every reason that the rules of the paper find in `text`."""
    reading = normal.read(text[: remarks.LARGEST])
    found = tuple(facts.lists.find(text, reading))
    reasons = []
    for rule in BOOK.values():
        does, numbers = chosen(rule, facts.chosen)
        if rule.check is None or does == Does.OFF:
            continue
        if what := rule.check(Look(text, reading, found, facts, numbers)):
            reasons.append(Reason(rule.code, strictest(does, what.least), what.said, what.spans, what.desk))
    return reasons


def strictest(*does: Does | None) -> Does:
    """The strictest of them."""
    return max((one for one in does if one is not None), key=_STRICT.index, default=Does.OFF)


def risk(reasons: Iterable[Reason], removed: int = 0) -> float:
    """How grave it looks before anybody has read it, from 0 to 1: for the order of the queue."""
    found = sum(_GRAVE.get(reason.rule, 0.1) for reason in reasons)
    return min(1.0, found + 0.05 * removed)


_GRAVE = {
    "threat": 0.5,
    "protected-name": 0.5,
    "evasion": 0.3,
    "history": 0.25,
    "suspect-words": 0.2,
    "read-before": 0.0,
    "first-comments": 0.05,
}


def guidelines(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The rules that are switched on and are for readers: name and words, in the language that is spoken now."""
    return [
        in_words(rule) for rule in BOOK.values() if rule.guideline and chosen(rule, said)[0] != Does.OFF
    ]


def calmer(text: str) -> str:
    """The same in ordinary letters: the fix that a shouting author is offered."""
    return patterns.lowered(text)
