"""Repair with proof: named rules turn what arrived into what a reader should meet, and keep before and after."""

from __future__ import annotations

import dataclasses
import html as _entities
import re

import ftfy
import ftfy.fixes
from ftfy.badness import is_bad

from masthead.kit import html
from masthead.wire.item import Contributor, Item, Media, Repair, joined
from masthead.wire.repair import credits, lines, rules

__all__ = ["repair", "rules"]

LONGEST_LINE = 700
"""Characters; what is longer is copy."""
_SIZE = re.compile(r"-(?:\d{2,4}x\d{2,4}|\d{3,4})(?=\.\w{3,4}$)|-scaled(?=\.\w{3,4}$)")
"""WordPress names a smaller copy of picture.jpg picture-300x200.jpg."""


LONGEST = {"body": 300_000, "headline": 2_000, "standfirst": 20_000}
"""Characters. A long magazine piece with all its markup has 100,000; three times that is a fault or an attack, and every
rule of repair would have to walk through it."""


def repair(item: Item, *, profile: object | None = None) -> Item:
    """The item as a reader should meet it: clean body, byline, dateline, tail and captions in their fields.

    What is longer than any story is cut and marked partial, so that no rule publishes it; the bytes are kept whole.
    """
    return _Bench(_legible(_bounded(item))).done()


def _bounded(item: Item) -> Item:
    cut = {name: said[:most] for name, most in LONGEST.items() if len(said := getattr(item, name) or "") > most}
    if not cut:
        return item
    told = [f"The {name} is longer than {LONGEST[name]:,} characters; it was cut there." for name in cut]
    return item.replace(**cut, partial=True, warnings=(*item.warnings, *told))


def _legible(item: Item) -> Item:
    """Undo text that was decoded wrongly somewhere on its way: “CafÃ©”, and quotation marks as control characters."""
    changes: dict[str, object] = {}
    repairs = list(item.repairs)
    for field in ("headline", "standfirst", "body"):
        before = getattr(item, field) or ""
        after = ftfy.fixes.fix_c1_controls(ftfy.fix_encoding(before)) if _looks_wrong(before) else before
        if after != before:
            changes[field] = after
            repairs.append(Repair("mojibake", field, before, after))
    return item.replace(repairs=tuple(repairs), **changes) if changes else item


_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_STRANGE = frozenset("ŒœÃÂ") | frozenset(map(chr, range(0x80, 0xA0)))


def _looks_wrong(text: str) -> bool:
    """Whether ftfy would call the text mojibake. It is asked only about the places that could be: all its patterns
    hold two neighbours outside ASCII, or one of these letters, and none is longer than seven characters."""
    if text.isascii():
        return False
    for found in _FOREIGN.finditer(text):
        start, end = found.span()
        if (end - start > 1 or text[start] in _STRANGE) and is_bad(text[max(0, start - 7) : end + 7]):
            return True
    return False


