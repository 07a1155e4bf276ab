"""The same copy under two ids: over two sources, in two formats, or sent again as new."""

from __future__ import annotations

from masthead.stories.models import Story
from masthead.wire import likeness
from masthead.wire.models import Band, Cluster, Likeness, WireItem

MOST_CANDIDATES = 40


def sketch_of(chain: WireItem, text: str, fresh: bool) -> None:
    """Keep the sketch of the chain's newest text, and join the chain to its likes when it has none yet."""
    sketch = likeness.sketch(text)
    values = set(likeness.bands(sketch))
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
    for other in _candidates(chain, values):
        found = likeness.verdict(likeness.Sketch.from_bytes(bytes(other.likeness.sketch)), sketch)
        if found == "same":
            together(chain, other)
            return
        if found == "ask" and chain.near_id is None:
            chain.near = other


def _candidates(chain: WireItem, values: set[int]) -> list[WireItem]:
    likes = Band.objects.filter(value__in=values).exclude(item=chain).values_list("item_id", flat=True)
    ids = list(dict.fromkeys(likes[: MOST_CANDIDATES * 8]))[:MOST_CANDIDATES]
    rows = WireItem.objects.filter(pk__in=ids, source__title_id=chain.source.title_id)
    return list(rows.select_related("likeness"))


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
