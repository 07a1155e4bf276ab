"""One item under repair, from headline to pictures; every rule that fires is written down."""

from __future__ import annotations

import dataclasses
import html as _entities
import re

from masthead.kit import html
from masthead.kit.private import DeskOnly
from masthead.wire.item import Contributor, Item, Media, Remark, Repair, joined
from masthead.wire.profiles.profile import Profile
from masthead.wire.repair import datelines, furniture, marks, people, remarks, subheads
from masthead.wire.repair.credits import names_agency
from masthead.wire.repair.pictures import pictures
from masthead.wire.repair.tail import Tail

_HREF = re.compile(r'href="(https?://[^"]{1,1000})"')
_SENTENCE = re.compile(r"(?<=[.!?”]) +")


class Bench:
    """The item, its text in blocks, and what has been found out so far."""

    def __init__(self, item: Item, profile: Profile) -> None:
        self.item, self.profile = item, profile
        self.repairs: list[Repair] = list(item.repairs)
        self.galley = html.galley(item.body, item.link, keep_relative=False)
        self.blocks = list(self.galley.blocks)
        self.people: list[Contributor] = list(item.contributors)
        self.remarks: list[Remark] = list(item.remarks)
        self.changes: dict[str, object] = {}
        self.signals: list[str] = list(item.signals)
        self.roles: set[str] = set()

    def done(self) -> Item:
        self.headline()
        self.order()
        self.private()
        self.page_furniture()
        self.notes()
        self.byline()
        self.caption_line()
        self.dateline()
        Tail(self).take_off()
        self.blocks, found = subheads.mark(self.blocks)
        for line in found:
            self.note("subhead", "body", line, f"<h2>{line}</h2>")
        self.names()
        found_pictures = pictures(self.item, self.galley, self.profile.credit_map, self.note)
        self.changes["media"] = self._captioned(found_pictures)
        self.changes["signals"] = joined(self.signals)
        return self.item.replace(
            body=html.join(self.blocks), repairs=tuple(self.repairs), remarks=tuple(self.remarks), **self.changes
        )

    def note(self, rule: str, field: str, before: str, after: str) -> None:
        """Write a repair down."""
        self.repairs.append(Repair(rule, field, before, after))

    def lift(self, block: html.Block, rule: str) -> None:
        """Take a block out of the text."""
        self.note(rule, "body", block.text, "")
        self.blocks.remove(block)

    def paragraphs(self) -> list[html.Block]:
        return [block for block in self.blocks if block.tag == "p"]

    def headline(self) -> None:
        plain = html.to_text(_entities.unescape(self.item.headline or ""))
        if plain != (self.item.headline or ""):
            self.note("double-entities", "headline", self.item.headline or "", plain)
        found = self.profile.label.match(plain) if self.profile.label else None
        if found:
            self.note("headline-label", "headline", plain, found["rest"])
            plain = found["rest"].lstrip("-–—: ")
            self.signals.append(found["label"].casefold())
        self.changes["headline"] = plain or None

    def order(self) -> None:
        """A kill or hold in words is for an editor to confirm, whatever format it came in."""
        lines = [line.strip() for block in self.paragraphs()[:6] for line in block.text.split("\n")]
        found = remarks.order(tuple(line for line in lines if line))
        if found is None or self.item.pubstatus != "usable":
            return
        self.signals.append(found.action)
        facts = [("action", found.action), ("slug", found.slug), ("ref", found.ref), ("headline", found.headline)]
        facts += [("reason", found.reason), ("substitute", "yes" if found.substitute else None)]
        said = tuple((name, value) for name, value in facts if value)
        self.remarks.append(Remark("order", " ".join(lines)[:1000], False, said))

    def private(self) -> None:
        """What the agency writes for editors goes to the desk and to nobody else."""
        line, start = self.profile.private_line, self.profile.private_start
        if line is None and start is None:
            return
        notes: list[DeskOnly] = []
        everything = False
        for block in list(self.blocks):
            everything = everything or bool(start and start.match(block.text))
            if everything or (line and line.match(block.text)):
                notes.append(DeskOnly(block.text.strip()))
                self.note("private", "body", "(a note for editors)", "")
                self.blocks.remove(block)
        if notes:
            self.changes["ednotes"] = (*self.item.ednotes, *notes)

    def page_furniture(self) -> None:
        for block in [b for b in self.blocks if b.tag in ("p", "h2", "h3", "h4")]:
            found = furniture.furniture(block.text)
            if found:
                self.roles.add(found.role)
                self.lift(block, "furniture")
                link = _HREF.search(block.inner) if found.role == "network-share-link" else None
                if link:
                    self.changes["link"] = _entities.unescape(link[1])
                topics = [("topic", topic) for topic in found.topics if not names_agency(topic)]
                if found.topics or found.brand:
                    told = [("brand", found.brand)] if found.brand else []
                    self.remarks.append(Remark(found.role, block.text, True, (*told, *topics)))
            elif block.tag == "p" and (foot := furniture.foot(block.text)):
                self._foot(block, foot)

    def _foot(self, block: html.Block, foot: furniture.Foot) -> None:
        self.note("syndication-foot", "body", block.text[foot.start :], "")
        kept = html.cut_text(block.inner, foot.start, len(block.text)).strip()
        place = self.blocks.index(block)
        self.blocks[place : place + 1] = [dataclasses.replace(block, inner=kept)] if html.to_text(kept) else []
        last = self.paragraphs()[-1:] if place >= len(self.blocks) - 1 else []
        # A text of one paragraph that breaks off before such a foot is the site's excerpt, not the story.
        if last and len(self.paragraphs()) == 1 and furniture.breaks_off(last[0].text):
            self.changes["partial"] = True
        self.remarks.append(Remark("syndication-foot", block.text[foot.start :], True, (("publisher", foot.publisher), ("title", foot.title))))

    def notes(self) -> None:
        """Standing lines with a meaning; some leave the text, all are kept."""
        for block in self.paragraphs():
            found = remarks.remark(block.text)
            if found is None:
                self._status(block.text)
                continue
            self.remarks.append(found)
            if found.goes:
                self.lift(block, found.role)
            if found.role == "embargo":
                self.changes["usage_terms"] = joined([*self.item.usage_terms, found.text])
            elif found.role == "genre-note":
                self.changes["genres"] = joined([*self.item.genres, "opinion"])
        for note in self.item.ednotes:
            change = remarks.change_told(note.reveal())
            if change in ("correction", "refile"):
                self.signals.append(change)
        markers = [r.role for r in self.remarks if r.role in ("update-marker", "original-marker")]
        if "original-marker" in markers:
            self.changes["warnings"] = (*self.item.warnings, "It holds two versions of the story, the newer above the older.")

    def _status(self, text: str) -> None:
        if " for comment" not in text and "verif" not in text and "confirm" not in text:
            return
        for sentence in _SENTENCE.split(text[:2000]):
            found = remarks.status(sentence)
            if found:
                self.remarks.append(found)

    def byline(self) -> None:
        first = self.paragraphs()[:3]
        for place, block in enumerate(first):
            line = block.text
            said = people.byline(line)
            if said is None and "\n" in line.strip():
                line = line.strip().split("\n")[0]
                said = people.byline(line)
            if said is None and place == 0:
                said = self._bare(block, first[1:2])
            if said:
                self._lift_byline(block, line)
                self.people = [Contributor(n, "writer", said.organisation, said.title) for n in said.people] + [
                    c for c in self.people if c.role != "writer"
                ]
                self.changes["byline"], self.changes["creators"] = " ".join(line.split()), said.people
                self.changes["provider"] = self.item.provider or self._poster()
                return

    def _lift_byline(self, block: html.Block, line: str) -> None:
        """The line alone, where it shares its paragraph with the text."""
        if line == block.text:
            self.lift(block, "byline")
            return
        self.note("byline", "body", line, "")
        end = block.text.index("\n", block.text.index(line)) + 1
        self.blocks[self.blocks.index(block)] = dataclasses.replace(block, inner=html.cut_text(block.inner, 0, end))

    def _bare(self, block: html.Block, after: list[html.Block]) -> people.Byline | None:
        """Names without “By”: a byline only right before a dateline, or when the agency names the same people."""
        said = people.bare_byline(block.text)
        if said is None:
            return None
        told = {name.casefold() for name in (*self.item.creators, *self.item.authors)}
        before_dateline = bool(after and datelines.dateline(after[0].text))
        return said if before_dateline or all(name.casefold() in told for name in said.people) else None

    def _poster(self) -> str | None:
        """The account that posted the copy, when it is an agency's and not one of the people in the byline."""
        posted = [n for n in (*self.item.creators, *self.item.authors) if n]
        return next((n for n in posted if people.byline(f"By {n}") is None or names_agency(n)), None)

    def caption_line(self) -> None:
        """The caption of the first picture, which some sites print as a paragraph before the dateline."""
        first = self.paragraphs()[:2]
        if len(first) < 2 or datelines.dateline(first[0].text) or not datelines.dateline(first[1].text):
            return
        said = " ".join(first[0].text.split())
        media = [*(m.caption for m in self.item.media), *(f.caption for f in self.galley.figures if f.kind == "image")]
        if not media or len(said) > 200 or not said:
            return
        told = html.to_text(media[0] or "")
        if told == said or (not told and furniture.breaks_off(said)):
            self.lift(first[0], "caption-line")
            self.changes["caption_line"] = said

    def _captioned(self, found: tuple[Media, ...]) -> tuple[Media, ...]:
        said = self.changes.pop("caption_line", None)
        if said and found and not found[0].caption:
            return (dataclasses.replace(found[0], caption=str(said)), *found[1:])
        return found

    def dateline(self) -> None:
        first = next(iter(self.paragraphs()), None)
        found = datelines.dateline(first.text) if first else None
        if first is None or found is None:
            return
        rest = dataclasses.replace(first, inner=html.cut_text(first.inner, 0, found.length))
        self.blocks[self.blocks.index(first)] = rest
        place, organisation = found.where, found.organisation
        before = ", ".join(part for part in (place, found.day) if part)
        said = f"{before} ({organisation})" if before and organisation else before or f"({organisation})"
        self.note("dateline", "body", first.text[: found.length], "")
        self.changes |= {"dateline": said, "dateline_place": place, "dateline_organisation": organisation}
        affiliate = "updates-link" in self.roles or bool(marks.stations(organisation or ""))
        if affiliate and self.profile.distributor and organisation not in self.profile.own:
            self.changes["distributors"] = joined([*self.item.distributors, self.profile.distributor])

    def names(self) -> None:
        """Organisations by the names that readers know."""
        shown = self.profile.shown
        if not self.people:
            posted = self.item.creators or self.item.authors
            # An agency that posts under its own name is the source, not an author.
            self.people = [Contributor(n) for n in posted if people.byline(f"By {n}") and not names_agency(n)]
            if not self.people and posted and not self.item.provider:
                self.changes.setdefault("provider", next((n for n in posted if names_agency(n)), None))
        self.changes["contributors"] = tuple(
            dataclasses.replace(c, organisation=shown(c.organisation)) if c.organisation else c for c in self.people
        )
        provider = self.changes.get("provider", self.item.provider)
        # What the copy itself says comes first; the profile speaks for an agency that never names itself.
        self.changes["provider"] = shown(str(provider)) if provider else self.profile.agency or None