class _Bench:
    """One item under repair; every rule that fires is written down."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.repairs: list[Repair] = list(item.repairs)
        self.galley = html.galley(item.body, item.link, keep_relative=False)
        self.blocks = list(self.galley.blocks)
        self.people: list[Contributor] = list(item.contributors)
        self.changes: dict[str, object] = {}

    def done(self) -> Item:
        self.headline()
        self.foot_and_furniture()
        self.byline()
        self.dateline()
        self.tail()
        self.pictures()
        body = html.join(self.blocks)
        self.changes.setdefault("contributors", tuple(self.people) or _named(self.item))
        return self.item.replace(body=body, repairs=tuple(self.repairs), **self.changes)

    def note(self, rule: str, field: str, before: str, after: str) -> None:
        self.repairs.append(Repair(rule, field, before, after))

    def headline(self) -> None:
        plain = html.to_text(_entities.unescape(self.item.headline or ""))
        if plain != (self.item.headline or ""):
            self.note("double-entities", "headline", self.item.headline or "", plain)
        found = rules.label(plain)
        if found:
            self.note("headline-label", "headline", plain, found[1])
            plain = found[1]
            self._signal(found[0].casefold())
        self.changes["headline"] = plain or None

    def foot_and_furniture(self) -> None:
        """Take out what is not copy; what it says goes into the field where it belongs."""
        for block in list(self.blocks):
            text = block.text.strip()
            if block.tag == "p" and text and len(text) <= LONGEST_LINE and (rule := self._taken(text)):
                self.note(rule, "body", block.text, "")
                self.blocks.remove(block)
        self._older_version()

    def _taken(self, text: str) -> str:
        """The name of the rule that takes this line out of the body; empty for copy."""
        if rules.is_foot(text):
            return "syndication-foot"
        for name, reads in lines.DROPPED:
            if told := reads(text):
                if told["role"] == "developing":
                    self._signal("developing")
                return name
        if told := lines.correction(text):
            self.changes["correction"] = told["text"]
            return "correction-line"
        if lines.market_embargo(text):
            self._term(text)
            return "market-embargo"
        if told := lines.attribution(text):
            self.people.append(Contributor(told["secondary_source"], "contributor"))
            return "attribution"
        return self._moved(text)

    def _moved(self, text: str) -> str:
        """Lines that a licence wants on the page go beneath the story; a note on the kind of piece becomes its kind."""
        told = lines.tail(text)
        if told and told.get("must_show"):
            self._term(text)
            return "licence-tagline"
        if told := lines.genre_note(text):
            self.changes["genres"] = joined([*self.item.genres, told["label"]])
        if found := lines.order(text):
            self._signal(str(found["action"]))
        return ""

    def _signal(self, word: str) -> None:
        said = self.changes.get("signals", self.item.signals)
        self.changes["signals"] = joined([*said, word])  # type: ignore[misc]

    def _term(self, text: str) -> None:
        said = self.changes.get("usage_terms", self.item.usage_terms)
        self.changes["usage_terms"] = joined([*said, text])  # type: ignore[misc]

    def _older_version(self) -> None:
        """A page that keeps its older version below ORIGINAL: only the newer one is the story; the bytes hold both."""
        marks = [repaired for repaired in self.repairs if repaired.rule == "section-label"]
        if not any((lines.section_label(m.before) or {}).get("role") == "original-marker" for m in marks):
            return
        texts = [block.text.strip() for block in html.galley(self.item.body, None).blocks]
        cut = next((n for n, text in enumerate(texts) if text.upper() == "ORIGINAL:"), 0)
        older = [text for text in texts[cut + 1 :] if text]
        if any(text.upper() == "UPDATE:" for text in texts[:cut]):
            for block in [b for b in self.blocks if b.text.strip() in older]:
                self.note("older-version", "body", block.text, "")
                self.blocks.remove(block)

    def byline(self) -> None:
        for block in self.blocks[:3]:
            found = rules.byline(block.text) if block.tag == "p" else None
            if found:
                self.note("byline", "body", block.text, "")
                self.blocks.remove(block)
                self.people = [Contributor(n, "writer", found.organisation) for n in found.people] + [
                    c for c in self.people if c.role != "writer"
                ]
                self.changes["byline"], self.changes["creators"] = block.text.strip(), found.people
                self.changes["provider"] = self.item.provider or self._poster()
                return

    def _poster(self) -> str | None:
        """The account that posted the copy, when it is an agency's and not one of the people in the byline."""
        posted = [n for n in (*self.item.creators, *self.item.authors) if n]
        return next((n for n in posted if rules.byline(f"By {n}") is None or rules.names_agency(n)), None)

    def dateline(self) -> None:
        first = next((b for b in self.blocks if b.tag == "p"), None)
        found = rules.dateline(first.text) if first else None
        if first is None or found is None:
            return
        place, organisation, length = found
        rest = dataclasses.replace(first, inner=html.cut_text(first.inner, 0, length))
        self.blocks[self.blocks.index(first)] = rest
        said = f"{place} ({organisation})" if place and organisation else place or f"({organisation})"
        self.note("dateline", "body", first.text[:length], "")
        self.changes |= {"dateline": said, "dateline_place": place, "dateline_organisation": organisation}

    def tail(self) -> None:
        for block in self.blocks[-6:]:
            if block.tag == "p":
                self._tail_block(block)

    def _tail_block(self, block: html.Block) -> None:
        kept, inner = [], block.inner.split("<br>")
        simple = len(inner) == 1 and "&" not in block.inner
        for piece in inner:
            line = " ".join(block.text.split()) if simple else html.to_text(piece)
            if not self._tail_line(line):
                kept.append(piece)
        if len(kept) == len(inner):
            return
        place = self.blocks.index(block)
        text = "<br>".join(kept).strip()
        self.blocks[place : place + 1] = [dataclasses.replace(block, inner=text)] if html.to_text(text) else []

    def _tail_line(self, line: str) -> bool:
        """Take one line of the end if it is furniture of the wire; whether it was."""
        if not rules.may_be_tail(line):
            return False
        said = rules.contributors(line)
        notice = rules.notice(line)
        credited = rules.credit_line(line)
        if rules.is_wire_name(line) or rules.is_provided(line):
            self.note("wire-tail", "body", line, "")
        elif credited:
            self.note("credit-line", "body", line, "")
            told = {person.name for person in self.people}
            self.people += [Contributor(name, role) for name, role in credited if name not in told]
        elif notice:
            self.note("copyright-line", "body", line, "")
            self.changes["copyright_notice"] = notice[0]
            self.changes["copyright_holder"] = joined([*self.item.copyright_holder, notice[1]])
        elif said:
            self.note("contributors", "body", line, "")
            self.people += [Contributor(n, "contributor", said.organisation) for n in said.people]
        else:
            return False
        return True

    def pictures(self) -> None:
        found = [_described(m, self) for m in self.item.media]
        for figure in self.galley.figures:
            if figure.kind == "image":
                shown = Media(figure.src, "image/jpeg", figure.width, figure.height, caption=figure.caption, alt=figure.alt)
                found.append(_described(shown, self))
        merged: dict[str, Media] = {}
        beside = [m.url for m in self.item.media if m.url and "://" not in m.url]
        for one in found:
            key = (one.url or "").split("?")[0]
            # The text's own copy of an address beside the delivery was made absolute: it is the same picture.
            key = next((url for url in beside if key.endswith(f"/{url}")), key)
            one = dataclasses.replace(one, url=key) if key in beside else one
            key = _SIZE.sub("", key)
            merged[key] = _joined(merged[key], one) if key in merged else one
        self.changes["media"] = tuple(merged.values())


