"""The audit page: filters, pages, CSV that harms no spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from masthead.stories import actions
from tests.staff import hire
from tests.stories.test_flow import write


@pytest.fixture
def desk(client, title):
    editor, other = hire(title, "editor"), hire(title, "producer")
    story = write(title)
    actions.hold(story=story, user=editor, reason="=HYPERLINK(“evil”)")
    actions.publish_as_filed(story=write(title, "Ferry"), user=other)
    client.force_login(editor)
    client.story = story
    return client


def lines(client, query: str = "") -> list[list[str]]:
    answer = client.get(f"/newsroom/audit/audit.csv{query}")
    text = b"".join(answer.streaming_content).decode()
    return list(csv.reader(io.StringIO(text)))[1:]


@pytest.mark.parametrize(
    ("query", "verbs"),
    [
        ("", ["published", "filed", "held", "filed"]),
        ("?who=producer", ["published"]),
        ("?what=held", ["held"]),
        ("?story=ferry", ["published", "filed"]),
        ("?since=2000-01-01&until=2000-01-02", []),
        ("?since=2000-01-01", ["published", "filed", "held", "filed"]),
        ("?since=nonsense", ["published", "filed", "held", "filed"]),
    ],
)
def test_filters_in_page_and_file(desk, query, verbs) -> None:
    assert [line[1] for line in lines(desk, query)] == verbs
    page = desk.get(f"/newsroom/audit/{query}").content.decode()
    assert page.count('data-label="When"') == len(verbs)


def test_a_storys_number_filters_too(desk) -> None:
    assert [line[1] for line in lines(desk, f"?story={desk.story.pk}")] == ["held", "filed"]


def test_no_cell_is_a_formula(desk) -> None:
    assert lines(desk, "?what=held")[0][3] == "'=HYPERLINK(“evil”)"


def test_pages(desk, title) -> None:
    for _ in range(60):
        actions.note(story=desk.story, text="x", source="a rule")
        actions.note(story=desk.story, text="x", source="a rule")
    first = desk.get("/newsroom/audit/").content.decode()
    assert first.count('data-label="When"') == 100 and 'rel="next"' in first
    before = first.split("before=")[1].split('"')[0]
    assert desk.get(f"/newsroom/audit/?before={before}").content.decode().count('data-label="When"') == 24


@pytest.mark.parametrize("role", ["reporter", "moderator"])
def test_only_editors_and_keyholders(client, title, role) -> None:
    client.force_login(hire(title, role))
    assert client.get("/newsroom/audit/").status_code == 403
    assert client.get("/newsroom/audit/audit.csv").status_code == 403
