"""The composing room: blocks of a body as proofs, each with what its plate needs and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from masthead.kit import html
from masthead.press import proof
from masthead.press.players import address, player
from masthead.stories.models import Story

if TYPE_CHECKING:
    from masthead.press.reading import Reader


@dataclass(frozen=True, slots=True)
class Room:
    """For which page and which story a block is set."""

    reader: Reader
    story: Story


def blocks(reader: Reader, story: Story, used: set[str]) -> Iterator[proof.Block]:
    """The body of `story` in order. `used` holds the ids that the page has given so far."""
    for block in story.body:
        if block.block_type in {"text", "table"}:
            source = block.value.source if block.block_type == "text" else block.value
            marked, _ = html.headed(source, used)
            if marked:
                yield proof.Block(block.block_type, html=marked)
        elif made := _MAKERS[block.block_type](Room(reader, story), block.value):
            yield made


def _text(value: Any, name: str) -> str:
    return str(value.get(name) or "").strip()


def _quote(room: Room, value: Any) -> proof.Block | None:
    text = _text(value, "text")
    return proof.Block("quote", text=text, speaker=_text(value, "speaker")) if text else None


def _shown(room: Room, value: Any) -> proof.PictureProof | None:
    picture = value.get("picture")
    if not picture or not room.reader.may_show(picture, room.story):
        return None
    return room.reader.picture(
        picture, _text(value, "caption"), _text(value, "credit"), _text(value, "alt"), bool(value.get("decorative"))
    )


def _picture(room: Room, value: Any) -> proof.Block | None:
    shown = _shown(room, value)
    return proof.Block("picture", picture=shown) if shown else None


def _gallery(room: Room, value: Any) -> proof.Block | None:
    shown = tuple(s for one in value["pictures"] if (s := _shown(room, one)))
    return proof.Block("gallery", heading=_text(value, "heading"), pictures=shown) if shown else None


def _social(room: Room, value: Any) -> proof.Block | None:
    text = _text(value, "text")
    if not text:
        return None
    return proof.Block(
        "social",
        text=text,
        speaker=_text(value, "author"),
        source=proof.Link(_text(value, "network"), address(_text(value, "link"))),
        when=_text(value, "posted"),
    )


def _facts(room: Room, value: Any) -> proof.Block | None:
    text = html.safe(value["text"].source)
    return proof.Block("facts", heading=_text(value, "heading"), html=text) if text else None


def _comparison(room: Room, value: Any) -> proof.Block | None:
    """Each party is a column, in the order of its first appearance; a party that is silent on a point keeps its cell."""
    rows = [(_text(p, "point"), {_text(c, "party"): c for c in p["positions"] if _text(c, "party")}) for p in value["points"]]
    parties = tuple(dict.fromkeys(party for _, cells in rows for party in cells))
    points = tuple(
        proof.PointProof(name, tuple(_position(party, cells.get(party)) for party in parties))
        for name, cells in rows
        if name or cells
    )
    if not parties:
        return None
    return proof.Block("comparison", heading=_text(value, "heading"), parties=parties, points=points)


def _position(party: str, cell: Any) -> proof.PositionProof:
    if cell is None:
        return proof.PositionProof(party, "", proof.Link("", ""))
    source = proof.Link(_text(cell, "source"), address(_text(cell, "link")))
    return proof.PositionProof(party, _text(cell, "text"), source)


def _timeline(room: Room, value: Any) -> proof.Block | None:
    moments = tuple(
        proof.MomentProof(_text(m, "when"), _text(m, "text")) for m in value["moments"] if _text(m, "text")
    )
    return proof.Block("timeline", heading=_text(value, "heading"), moments=moments) if moments else None


def _related(room: Room, value: Any) -> proof.Block | None:
    """Our own stories go through the gate: one that readers may not see is not named, whatever words stand here."""
    wanted = [(_text(v, "address"), _text(v, "words")) for v in value["links"]]
    links = tuple(_links(room.reader, wanted))
    return proof.Block("related", heading=_text(value, "heading"), links=links) if links else None


def _links(reader: Reader, wanted: list[tuple[str, str]]) -> Iterable[proof.Link]:
    paths = [_own_path(reader, given) for given, _ in wanted]
    ours = {s.path: s for s in Story.objects.filter(title=reader.title, path__in=[p for p in paths if p])}
    for (given, words), path in zip(wanted, paths, strict=True):
        story = ours.get(path) if path else None
        if story:
            if reader.may_name(story):
                yield proof.Link(words or story.display_headline, path)
        elif link := path or address(given):
            yield proof.Link(words or link, link)


def _own_path(reader: Reader, given: str) -> str:
    link = address(given)
    if link.startswith("/"):
        return link
    parts = urlsplit(link)
    own = urlsplit(reader.title.base_url)
    return parts.path or "/" if parts.netloc and parts.netloc == own.netloc else ""


def _media(room: Room, value: Any) -> proof.Block | None:
    found = player(_text(value, "address"))
    if not found:
        return None
    poster = value.get("poster")
    return proof.Block(
        "media",
        heading=_text(value, "title"),
        text=_text(value, "text"),
        speaker=_text(value, "credit"),
        player=found,
        picture=room.reader.picture(poster, "", "", "", True) if poster and room.reader.may_show(poster, room.story) else None,
    )


_MAKERS: dict[str, Callable[[Room, Any], proof.Block | None]] = {
    "quote": _quote,
    "picture": _picture,
    "gallery": _gallery,
    "social": _social,
    "facts": _facts,
    "comparison": _comparison,
    "timeline": _timeline,
    "related": _related,
    "media": _media,
}
