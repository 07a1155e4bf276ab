"""A changed profile tried on what a source sent lately: each item as it is read now and as it would be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from masthead.kit import html
from masthead.wire import archive, duties, profiled
from masthead.wire.again import with_pictures
from masthead.wire.item import Item, UnreadableWire
from masthead.wire.models import Source, WireFile
from masthead.wire.profiled import Choice
from masthead.wire.profiles import Profile
from masthead.wire.repair import repair

FILES, ITEMS = 12, 40
"""The newest deliveries that are read again, and the most items of them."""
_TIMES = ("published", "updated", "version_created", "embargoed_until", "expires")
_TEXTS = ("headline", "standfirst", "byline", "dateline", "provider", "language", "slugline", "guid", "link", "copyright_notice")


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that would be read otherwise."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """One item, or one file that cannot be read."""

    name: str
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found: how many items were read, and those that change."""

    items: int
    files: int
    rows: tuple[Row, ...]


def trial(source: Source, draft: Profile) -> Trial:
    """Read the source's newest deliveries again, as now and with the draft. Nothing is kept or changed."""
    now, then = profiled.choice_of(source), Choice(draft, source.title.time_zone)
    rows: list[Row] = []
    items = files = 0
    for file in source.files.order_by("-arrived_at", "-id")[:FILES]:
        if items >= ITEMS:
            break
        before, after = _read(file, now), _read(file, then)
        files += 1
        if isinstance(before, str) or isinstance(after, str):
            if before != after:
                rows.append(Row(file.name, (Changed("whole file", _said(before), _said(after)),)))
            continue
        for old, new in zip(before[: ITEMS - items], after[: ITEMS - items], strict=False):
            items += 1
            changes = tuple(_changes(old, new))
            if changes:
                rows.append(Row(new[0].headline or old[0].headline or file.name, changes))
    return Trial(items, files, tuple(rows))


_Read = list[tuple[Item, Profile]]


def _read(file: WireFile, choice: Choice) -> _Read | str:
    """The repaired items of a file, or the sentence that says why it has none."""
    try:
        reading, profile = profiled.read(archive.fetch(file.sha256), choice)
    except UnreadableWire as refused:
        return str(refused)
    except OSError:
        return "Its bytes are not on this machine any more."
    return [(repair(raw, profile=profile), profile) for raw in with_pictures(reading)]


def _said(found: _Read | str) -> str:
    return found if isinstance(found, str) else f"read: {len(found)} items"


def _changes(old: tuple[Item, Profile], new: tuple[Item, Profile]) -> Iterator[Changed]:
    before, after = _facts(*old), _facts(*new)
    for field in dict.fromkeys([*before, *after]):
        if before.get(field, "") != after.get(field, ""):
            yield Changed(field, before.get(field, ""), after.get(field, ""))


def _facts(item: Item, profile: Profile) -> dict[str, str]:
    """What a person would see of an item, field by field. Desk only: notes for editors are shown."""
    facts = {name.replace("_", " "): str(getattr(item, name) or "") for name in _TEXTS}
    for name in _TIMES:
        at = getattr(item, name)
        facts[name.replace("_", " ")] = f"{at:%-d %B %Y, %H:%M} UTC" if at else ""
    facts["text"] = "\n".join(html.paragraphs(item.body))
    facts["people"] = "; ".join(f"{c.name} ({c.role}{', ' + c.organisation if c.organisation else ''})" for c in item.contributors)
    facts["picture credits"] = "; ".join(media.credit or "none" for media in item.media)
    facts["for editors only"] = "\n".join(note.reveal() for note in item.ednotes)
    facts["came by way of"] = ", ".join(item.distributors)
    facts["duties"] = "\n".join(duty.words for duty in duties.of_item(item, profile))
    facts["terms"] = "\n".join(item.usage_terms)
    facts["labels"] = ", ".join(item.signals)
    return facts
