"""The staff door: what an editor sees and does, through the real screens."""

from __future__ import annotations

import re

import pytest

from masthead.people.models import User
from masthead.stories import actions, diary
from masthead.stories.models import Story
from masthead.wire import intake
from tests import reader
from tests.staff import hire
from tests.wire.made import g2

FIELDS = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def desk(client, title):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    return client


@pytest.fixture
def story(title) -> Story:
    data = g2(headline="Ferry stops", body="Canary one " * 20, ednote="Call the desk on 555 0199")
    intake.take(data, name="f.xml", source=intake.default_source(title))
    diary.work_off()
    return Story.objects.get()


def test_the_screens_open(desk, story) -> None:
    for path in ("/newsroom/", "/newsroom/stories/", f"/newsroom/stories/edit/{story.pk}/", "/newsroom/images/",
                 "/newsroom/stories/add/", f"/newsroom/stories/history/{story.pk}/", f"/newsroom/stories/unpublish/{story.pk}/"):  # fmt: skip
        assert desk.get(path).status_code == 200, path


def test_the_desk_reads_notes_that_readers_never_do(desk, story) -> None:
    assert "555 0199" in desk.get(f"/newsroom/stories/edit/{story.pk}/").content.decode()
    assert "555 0199" not in reader.get(story.title, story.path).text


def test_nobody_gets_in_without_signing_in(client, story) -> None:
    for path in ("/newsroom/", "/newsroom/stories/", f"/newsroom/stories/edit/{story.pk}/"):
        answer = client.get(path)
        assert answer.status_code == 302 and "/newsroom/login/" in answer["Location"], path


def test_stories_cannot_be_deleted(desk, story) -> None:
    assert desk.post(f"/newsroom/stories/delete/{story.pk}/").status_code in (302, 403, 404)
    assert Story.objects.filter(pk=story.pk).exists()


def test_withdrawing_on_screen(desk, story) -> None:
    desk.post(f"/newsroom/stories/unpublish/{story.pk}/")
    diary.work_off()
    assert reader.get(story.title, story.path).status == 410
    assert story.diary.filter(verb="withdrawn", user__username="keeper").count() == 1


def test_a_preview_shows_the_draft_and_nobody_caches_it(story) -> None:
    story.headline = "A headline not yet public"
    answer = story.make_preview_request()
    assert answer.status_code == 200
    assert "A headline not yet public" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "A headline not yet public" not in reader.get(story.title, story.path).text


def test_every_act_has_its_line_in_the_diary(story, db) -> None:
    user = hire(story.title, "editor")
    story.headline = "Edited"
    revision = story.save_revision(user=user)
    revision.publish(user=user)
    story.unpublish(user=user)
    verbs = list(story.diary.order_by("id").values_list("verb", flat=True))
    assert verbs == ["filed", "published", "edited", "published", "withdrawn"]


def test_a_killed_story_cannot_be_published_again(title, story) -> None:
    actions.obey(story=story, orders=actions.Orders(pubstatus="canceled", reason="Wrong."), by="Aldine Wire")
    story.refresh_from_db()
    with pytest.raises(actions.CannotPublish, match="killed"):
        actions.publish_as_filed(story=story)
    assert not Story.objects.readable().exists()


def test_an_update_keeps_our_headline_and_takes_their_text(title, story) -> None:
    story.headline = "Our headline"
    story.save_revision().publish()
    data = g2(headline="Ferry sails", body="Canary two " * 20, version=2)
    intake.take(data, name="g.xml", source=intake.default_source(title))
    story.refresh_from_db()
    assert story.display_headline == "Our headline"
    assert "Canary two" in str(story.body)


def test_publishing_what_may_not_run_says_why_and_keeps_what_was_written(desk, title, story) -> None:
    withheld = actions.Orders(pubstatus="withheld")
    actions.obey(story=story, orders=withheld, by="Aldine Wire")
    page = desk.get(f"/newsroom/stories/edit/{story.pk}/").content.decode()
    form = dict(FIELDS.findall(page))
    form |= {"headline": "Words that must not be lost", "section": str(story.section_id), "body-count": "0", "action-publish": "1"}
    answer = desk.post(f"/newsroom/stories/edit/{story.pk}/", form)
    assert answer.status_code == 200
    assert "is withholding this story" in answer.content.decode()
    assert "Words that must not be lost" in answer.content.decode()
    story.refresh_from_db()
    assert story.order_pubstatus == "withheld"
