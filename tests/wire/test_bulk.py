"""Many new items at once: the same rows as one by one, few questions, and one bad item never costs the good beside it."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.stories.models import Story
from masthead.wire import chains, intake
from masthead.wire.models import Band, Likeness, WireFile, WireItem, WireVersion
from masthead.wire.readers import read
from masthead.wire.shift import Shift
from tests.wire.made import g2

PLACES = ["harbour", "bridge", "market", "school", "river", "tower", "museum", "station", "theatre", "garden"]


def story(n: int) -> str:
    place = PLACES[n % 10]
    return " ".join(f"The {place} of quarter {n} was measured {k} times before the council of {place} {n} met." for k in range(8))


def feed(numbers: list[int]) -> bytes:
    items = "".join(
        f"<item><guid>n{n}</guid><title>News of the {PLACES[n % 10]} {n}</title><description><![CDATA[<p>{story(n)}</p>]]></description>"
        f"<category>{PLACES[n % 3]}</category></item>"
        for n in numbers
    )
    return f"<rss><channel><language>en</language>{items}</channel></rss>".encode()


def rows() -> list[tuple[object, ...]]:
    """What the database holds of the wire, without keys and times."""
    names = ("guid", "headline", "kind", "decision", "agency", "language", "urgency", "labels", "words", "proposal", "killed")
    items = [
        (
            *(getattr(item, name) for name in names), item.lints, item.duties, item.cluster_id is not None, bool(item.near_id),
            item.story.state if item.story else None, bytes(item.likeness.sketch), sorted(b.value for b in item.bands.all()),
            [(v.digest, v.kind, v.position, v.headline, v.repairs) for v in item.versions.all()],
        )
        for item in WireItem.objects.select_related("story", "likeness").order_by("guid")
    ]  # fmt: skip
    return items


def emptied() -> None:
    for model in (Band, Likeness, WireVersion, WireItem, WireFile, Story):
        model.objects.all().delete()


def test_all_at_once_gives_the_rows_of_one_by_one(title) -> None:
    source = intake.default_source(title)
    data = feed([1, 2, 3, 4, 11, 5]).replace(story(5).encode(), story(2).encode())  # the last is a twin of the second
    intake.take(data, name="x", source=source)
    together = rows()
    assert len(together) == 6 and [row[13] for row in together].count(True) == 4  # two pairs: 2 and 5 here, 1 and 11 by their likeness
    WireItem.objects.update(used=None, near=None, story=None)
    emptied()
    file = WireFile.objects.create(source=source, sha256="0" * 64, name="x", size=1, state="read")
    for position, raw in enumerate(read(data).items):
        entry = chains.entry(raw, file, position, None)
        assert entry is not None
        chains.take(entry, Shift(source))
    for alone, bulk in zip(rows(), together, strict=True):
        assert alone == bulk


def test_a_hundred_items_cost_fifty_questions(title) -> None:
    title.wire_rules.all().delete()
    source = intake.default_source(title)
    intake.take(feed([900]), name="x", source=source)
    with CaptureQueriesContext(connection) as seen:
        intake.take(feed(list(range(100))), name="x", source=source)
    # Each row of bands is a statement of one executemany, which is one call.
    assert len(seen) <= 50, len(seen)
    assert WireItem.objects.count() == 101


def test_a_feed_asked_again_costs_few_questions(title) -> None:
    title.wire_rules.all().delete()
    source = intake.default_source(title)
    intake.take(feed(list(range(60))), name="x", source=source)
    with CaptureQueriesContext(connection) as seen:
        receipt = intake.take(feed(list(range(1, 61))), name="x", source=source)
    assert WireItem.objects.count() == 61 and WireVersion.objects.count() == 61
    assert len(receipt.items) == 60
    assert len([q for q in seen if "SAVEPOINT" not in q["sql"]]) <= 30


def test_one_bad_item_never_costs_the_good_beside_it(title) -> None:
    """A version number that no database takes; its neighbours come in whole."""
    source = intake.default_source(title)
    good = [g2(headline=f"Item {n}", body=story(n), guid=f"tag:{n}") for n in range(4)]
    bad = g2(headline="Item 9", body=story(9), guid="tag:9").replace(b'version="1"', b'version="%d"' % 10**30, 1)
    receipts = intake.take_all([intake.Delivery(data, "x") for data in (*good[:2], bad, *good[2:])], source=source)
    assert [len(r.items) for r in receipts] == [1, 1, 0, 1, 1]
    assert receipts[2].file.state == WireFile.State.PARTLY and "could not be filed" in receipts[2].file.reason
    assert sorted(WireItem.objects.values_list("guid", flat=True)) == [f"tag:{n}" for n in range(4)]
    assert WireVersion.objects.count() == 4


def test_the_same_id_twice_in_one_delivery_is_one_chain(title) -> None:
    source = intake.default_source(title)
    first, second = (g2(headline=f"Ferry stops {n}", body=story(n), guid="tag:1", version=n) for n in (1, 2))
    intake.take_all([intake.Delivery(first, "a"), intake.Delivery(second, "b")], source=source)
    assert WireItem.objects.get().versions.count() == 2
    assert WireItem.objects.get().headline == "Ferry stops 2"
