"""What must not go out to readers in a block: asked when somebody publishes, never while a draft is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from masthead.pictures.models import Picture
from masthead.stories.body import picture_ids
from masthead.stories.models import Story


def of_blocks(story: Story) -> Iterator[str]:
    """Sentences for the editor, one for each thing in a block to put right first."""
    alts = dict(Picture.objects.filter(pk__in=picture_ids(story.body)).values_list("pk", "alt"))
    for n, block in enumerate(story.body.raw_data, start=1):
        check = _CHECKS.get(block["type"])
        if check:
            yield from (f"Block {n} ({block['type']}): {fault}" for fault in check(block["value"], alts))


def _picture(value: Any, alts: dict[int, str]) -> Iterator[str]:
    if not value.get("picture"):
        yield "no picture is chosen."
    elif not (value.get("alt") or value.get("decorative") or alts.get(value["picture"])):
        yield "the picture has no alt text: say what it shows, or mark it as decorative."


def _gallery(value: Any, alts: dict[int, str]) -> Iterator[str]:
    for one in _items(value.get("pictures")):
        yield from _picture(one, alts)


def _table(value: Any, alts: dict[int, str]) -> Iterator[str]:
    if "<table" not in str(value):
        yield "this is no table. Paste it from a spreadsheet, or as HTML."


def _comparison(value: Any, alts: dict[int, str]) -> Iterator[str]:
    for point in _items(value.get("points")):
        for cell in _items(point.get("positions")):
            party, said = cell.get("party"), cell.get("text")
            if said and not party:
                yield f"a position on “{point.get('point')}” has no party."
            if said and not (cell.get("source") or cell.get("link")):
                yield f"the position of {party or 'a party'} on “{point.get('point')}” has no source."


def _social(value: Any, alts: dict[int, str]) -> Iterator[str]:
    if not value.get("link") or not value.get("posted"):
        yield "a post needs its link and its time."


def _media(value: Any, alts: dict[int, str]) -> Iterator[str]:
    if not str(value.get("address") or "").startswith(("https://", "http://")):
        yield "it has no address that begins with https://."
    if not value.get("title"):
        yield "say in its title what it is."


def _items(value: Any) -> list[dict[str, Any]]:
    """The values of a list block, whichever of Wagtail's two ways it is stored in."""
    return [one["value"] if "value" in one and "type" in one else one for one in value or []]


_CHECKS = {
    "picture": _picture,
    "gallery": _gallery,
    "table": _table,
    "comparison": _comparison,
    "social": _social,
    "media": _media,
}
