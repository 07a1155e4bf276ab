"""Promise: what was wrong is said everywhere the story is read, and mending a comma moves no time that readers see."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import feedparser
import pytest

from masthead.kit import clock
from masthead.stories import actions, diary, permissions
from masthead.stories.models import Story
from tests import reader, scenes
from tests.newsroom import forms
from tests.staff import hire

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SAID = {
    "correction": "An earlier version gave the wrong year. It is 1911.",
    "clarification": "The quay means the old one.",
    "editors_note": "The writer’s brother works at the quay.",
    "update": "The mayor has answered.",
}


def one_story(title):
    body = "<p>The quay was built in 1912.</p><p>It closes in May.</p>"
    copy = actions.Copy(headline="Quay to close", body=body, credits=(actions.CopyCredit("Ada Quill"),))
    story = actions.file_story(title=title, section=title.sections.first(), copy=copy)
    actions.publish(revision=actions.write(story, user=None))
    diary.work_off()
    return Story.objects.get()


ground = scenes.ground(one_story, START)


@pytest.fixture
def title(scene):
    return scene.title


@pytest.fixture
def story(scene):
    return scene.things


@pytest.fixture
def desk(client, title):
    client.force_login(hire(title, "editor"))
    return client


def ld(page: str) -> dict:
    """The NewsArticle of a page."""
    found = [json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)]
    flat = [node for one in found for node in (one.get("@graph") or [one])]
    return next(node for node in flat if "NewsArticle" in str(node["@type"]))


def everywhere(title, story) -> dict[str, str]:
    """What readers and their machines are sent about the story, a text for each surface."""
    section = story.section.slug
    places = {
        "page": story.path,
        "rss": f"/{section}/feed.rss",
        "atom": f"/{section}/feed.atom",
        "json": f"/{section}/feed.json",
        "corrections": "/corrections/",
    }
    answers = {name: reader.get(title, path) for name, path in places.items()}
    assert {name: a.status for name, a in answers.items()} == dict.fromkeys(places, 200)
    return {name: a.text for name, a in answers.items()}


@pytest.mark.parametrize("kind", SAID)
def test_a_note_from_the_desk_stands_on_every_surface_with_its_time(desk, title, story, kind) -> None:
    clock.advance(timedelta(hours=2))
    address = f"/newsroom/story/{story.pk}/corrections/"
    desk.post(address, {"what": "add", "kind": kind, "text": SAID[kind]})
    diary.work_off()
    shown = everywhere(title, story)
    words = SAID[kind].replace("’", "")
    for name in ("page", "rss", "atom", "json", "corrections"):
        if name == "corrections" and kind == "update":
            continue  # News that was added: nothing was wrong.
        assert words in re.sub("’|&#8217;|\\\\u2019", "", shown[name]), name
    assert '<time datetime="2026-11-20T10:00:00+00:00"' in shown["page"]
    node = ld(shown["page"])
    assert node["dateModified"] == "2026-11-20T10:00:00+00:00"
    notes = node["correction"] if isinstance(node["correction"], list) else [node["correction"]]
    assert [(n["@type"], n["text"], n["datePublished"]) for n in notes] == [
        ("CorrectionComment", SAID[kind], "2026-11-20T10:00:00+00:00")
    ]


def times(title, story) -> dict[str, object]:
    """Every time that readers and machines are told of the story."""
    shown = everywhere(title, story)
    node = ld(shown["page"])
    rss, atom = feedparser.parse(shown["rss"]).entries[0], feedparser.parse(shown["atom"]).entries[0]
    return {
        "page": re.findall(r'<time datetime="([^"]+)"', shown["page"]),
        "ld": (node["datePublished"], node["dateModified"]),
        "rss": (rss.published, rss.get("updated")),
        "atom": (atom.published, atom.updated),
        "json": json.loads(shown["json"])["items"][0].get("date_modified"),
        "sitemap": re.findall(rf"{re.escape(story.path)}</loc>\s*<lastmod>([^<]+)", _sitemaps(title)),
    }


def _sitemaps(title) -> str:
    index = reader.get(title, "/sitemap.xml").text
    own = [loc.partition("testserver")[2] for loc in re.findall(r"<loc>([^<]+)</loc>", index)]
    return "".join(reader.get(title, path).text for path in own)


def publish(desk, story, *paragraphs: str, **change: str) -> None:
    """Send the story's form with these words, by its publish button."""
    posted = forms.of(story, paragraphs=paragraphs, credits=({"name": "Ada Quill"},), **change)
    answer = desk.post(forms.EDIT.format(story.pk), {**posted, "action-publish": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/newsroom/stories/")
    diary.work_off()


def test_a_mended_comma_moves_no_time_and_a_changed_fact_moves_them_all(desk, title, story) -> None:
    before = times(title, story)
    assert before["sitemap"]
    clock.advance(timedelta(hours=2))
    publish(desk, story, "The quay was built in 1912.", "It closes in May, again.", change_kind="small")
    assert "in May, again" in reader.get(title, story.path).text
    assert times(title, story) == before
    clock.advance(timedelta(hours=1))
    publish(desk, Story.objects.get(), "The quay was built in 1911.", change_kind="correction", change_text=SAID["correction"])
    after = times(title, story)
    assert after["ld"] == ("2026-11-20T08:00:00+00:00", "2026-11-20T11:00:00+00:00")
    assert SAID["correction"] in reader.get(title, "/corrections/").text
    for name in ("page", "atom", "json", "sitemap"):
        assert after[name] != before[name], name


@pytest.mark.parametrize("role", ["reporter", "moderator"])
def test_who_may_not_correct_is_refused_by_the_verb_itself(title, story, role) -> None:
    note = actions.correct(story=story, kind="correction", text="It is 1911.")
    somebody = hire(title, role)
    with pytest.raises(permissions.NotAllowed):
        actions.correct(story=story, kind="correction", text="Not so.", user=somebody)
    with pytest.raises(permissions.NotAllowed):
        actions.amend(note=note, text="Not so.", user=somebody)
    with pytest.raises(permissions.NotAllowed):
        actions.retract_note(note=note, user=somebody)
    assert [n.text for n in story.corrections.all()] == ["It is 1911."]
