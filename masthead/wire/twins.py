"""The same copy under two ids: over two sources, in two formats, or sent again as new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from django.db import connection

from masthead.stories.models import Story
from masthead.wire import keys, likeness
from masthead.wire.models import Band, Cluster, Likeness, WireItem
from masthead.wire.shift import AT_ONCE

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


def sketch_new(copy: Sequence[tuple[WireItem, str, Iterable[str]]]) -> None:
    """What `sketch_of` does, for many new chains, their texts and exact keys at once. The chains are saved where joined."""
    sketches = [likeness.sketch(text) for _chain, text, _exact in copy]
    exact = [set(map(keys.value, names)) for _chain, _text, names in copy]
    bands = [set(likeness.bands(sketch)) | its for sketch, its in zip(sketches, exact, strict=True)]
    chains = [chain for chain, _text, _exact in copy]
    likes = _likes(chains[0].source.title_id, bands)
    rows = zip(chains, sketches, strict=True)
    Likeness.objects.bulk_create(Likeness(item=chain, sketch=sketch.to_bytes()) for chain, sketch in rows)
    _keep_bands([(chain.pk, value) for chain, values in zip(chains, bands, strict=True) for value in values])
    changed: dict[int, WireItem] = {}
    for chain, sketch, values in zip(chains, sketches, bands, strict=True):
        near: dict[int, tuple[WireItem, likeness.Sketch, bool]] = {}
        for value in sorted(values, reverse=True):
            for pk, (other, its) in likes.get(value, {}).items():
                near.setdefault(pk, (other, its, value >= keys.EXACT))
        ranked = [near[pk] for pk in sorted(near, key=lambda pk: (not near[pk][2], pk))]
        for tied in _compare(chain, sketch, ranked[:MOST_CANDIDATES]):
            changed |= {tied.pk: tied} if tied in chains else {}
        for value in values:
            likes.setdefault(value, {})[chain.pk] = (chain, sketch)
    if changed:
        WireItem.objects.bulk_update(changed.values(), ["cluster", "near"])


_Likes = dict[int, dict[int, tuple[WireItem, likeness.Sketch]]]
"""By band: the chains that have it, with their sketches."""


def _likes(title_id: int, bands: Sequence[set[int]]) -> _Likes:
    """The chains of this paper that share a band with any of the new copy."""
    values = sorted(set().union(*bands))
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
    _compare(chain, sketch, [(other, _sketch(other), exact) for other, exact in _candidates(chain, values)])


def _sketch(item: WireItem) -> likeness.Sketch:
    return likeness.Sketch.from_bytes(bytes(item.likeness.sketch))


def _compare(
    chain: WireItem, sketch: likeness.Sketch, others: Sequence[tuple[WireItem, likeness.Sketch, bool]]
) -> list[WireItem]:
    """Join the chain to the first that is the same, else remember the first that may be; the ones it was tied to."""
    for other, its, exact in others:
        found = _verdict(its, sketch, exact)
        if found == "same":
            together(chain, other)
            return [chain, other]
        if found == "ask" and chain.near_id is None:
            chain.near = other
    return [chain] if chain.near_id else []


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
    ids = sorted(found, key=lambda pk: (not found[pk], pk))[:MOST_CANDIDATES]
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
        if twin:
            return f"the same copy came from {twin.agency or twin.source} and is in the paper already."
    if chain.near_id and _in_the_paper(WireItem.objects.filter(pk=chain.near_id)):
        return f"it may be the same story as “{chain.near}”; an editor decides."
    return ""


def _in_the_paper(items: object) -> WireItem | None:
    used = items.filter(story__state__in=[Story.State.PUBLISHED, Story.State.HELD])  # type: ignore[attr-defined]
    found: WireItem | None = used.select_related("source").first()
    return found
