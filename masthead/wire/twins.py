"""The same copy under two ids: over two sources, in two formats, or sent again as new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from masthead.stories.models import Story
from masthead.wire import keys, likeness
from masthead.wire.models import Band, Cluster, Likeness, WireItem

MOST_CANDIDATES = 40


def sketch_of(chain: WireItem, text: str, fresh: bool, exact: Iterable[str] = ()) -> None:
    """Keep the sketch of the chain's newest text, and join the chain to its likes when it has none yet.

    `exact` are the ids that the agency gives the story everywhere (`keys.keys`).
    """
    sketch = likeness.sketch(text)
    values = {*likeness.bands(sketch), *map(keys.value, exact)}
    kept: set[int] = set()
    if fresh:
        Likeness.objects.create(item=chain, sketch=sketch.to_bytes())
    else:
        Likeness.objects.update_or_create(item=chain, defaults={"sketch": sketch.to_bytes()})
        kept = set(Band.objects.filter(item=chain).values_list("value", flat=True))
    if kept - values:
        Band.objects.filter(item=chain, value__in=kept - values).delete()
    Band.objects.bulk_create([Band(item=chain, value=value) for value in values - kept])
    if chain.cluster_id is None:
        _join(chain, sketch, values)


def _join(chain: WireItem, sketch: likeness.Sketch, values: set[int]) -> None:
    for other, exact in _candidates(chain, values):
        found = _verdict(likeness.Sketch.from_bytes(bytes(other.likeness.sketch)), sketch, exact)
        if found == "same":
            together(chain, other)
            return
        if found == "ask" and chain.near_id is None:
            chain.near = other


def _verdict(one: likeness.Sketch, other: likeness.Sketch, exact: bool) -> Literal["same", "ask", "apart"]:
    """A shared id makes likely twins twins; where the texts have nothing in common, it is for an editor to say."""
    found = likeness.verdict(one, other)
    if not exact:
        return found
    too_short_to_tell = min(one.shingles, other.shingles) < likeness.FEW
    return "ask" if found == "apart" and not too_short_to_tell else "same"


def _candidates(chain: WireItem, values: set[int]) -> list[tuple[WireItem, bool]]:
    """Items of the paper that share a band, and whether it is an exact key; those with an exact key first."""
    likes = Band.objects.filter(value__in=values).exclude(item=chain).order_by("-value").values_list("item_id", "value")
    found: dict[int, bool] = {}
    for pk, value in likes[: MOST_CANDIDATES * 8]:
        found.setdefault(pk, value >= keys.EXACT)
    ids = list(found)[:MOST_CANDIDATES]
    rows = WireItem.objects.filter(pk__in=ids, source__title_id=chain.source.title_id).select_related("likeness")
    known = {row.pk: row for row in rows}
    return [(known[pk], found[pk]) for pk in ids if pk in known]


def together(chain: WireItem, other: WireItem) -> None:
    """Put two items in one cluster. `chain` is saved by the caller."""
    if other.cluster_id is None:
        other.cluster = Cluster.objects.create()
        WireItem.objects.filter(pk=other.pk).update(cluster=other.cluster)
    chain.cluster, chain.near = other.cluster, None


def against(chain: WireItem) -> str:
    """Why this copy is not published beside its twin, as a sentence; empty when it has none in the paper."""
    if chain.cluster_id:
        twin = _in_the_paper(WireItem.objects.filter(cluster=chain.cluster_id).exclude(pk=chain.pk))
        return f"the same copy came from {twin.agency or twin.source} and is in the paper already." if twin else ""
    if chain.near_id and _in_the_paper(WireItem.objects.filter(pk=chain.near_id)):
        return f"it may be the same story as “{chain.near}”; an editor decides."
    return ""


def _in_the_paper(items: object) -> WireItem | None:
    used = items.filter(story__state__in=[Story.State.PUBLISHED, Story.State.HELD])  # type: ignore[attr-defined]
    found: WireItem | None = used.select_related("source").first()
    return found
