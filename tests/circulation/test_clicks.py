"""Clicks: off by default; where the paper wants them, a number and nothing of anybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client

from masthead.circulation.models import Clicks
from masthead.kit import clock
from masthead.stories import actions
from masthead.stories.models import Story
from tests.circulation.made import follower, story, topic

PERSON = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def two_letters(title, at_dawn, deliver, mail):
    def made(count: bool) -> tuple[Story, list[str], list[str]]:
        mail(count_clicks=count)
        topic(title, "Harbour")
        for name in "ab":
            follower(title, f"{name}@example.org", "/topics/harbour/")
        wall = story(title, "The wall stands", ("Harbour",))
        clock.advance(timedelta(minutes=31))
        sink = deliver()
        bodies = [letter.get_body(("plain",)).get_content() for name in "ab" for letter in sink.to(f"{name}@example.org")]
        return wall, [re.findall(r"http://testserver(/\S+)", body) for body in bodies], bodies

    return made


def test_off_by_default_links_are_plain(two_letters) -> None:
    wall, (a, b), _ = two_letters(False)
    assert wall.path in a and wall.path in b and not any("/follow/to/" in link for link in a + b)


def test_a_number_by_letter_and_story_the_same_link_for_all(two_letters) -> None:
    wall, (a, b), _ = two_letters(True)
    [link] = [x for x in a if "/follow/to/" in x]
    assert link in b and "2026-11-23" in link
    client = Client()
    client.head(link), client.get(link)
    client.get(link[:-2] + ("0" if link[-2] != "0" else "1") + "/", headers=PERSON)
    client.get(link.replace("2026-11-23", "2026-11-24"), headers=PERSON)
    assert not Clicks.objects.exists(), "a scanner, a preview or a made-up link is no reader"
    for _ in range(3):
        answer = client.get(link, headers=PERSON)
        assert (answer.status_code, answer["Location"], len(answer.cookies)) == (302, wall.path, 0)
    [row] = Clicks.objects.all()
    assert (row.edition, row.story, row.count, row.shown) == ("daily-2026-11-23", wall, 3, "fewer than 5")
    assert {f.name for f in Clicks._meta.get_fields()} == {"id", "title", "edition", "story", "count"}


def test_a_withdrawn_storys_link_leads_nowhere(two_letters) -> None:
    wall, (a, _), _ = two_letters(True)
    actions.withdraw(story=Story.objects.get(pk=wall.pk), by="desk")
    answer = Client().get(next(x for x in a if "/follow/to/" in x), headers=PERSON)
    assert answer.status_code == 404 and "wall" not in answer.content.decode().lower() and not Clicks.objects.exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_mail_scanner_that_opens_everything_changes_nothing(two_letters, method) -> None:
    """Every link of a real letter, and those in its headers, opened as scanners do: by GET and HEAD, without being a person."""
    _, (links, _), _ = two_letters(True)
    assert any("/follow/to/" in one for one in links) and any("/follow/off/" in one for one in links)
    before = _everything()
    for link in links * 2:
        assert getattr(Client(), method)(link, headers={"User-Agent": "Mozilla/5.0 (scanner)"}).status_code in (200, 302), link
    assert _everything() == before


def _everything() -> dict[str, list[tuple]]:
    """All rows of the rooms that letters live in."""
    models = [model for room in ("circulation", "mailroom", "people") for model in apps.get_app_config(room).get_models()]
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}
