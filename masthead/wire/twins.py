"""The same copy under two ids: over two sources, in two formats, or sent again as new."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from masthead.stories.models import Story
from masthead.wire import likeness
from masthead.wire.models import Band, Cluster, Likeness, WireItem
from masthead.wire.shift import AT_ONCE

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


def sketch_new(copy: Sequence[tuple[WireItem, str]]) -> None:
    """What `sketch_of` does, for many new chains and their texts at once. The chains are saved where they are joined."""
    sketches = [likeness.sketch(text) for _chain, text in copy]
    keys = [set(likeness.bands(sketch)) for sketch in sketches]
    chains = [chain for chain, _text in copy]
    likes = _likes(chains[0].source.title_id, keys)
    rows = zip(chains, sketches, strict=True)
    Likeness.objects.bulk_create(Likeness(item=chain, sketch=sketch.to_bytes()) for chain, sketch in rows)
    _keep_bands([(chain.pk, value) for chain, values in zip(chains, keys, strict=True) for value in values])
    changed: dict[int, WireItem] = {}
    for chain, sketch, values in zip(chains, sketches, keys, strict=True):
        near = {pk: other for value in values for pk, other in likes.get(value, {}).items()}
        others = [near[pk] for pk in sorted(near)[:MOST_CANDIDATES]]
        for other, _its in _compare(chain, sketch, others):
            changed |= {one.pk: one for one in (chain, other) if one in chains}
        for value in values:
            likes.setdefault(value, {})[chain.pk] = (chain, sketch)
    if changed:
        WireItem.objects.bulk_update(changed.values(), ["cluster", "near"])


_Likes = dict[int, dict[int, tuple[WireItem, likeness.Sketch]]]
"""By band: the chains that have it, with their sketches."""


def _likes(title_id: int, keys: Sequence[set[int]]) -> _Likes:
    """The chains of this paper that share a band with any of the new copy."""
    values = sorted(set().union(*keys))
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(values), AT_ONCE):
        asked = Band.objects.filter(value__in=values[start : start + AT_ONCE]).values_list("value", "item_id")
        pairs += asked[: MOST_CANDIDATES * AT_ONCE]
    wanted = list({pk for _value, pk in pairs})
    found: dict[int, tuple[WireItem, likeness.Sketch]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = WireItem.objects.filter(pk__in=wanted[start : start + AT_ONCE], source__title_id=title_id)
        for row in rows.select_related("likeness"):
            found[row.pk] = row, likeness.Sketch.from_bytes(bytes(row.likeness.sketch))
    likes: _Likes = {}
    for value, pk in pairs:
        if pk in found:
            likes.setdefault(value, {})[pk] = found[pk]
    return likes


def _keep_bands(pairs: Sequence[tuple[int, int]]) -> None:
    """Sixteen small rows an item: written without making an object of each, which costs five times as much."""
    names = [connection.ops.quote_name(name) for name in (Band._meta.db_table, "item_id", "value")]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO {} ({}, {}) VALUES (%s, %s)".format(*names), pairs)  # noqa: S608 (our names)


def _join(chain: WireItem, sketch: likeness.Sketch, values: set[int]) -> None:
    _compare(chain, sketch, [(other, _sketch(other)) for other in _candidates(chain, values)])


def _sketch(item: WireItem) -> likeness.Sketch:
    return likeness.Sketch.from_bytes(bytes(item.likeness.sketch))


def _compare(
    chain: WireItem, sketch: likeness.Sketch, others: Sequence[tuple[WireItem, likeness.Sketch]]
) -> list[tuple[WireItem, likeness.Sketch]]:
    """Join the chain to the first that is the same, else remember the first that may be; the ones it was tied to."""
    for other, its in others:
        found = likeness.verdict(its, sketch)
        if found == "same":
            together(chain, other)
            return [(other, its)]
        if found == "ask" and chain.near_id is None:
            chain.near = other
    return [(chain, sketch)] if chain.near_id else []


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
        if twin:
            return f"the same copy came from {twin.agency or twin.source} and is in the paper already."
    if chain.near_id and _in_the_paper(WireItem.objects.filter(pk=chain.near_id)):
        return f"it may be the same story as “{chain.near}”; an editor decides."
    return ""


def _in_the_paper(items: object) -> WireItem | None:
    used = items.filter(story__state__in=[Story.State.PUBLISHED, Story.State.HELD])  # type: ignore[attr-defined]
    found: WireItem | None = used.select_related("source").first()
    return found
