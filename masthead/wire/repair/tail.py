"""The end of a text: taken off line by line, because its lines often share one paragraph."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from masthead.kit import html
from masthead.wire.item import Contributor, Remark, joined
from masthead.wire.repair import people, tails

if TYPE_CHECKING:
    from masthead.wire.repair.bench import Bench

LINES = 6
"""Blocks from the end that may be tail."""


class Tail:
    """The last blocks of a bench."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def take_off(self) -> None:
        """Take off what is not story; what a licence wants shown stays and is noted."""
        for block in self.bench.blocks[-LINES:]:
            if block.tag == "p":
                self._block(block)
        for block in self.bench.paragraphs()[:3]:
            if (found := people.picture_credits(block.text))[0]:
                self.bench.lift(block, "credit-line")
                self._credited(*found)

    def _block(self, block: html.Block) -> None:
        kept, inner = [], block.inner.split("<br>")
        for piece in inner:
            line = " ".join(html.to_text(piece).split())
            if not self._line(line):
                kept.append(piece)
        if len(kept) == len(inner):
            said = tails.tagline(block.text)
            if said:
                self.bench.remarks.append(Remark("licence-tagline", block.text, False, _facts(said)))
            return
        place = self.bench.blocks.index(block)
        text = "<br>".join(kept).strip()
        self.bench.blocks[place : place + 1] = [dataclasses.replace(block, inner=text)] if html.to_text(text) else []

    def _line(self, line: str) -> bool:
        """Take one line of the end if it is the wire's and not the story's; whether it was."""
        if not line or len(line) > tails.LONGEST:
            return False
        provider = tails.provided_by(line)
        if provider or tails.wire_name(line):
            return self._wire(line, provider)
        return self._notice(line) or self._credits(line) or self._contributors(line)

    def _wire(self, line: str, provider: str | None) -> bool:
        bench = self.bench
        bench.note("wire-tail", "body", line, "")
        if provider:
            shown = bench.profile.shown(provider) or provider
            before = bench.changes.get("distributors", bench.item.distributors)
            bench.changes["distributors"] = joined([*before, shown])  # type: ignore[misc]
            bench.remarks.append(Remark("provided-by", line, True, (("source", shown),)))
        else:
            bench.remarks.append(Remark("wire", line, True, (("wire", tails.wire_name(line) or ""),)))
        return True

    def _notice(self, line: str) -> bool:
        found, bench = tails.notice(line), self.bench
        if found is None:
            return False
        bench.note("copyright-line", "body", line, "")
        bench.changes["copyright_notice"] = found.text
        bench.changes["copyright_holder"] = joined([*bench.item.copyright_holder, found.holder])
        if found.distributor:
            before = bench.changes.get("distributors", bench.item.distributors)
            bench.changes["distributors"] = joined([*before, found.distributor])  # type: ignore[misc]
        facts = [("year", str(found.year)), ("holder", found.holder), ("parent", found.parent), ("origin", found.origin)]
        facts += [("place", found.place), ("distributor", found.distributor)]
        facts += [("local", "yes" if found.holder in bench.profile.own else None)]
        bench.remarks.append(Remark("copyright", found.text, True, tuple((n, v) for n, v in facts if v)))
        return True

    def _credits(self, line: str) -> bool:
        parts = people.credit_parts(line)
        if parts:
            self.bench.note("credit-line", "body", line, "")
            self._credited(parts, None)
            return True
        found = people.picture_credits(line)
        if found[0]:
            self.bench.note("credit-line", "body", line, "")
            self._credited(*found)
        return bool(found[0])

    def _credited(self, parts: tuple[people.CreditPart, ...], organisation: str | None) -> None:
        bench = self.bench
        house = organisation or bench.profile.agency or bench.changes.get("dateline_organisation")
        told = {(person.name, person.role) for person in bench.people}
        named = {person.name for person in bench.people if person.role == "writer"}
        for part in parts:
            for name in part.people:
                if (name, part.role) not in told and not (part.role == "writer" and name in named):
                    bench.people.append(Contributor(name, part.role, str(house) if house else None))
                    told.add((name, part.role))

    def _contributors(self, line: str) -> bool:
        said, bench = people.contributors(line), self.bench
        if said is None:
            return False
        writers = {person.name.split()[-1]: person for person in bench.people}
        unknown = [name for name in said.surname_only if name not in writers]
        if unknown and len(unknown) == len(said.helpers):
            # “Lind reported from Rome.” is copy, unless the byline has a Lind.
            return False
        bench.note("contributors", "body", line, "")
        for helper in said.helpers:
            if helper.name not in writers:
                bench.people.append(Contributor(helper.name, "contributor", said.organisation, helper.title))
        return True


def _facts(said: tails.Tagline) -> tuple[tuple[str, str], ...]:
    facts = (("source", said.source), ("network", said.network), ("contact", said.contact))
    return tuple((name, value) for name, value in facts if value)
