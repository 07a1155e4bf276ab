"""Promise: readers are told of a source only what a person confirmed, word for word, and only when the desk shows it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from masthead.people.models import User
from masthead.stories import actions, diary, sources
from masthead.stories.models import SourceNote, Story
from tests import reader

BODY = (
    "<p>Ann Lee said the sea wall would hold through the winter storms.</p>"
    "<p>The blog Quaywatch said a crane had fallen on the lower quay. The Test Paper could not independently verify this.</p>"
    "<p>A county official familiar with the plan said the pumps were old.</p>"
)


@pytest.fixture
def desk(client, title):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    copy = actions.Copy(headline="Sea wall", body=BODY)
    client.story = actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))
    diary.work_off()
    return client


def rows(story: Story) -> list[sources.Row]:
    return list(sources.sheet(Story.objects.get(pk=story.pk)).rows)


def decide(desk, n: int, decision: str, **more: str) -> None:
    key = rows(desk.story)[n].found.key
    fields = {f"{name}-{key}": value for name, value in more.items()}
    answer = desk.post(f"/newsroom/statements/{desk.story.pk}/?pane=1", {"decide": f"{key} {decision}"} | fields)
    assert answer.status_code == 200
    diary.work_off()


def show(desk, word: str = "yes") -> None:
    desk.post(f"/newsroom/statements/{desk.story.pk}/", {"show": word})
    diary.work_off()


def page(desk, title) -> str:
    text = reader.get(title, desk.story.path).text
    return text[text.index("<section class=\"known\"") : text.index("</section>", text.index("<section class=\"known\""))] if 'class="known"' in text else ""


def test_nothing_is_shown_that_nobody_confirmed(desk, title) -> None:
    assert [r.source for r in rows(desk.story)] == ["Ann Lee", "Quaywatch", "A county official familiar with the plan"]
    assert page(desk, title) == ""
    show(desk)
    assert page(desk, title) == ""
    decide(desk, 0, "confirmed")
    decide(desk, 1, "confirmed", source="Quaywatch, a blog")
    decide(desk, 2, "dismissed")
    shown = page(desk, title)
    assert "Ann Lee" in shown and "Quaywatch, a blog" in shown and "county official" not in shown
    assert shown.count("could not verify") == 1
    decide(desk, 0, "dismissed")
    assert "Ann Lee" not in page(desk, title)
    show(desk, "no")
    assert page(desk, title) == ""


def test_off_until_the_desk_says_so(desk, title) -> None:
    decide(desk, 0, "confirmed")
    assert page(desk, title) == ""
    assert not Story.objects.get().shows_sources


def edit(desk, old: str, new: str, publish: bool = True) -> None:
    story = Story.objects.get(pk=desk.story.pk).get_latest_revision_as_object() if desk.story.latest_revision_id else Story.objects.get(pk=desk.story.pk)
    story.body = json.dumps([{"type": "text", "value": BODY.replace(old, new)}])
    revision = story.save_revision()
    if publish:
        revision.publish()
    desk.story.refresh_from_db()
    diary.work_off()


def test_decisions_outlive_an_edit_elsewhere(desk, title) -> None:
    show(desk)
    for n in (0, 1):
        decide(desk, n, "confirmed")
    edit(desk, "<p>Ann Lee", "<p>It rained on Monday. The tide was high.</p><p>Ann Lee")
    assert [(r.decision, r.changed) for r in rows(desk.story)] == [("confirmed", False), ("confirmed", False), ("", False)]
    assert "Ann Lee" in page(desk, title)


def test_changed_words_keep_the_decision_at_the_desk_and_leave_the_page(desk, title) -> None:
    show(desk)
    decide(desk, 0, "confirmed", source="Ann Lee, harbour master")
    edit(desk, "would hold", "would not hold")
    first = rows(desk.story)[0]
    assert (first.decision, first.changed, first.source) == ("confirmed", True, "Ann Lee, harbour master")
    assert "Ann Lee" not in page(desk, title)
    decide(desk, 0, "confirmed")
    assert "would not hold" in page(desk, title)
    assert SourceNote.objects.count() == 1


def test_a_draft_tells_readers_nothing(desk, title) -> None:
    show(desk)
    edit(desk, "Ann Lee said", "Canary Person said", publish=False)
    draft = sources.sheet(Story.objects.get().get_latest_revision_as_object()).rows
    actions.decide_source(story=desk.story, found=draft[0].found, decision="confirmed")
    diary.work_off()
    assert "Canary" not in reader.get(title, desk.story.path).text


def test_no_feed_and_no_list_carries_them(desk, title) -> None:
    show(desk)
    decide(desk, 2, "confirmed", source="Canarysource")
    assert "Canarysource" in page(desk, title)
    for path in ("/", "/feed.rss", "/feed.atom", "/feed.json", "/world/"):
        assert "Canarysource" not in reader.get(title, path).text, path


def test_exports_hold_the_confirmed_alone(desk) -> None:
    decide(desk, 1, "confirmed", source="=HYPERLINK(1)")
    decide(desk, 2, "dismissed")
    told = json.loads(desk.get(f"/newsroom/statements/{desk.story.pk}/sources.json").content)
    (one,) = told["statements"]
    assert (one["source"], one["distance"], one["cannot_verify"], one["paragraph"]) == ("=HYPERLINK(1)", "blog", True, 2)
    text = desk.get(f"/newsroom/statements/{desk.story.pk}/sources.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["source"] == "'=HYPERLINK(1)"


def test_the_panel_stands_in_the_form_and_on_its_own_page(desk) -> None:
    for path in (f"/newsroom/statements/{desk.story.pk}/", f"/newsroom/stories/edit/{desk.story.pk}/"):
        answer = desk.get(path)
        assert answer.status_code == 200 and "1</strong> source without a name" in answer.content.decode(), path
    assert desk.get("/newsroom/stories/add/").status_code == 200


def test_a_statement_that_is_gone_is_not_decided(desk) -> None:
    answer = desk.post(f"/newsroom/statements/{desk.story.pk}/", {"decide": "0123456789abcdef01234567 confirmed"}, follow=True)
    assert "no longer in it" in answer.content.decode()
    assert SourceNote.objects.count() == 0
