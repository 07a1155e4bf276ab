"""The canary's letters are real ones: they show a public story, in all four."""

from __future__ import annotations

from masthead.circulation.models import Actor, Post
from tests.circulation import letters
from tests.circulation.made import story


def test_each_kind_of_letter_shows_a_public_story(title, at_dawn) -> None:
    one = story(title, "Canary headline", ("Harbour",))
    text = letters.everything(title, one)
    for sentence in ("It comes once a day at the most", "to hear of something at once", "for breaking news", "you follow “N”"):
        assert sentence in text
    assert text.count("Subject: Canary headline") == 3


def test_a_newsletters_page_and_feeds_show_a_public_story(title, at_dawn) -> None:
    text = letters.newsletter_pages(title, story(title, "Canary headline"))
    assert text.count("Canary headline") >= 4, "the page and three feeds"


def test_a_push_shows_a_public_story(title, at_dawn) -> None:
    assert "Canary headline" in letters.pushes(title, story(title, "Canary headline"))


def test_other_servers_are_told_of_a_public_story_and_the_look_leaves_no_trace(title, at_dawn) -> None:
    said = letters.posts(title, story(title, "Canary headline"))
    assert said.count("Canary headline") == 8, "content and contentMap of each: created, updated, asked for, in the paper's outbox"
    assert Post.objects.count() == 0 == Actor.objects.count()
