"""Undo of a publication: readers see again what they saw before, the draft stays, and it is too late once something else happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import actions, diary, permissions
from masthead.stories.models import Story
from tests import reader
from tests.staff import hire

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def now():
    with clock.frozen(START):
        yield


@pytest.fixture
def story(title, now) -> Story:
    copy = actions.Copy(headline="Quay to close", body="<p>The quay closes.</p>")
    actions.publish(revision=actions.write(actions.file_story(title=title, section=title.sections.first(), copy=copy), user=None))
    diary.work_off()
    return Story.objects.get()


def publish_anew(story: Story, words: str) -> None:
    draft = story.get_latest_revision_as_object()
    draft.headline = words
    actions.publish(revision=actions.write(draft, user=None), told=actions.Told("update", f"{words}, we hear."))
    diary.work_off()


def public_times(story: Story) -> tuple[object, ...]:
    story.refresh_from_db()
    return story.first_published_at, story.last_published_at, story.substantive_at


def test_readers_see_again_what_they_saw_and_the_draft_stays(client, title, story) -> None:
    times, page, front = public_times(story), reader.get(title, story.path).text, reader.get(title, "/").text
    with clock.frozen(START + timedelta(hours=2)):
        publish_anew(story, "Quay stays open")
        assert "Quay stays open" in reader.get(title, "/").text
        client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
        client.post(f"/newsroom/story/{story.pk}/undo/")
        diary.work_off()
        assert reader.get(title, story.path).text == page and reader.get(title, "/").text == front
        assert "we hear" not in reader.get(title, "/corrections/").text + reader.get(title, "/feed.rss").text
    assert public_times(story) == times
    assert story.get_latest_revision_as_object().headline == "Quay stays open" and story.has_unpublished_changes
    assert story.diary.order_by("-id")[0].verb == "undone"


def test_the_first_publication_undone_leaves_nothing_public(title, story) -> None:
    actions.undo_publish(story=story)
    diary.work_off()
    story.refresh_from_db()
    assert not story.live and story.first_published_at is None
    assert reader.get(title, story.path).status == 404
    assert "Quay" not in "".join(reader.get(title, path).text for path in ("/", "/world/", "/feed.rss", "/feed.json", "/sitemap-news.xml"))


@pytest.mark.parametrize("meanwhile", [lambda s: actions.hold(story=s), lambda s: actions.correct(story=s, kind="correction", text="It is 1911.")])
def test_it_is_too_late_once_something_else_happened(title, story, meanwhile) -> None:
    publish_anew(story, "Quay stays open")
    meanwhile(story)
    entries = story.diary.count()
    with pytest.raises(actions.CannotUndo, match="nothing to undo"):
        actions.undo_publish(story=story)
    assert story.diary.count() == entries


def test_who_may_not_publish_may_not_undo(title, story) -> None:
    with pytest.raises(permissions.NotAllowed):
        actions.undo_publish(story=story, user=hire(title, "reporter"))
    assert Story.objects.get().live
