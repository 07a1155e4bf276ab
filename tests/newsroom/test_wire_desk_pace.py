"""The wire desk asks the database the same number of questions however full it is; benchmarks/desk.py times 100,000 items."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.people.models import User
from masthead.wire import intake
from masthead.wire.models import Cluster, WireItem
from tests.wire.made import g2


@pytest.fixture
def desk(client, title):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    client.get("/newsroom/wire/")
    return client


def fill(title, first: int, count: int) -> None:
    source, cluster = intake.default_source(title), Cluster.objects.get_or_create(pk=1)[0]
    WireItem.objects.bulk_create(
        WireItem(
            source=source, guid=f"g{n}", headline=f"Ferry {n}", language="en", urgency=2, labels="harbour", cluster=cluster,
            proposal="kill", killed=False, words=100,
        )
        for n in range(first, first + count)
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "", "source={source}", "topic=harbour", "urgency=3", "language=en", "cluster=1", "words=ferry", "state=open",
        "state=waiting", "source={source}&topic=harbour&language=en&urgency=3&words=ferry&state=open",
    ],
)  # fmt: skip
def test_a_list_costs_twelve_questions(desk, title, query: str) -> None:
    address = f"/newsroom/wire/?{query.format(source=intake.default_source(title).pk)}"
    for first, count in ((0, 2), (2, 100)):
        fill(title, first, count)
        with CaptureQueriesContext(connection) as seen:
            answer = desk.get(address)
        assert answer.content.decode().count("data-item=") == min(first + count, 40)
        assert len(seen) <= 13, [q["sql"][:100] for q in seen]


def test_the_list_is_read_in_the_order_of_the_index(desk, title) -> None:
    """No sort and no join while the page is chosen: that is what keeps 100,000 items under 200 ms."""
    from masthead.newsroom.desk import Wanted, _items

    fill(title, 0, 5)
    if connection.vendor != "sqlite":
        pytest.skip("The plan is SQLite's.")
    sql, values = _items(title, Wanted()).values_list("pk", flat=True)[:41].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "last_arrived_at" in plan and "B-TREE" not in plan, plan


@pytest.mark.parametrize(("versions", "address", "most"), [(1, "?pane=1", 14), (4, "?pane=1", 14), (1, "", 18), (4, "", 18)])
def test_an_item_costs_the_same_with_many_versions(desk, title, versions: int, address: str, most: int) -> None:
    for n in range(1, versions + 1):
        intake.take(g2(headline=f"Ferry stops {n}", body=f"Words of {n}. " * 20, version=n), name="x", source=intake.default_source(title))
    title.wire_rules.all().delete()
    item = WireItem.objects.get()
    desk.get(f"/newsroom/wire/{item.pk}/{address}")
    with CaptureQueriesContext(connection) as seen:
        assert desk.get(f"/newsroom/wire/{item.pk}/{address}").status_code == 200
    assert len(seen) <= most, [q["sql"][:100] for q in seen]
