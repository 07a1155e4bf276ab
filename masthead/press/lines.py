"""Story lines in print: the line's own page, the list of lines, and the box on the page of each story."""

from __future__ import annotations

from itertools import groupby

from masthead.press import addresses, proof
from masthead.press.reading import Reader
from masthead.stories.models import Development, Story, StoryLine

MOST, IN_A_BOX, MOST_LINES = 300, 5, 200


def _developments(reader: Reader, line: StoryLine) -> list[proof.DevelopmentProof]:
    """What readers may see of a line, newest first."""
    reader.keys.add(f"list:line:{line.pk}")
    reader.watch_openings(developments__line=line)
    told = {d.story_id: d for d in Development.objects.filter(line=line)}
    found = []
    for story in reader.teasers(reader.readable().filter(developments__line=line)[:MOST]):
        told_as, card = told[story.pk], reader.card(story)
        at = reader.local(told_as.at) if told_as.at else card.published
        found.append(proof.DevelopmentProof(at, told_as.what, card))
    return sorted(found, key=lambda d: (d.at, d.card.published), reverse=True)


def _name(line: StoryLine, developments: list[proof.DevelopmentProof]) -> str:
    """The line's name; a headline stands for it only while readers may see that story."""
    if line.named_after_id is None or any(d.card.uid == str(line.named_after.uid) for d in developments):  # type: ignore[union-attr]
        return line.name
    return developments[-1].card.headline


def line_proof(reader: Reader, line: StoryLine) -> proof.LineProof | None:
    """The page of a line; None when readers may see none of its stories."""
    developments = _developments(reader, line)
    if not developments:
        return None
    days = [(day[0].at, tuple(day)) for _, group in groupby(developments, lambda d: d.at.date()) if (day := list(group))]
    path = addresses.line(line)
    name = _name(line, developments)
    return proof.LineProof(
        name=name,
        path=path,
        summary=line.summary,
        begun=developments[-1].at,
        changed=max(d.card.updated for d in developments),
        ended=reader.local(line.ended_at) if line.ended_at else None,
        outcome=line.outcome,
        days=tuple(days),
        feeds=tuple(proof.Link(f"{name}: {label}", path + file) for file, label in addresses.FEEDS.items()),
    )


def name_of(reader: Reader, line: StoryLine) -> str:
    """The line's name as readers see it, empty when they may see none of its stories."""
    developments = _developments(reader, line)
    return _name(line, developments) if developments else ""


def all_lines(reader: Reader) -> proof.LinesProof:
    """Lines that go on and lines that ended; those without a story for readers are left out."""
    reader.keys.add("list:lines")
    rows = [_row(reader, line) for line in StoryLine.objects.filter(title=reader.title)[:MOST_LINES]]
    shown = [row for row in rows if row]
    return proof.LinesProof(
        developing=tuple(sorted((r for r in shown if not r.ended), key=lambda r: r.newest.at, reverse=True)),
        ended=tuple(sorted((r for r in shown if r.ended), key=lambda r: r.ended, reverse=True)),  # type: ignore[arg-type,return-value]
    )


def _row(reader: Reader, line: StoryLine) -> proof.LineRow | None:
    developments = _developments(reader, line)
    if not developments:
        return None
    return proof.LineRow(
        name=_name(line, developments),
        path=addresses.line(line),
        summary=line.summary,
        ended=reader.local(line.ended_at) if line.ended_at else None,
        outcome=line.outcome,
        newest=developments[0],
        count=len(developments),
    )


def boxes(reader: Reader, story: Story) -> tuple[proof.LineBox, ...]:
    """For each line that `story` is in: what came before it, and the newest after it."""
    if reader.shelf and story.pk in reader.shelf.stories and story.pk not in reader.shelf.in_lines:
        return ()
    return tuple(box for line in story.lines.select_related("named_after").order_by("id") if (box := _box(reader, line, story)))


def _box(reader: Reader, line: StoryLine, story: Story) -> proof.LineBox | None:
    developments = _developments(reader, line)
    here = next((n for n, d in enumerate(developments) if d.card.uid == str(story.uid)), None)
    if here is None:
        return None
    return proof.LineBox(
        name=_name(line, developments),
        path=addresses.line(line),
        ended=line.ended,
        outcome=line.outcome,
        earlier=tuple(developments[here + 1 : here + 1 + IN_A_BOX]),
        newest=developments[0] if here else None,
    )