def _named(item: Item) -> tuple[Contributor, ...]:
    return tuple(Contributor(n) for n in (item.creators or item.authors) if rules.byline(f"By {n}"))


def _described(media: Media, bench: _Bench) -> Media:
    """Caption, credit and alt as three texts. An alt text that is the caption's markup says nothing and goes."""
    raw = _entities.unescape(media.caption or "")
    found = rules.caption(raw)
    alt = media.alt
    if found is None and alt:
        found = rules.caption(_entities.unescape(alt))
    if found:
        bench.note("escaped-caption", "media", raw or alt or "", found[1])
    credit, caption = found or (media.credit or "", raw)
    caption = html.to_text(caption)
    if alt and (rules.caption(_entities.unescape(alt)) or html.to_text(alt) == caption):
        alt = None
    said = credits.picture_credit(*_who(html.to_text(media.photographer or ""), html.to_text(credit)))
    return dataclasses.replace(
        media,
        caption=caption or None,
        alt=html.to_text(alt) if alt else None,
        credit=credits.line(said) or None,
        photographer=said.byline,
        chain=credits.chain(said),
    )


def _who(photographer: str, credit: str) -> tuple[str, str]:
    """Photographer and credit; where only the line is given, a person at its head is the photographer."""
    if photographer or not credit:
        return photographer, credit
    found = rules.credit(credit)
    return found.photographer or "", credit


def _joined(one: Media, other: Media) -> Media:
    values = {f.name: getattr(one, f.name) or getattr(other, f.name) for f in dataclasses.fields(Media)}
    return Media(**values)
