"""What an agency asks of us is held against the story, with the sentence that asks it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import actions, diary
from masthead.stories.body import from_html, to_html
from masthead.stories.models import Story
from masthead.wire import acting, intake
from masthead.wire.models import Rule, WireItem
from tests import reader
from tests.promises import walk
from tests.wire import made

COPY = 'The ferry “Lark” ran aground off Tern Point. <a href="https://ferries.example.org/lark">The line’s notice</a> asks for patience.' + (
    " The tide was falling when she touched the sand, and forty people on board were taken off by the pilot boat."
    " Nobody was hurt, the coastguard said on Sunday evening, and the ship will be pulled free with the next high water."
)


def sent(title, terms: str, version: int = 1) -> Story:
    data = made.g2(headline="Ferry aground canary", body=COPY, version=version).replace(
        b"<itemMeta>", f"<rightsInfo><usageTerms>{terms}</usageTerms></rightsInfo><itemMeta>".encode()
    )
    intake.take(data, name=f"v{version}", source=intake.default_source(title))
    item = WireItem.objects.get()
    story = item.story or acting.use(item, user=User.objects.create_user("ines"))
    diary.work_off()
    return Story.objects.get(pk=story.pk)


def redraft(story: Story, body: str):
    story.body = json.dumps(from_html(body))
    return story.save_revision()


def test_copy_that_must_run_unchanged_is_not_published_changed(title) -> None:
    story = sent(title, "This story may not be edited.")
    with pytest.raises(actions.CannotPublish, match="may not be edited"):
        actions.publish(revision=redraft(story, "<p>Our own words instead.</p>"))
    whole = to_html(Story.objects.get(pk=story.pk).body)
    assert actions.publish(revision=redraft(story, whole)).live


def test_links_that_must_stay_are_named_when_they_are_missing(title) -> None:
    story = sent(title, "Please keep all links in the story.")
    without = "<p>The ferry “Lark” ran aground off Tern Point.</p>"
    with pytest.raises(actions.CannotPublish, match=r"https://ferries\.example\.org/lark"):
        actions.publish(revision=redraft(story, without))
    linked = without + '<p>See <a href="https://ferries.example.org/lark">the notice</a>.</p>'
    assert actions.publish(revision=redraft(story, linked)).live


def test_terms_that_come_later_take_an_edited_story_down(title) -> None:
    story = sent(title, "Free to use.")
    actions.publish(revision=redraft(story, "<p>Canary words of our own.</p>"))
    diary.work_off()
    story.refresh_from_db()
    assert reader.get(title, story.path).status == 200
    story = sent(title, "This story may not be edited.", version=2)
    assert story.state == "held"
    assert walk.leaks(title, story, ["Canary words of our own", "Ferry aground canary"]) == []
    assert "may not be edited" in story.diary.filter(verb="held").first().reason


@pytest.mark.parametrize("terms", ["No archive.", "One time use only.", "Delete after 30 days of publication."])
def test_what_must_not_stay_is_gone_to_the_second(title, terms) -> None:
    start = clock.now()
    with clock.frozen(start):
        story = sent(title, terms)
        actions.publish_as_filed(story=story)
        diary.work_off()
    story.refresh_from_db()
    assert story.order_expires_at is not None
    with clock.frozen(story.order_expires_at - timedelta(seconds=1)):
        assert reader.get(title, story.path).status == 200
    with clock.frozen(story.order_expires_at):
        assert walk.leaks(title, story, ["Ferry aground canary", "Tern Point"]) == []


@pytest.mark.parametrize(
    "terms",
    ["Not for use in the UK.", "Market embargo: Harbourtown.", "Print only.", "You must keep our tracking pixel."],
)
def test_what_a_person_must_judge_is_never_published_by_a_rule(title, terms) -> None:
    data = made.g2(headline="Ferry aground canary", body=COPY).replace(
        b"<itemMeta>", f"<rightsInfo><usageTerms>{terms}</usageTerms></rightsInfo><itemMeta>".encode()
    )
    Rule.objects.create(title=title, action="publish", section=title.sections.first(), language="*")
    intake.take(data, name="x", source=intake.default_source(title))
    item = WireItem.objects.get()
    assert item.story is None or not item.story.live
    assert terms.rstrip(".") in item.decision


def test_a_reserved_text_says_so_to_machines(title) -> None:
    story = sent(title, "Text and data mining is prohibited.")
    actions.publish_as_filed(story=story)
    diary.work_off()
    story.refresh_from_db()
    assert '<meta name="tdm-reservation" content="1">' in reader.get(title, story.path).text
