"""A story's own page: the checklist before it goes out, publishing from the form, scheduling over a change of clocks."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from masthead.kit import clock
from masthead.newsroom.checking import findings
from masthead.pictures.models import Picture
from masthead.stories import actions
from masthead.stories.actions import takes
from masthead.stories.models import Scheduled, Story
from masthead.wire import intake
from tests import reader
from tests.staff import hire
from tests.stories.test_flow import write
from tests.wire.made import g2

BY = (actions.CopyCredit("Ada Quill"),)


@pytest.fixture
def desk(client, title):
    client.force_login(hire(title, "editor"))
    return client


def picture(**more) -> Picture:
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, "PNG")
    made = Picture(title="A bridge", width=40, height=30, **more)
    made.file.save("bridge.png", SimpleUploadedFile("bridge.png", data.getvalue()))
    return made


def names(story: Story) -> dict[str, bool]:
    return {f.name: f.blocks for f in findings(story)}


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        ({"credits": BY}, {}),
        ({}, {"no-credit": False}),
        ({"credits": BY, "headline": "Mayor: “A scandal at sea”"}, {"headline-quote": False}),
        ({"credits": BY, "headline": "Mayor: “open to all”"}, {}),
        ({"credits": BY, "headline": "Long " * 30}, {"long-headline": False}),
    ],
)
def test_what_the_checklist_finds_in_words(title, copy, expected) -> None:
    made = actions.Copy(**{"headline": "Bridge", "body": "<p>The bridge is open to all.</p>"} | copy)
    assert names(actions.file_story(title=title, section=title.sections.first(), copy=made)) == expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ({"alt": "A bridge", "credit": "Ada Quill"}, {}),
        ({"credit": "Ada Quill"}, {"no-alt": True}),
        ({"alt": "A bridge"}, {"picture-credit": False}),
        ({"alt": "A", "credit": "B", "caption": "Mayor Ines Holt laughs under autumn leaves"}, {"caption-names": False, "picture-match": False}),
        ({"alt": "A", "credit": "B", "caption": "People on the bridge"}, {}),
    ],
)
def test_what_it_finds_in_pictures(title, use, expected) -> None:
    shown = actions.CopyPicture(picture(), **use)
    assert names(write(title, credits=BY, pictures=(shown,))) == expected


def test_a_decorative_lead_needs_no_alt_text_and_a_killed_one_blocks(title) -> None:
    story = write(title, credits=BY, pictures=(actions.CopyPicture(picture(credit="A")),))
    story.story_pictures.update(decorative=True)
    assert names(Story.objects.get()) == {}
    Picture.objects.update(killed=True)
    assert names(Story.objects.get()) == {"picture-killed": True}


@pytest.mark.parametrize(
    ("terms", "edited", "blocks"),
    [("May not be edited.", False, False), ("May not be edited.", True, True), ("No internet use.", False, True)],
)
def test_a_licence_duty_that_is_not_met_blocks(title, terms, edited, blocks) -> None:
    rights = f"<rightsInfo><usageTerms>{terms}</usageTerms></rightsInfo><itemMeta>"
    data = g2(headline="Ferry", body="It sails. " * 20).replace(b"<itemMeta>", rights.encode())
    intake.take(data, name="f.xml", source=intake.default_source(title))
    story = Story.objects.get()
    if edited:
        draft = actions.newest(story)
        draft.body = '[{"type": "text", "value": "<p>Ours.</p>"}]'
        draft.save_revision()
        story.refresh_from_db()
    assert any(f.blocks for f in findings(story)) is blocks


def test_what_blocks_is_not_published_whatever_is_sent(desk, title) -> None:
    story = write(title, credits=BY, pictures=(actions.CopyPicture(picture(credit="A")),))
    page = desk.get(f"/newsroom/stories/{story.pk}/").content.decode()
    assert "Must be put right" in page and "disabled" in page
    answer = desk.post(f"/newsroom/stories/{story.pk}/publish/", {"revision": ""}, follow=True)
    assert "It was not published" in answer.content.decode()
    story.refresh_from_db()
    assert (story.state, story.path) == ("draft", None)


def test_publishing_from_the_page(desk, title) -> None:
    story = write(title)
    page = desk.get(f"/newsroom/stories/{story.pk}/").content.decode()
    assert "Nobody is credited" in page and "Publish all the same" in page
    desk.post(f"/newsroom/stories/{story.pk}/publish/", {"revision": ""})
    story.refresh_from_db()
    assert story.state == "published"
    assert reader.get(title, story.path).status == 200


def test_a_draft_that_changed_meanwhile_is_looked_at_again(desk, title) -> None:
    story = write(title, credits=BY)
    seen = story.save_revision().pk
    story.headline = "Somebody else’s words"
    story.save_revision()
    answer = desk.post(f"/newsroom/stories/{story.pk}/publish/", {"revision": seen}, follow=True)
    assert "has changed since you looked" in answer.content.decode()
    assert Story.objects.get().state == "draft"


def form(story: Story, **more) -> dict[str, str]:
    """What the browser sends from the story form."""
    data = {"headline": "Bridge", "kicker": "", "standfirst": "", "section": story.section_id, "dateline": "", "language": "",
            "embargo_until": "", "expires_at": "", "body-count": "0", "take": takes.current(story).number}  # fmt: skip
    for name, count in (("story_pictures", 0), ("credits", 0), ("story_topics", 0)):
        data |= {f"{name}-TOTAL_FORMS": count, f"{name}-INITIAL_FORMS": 0, f"{name}-MIN_NUM_FORMS": 0, f"{name}-MAX_NUM_FORMS": 1000}
    return data | more


def test_the_forms_publish_button_leads_through_the_checklist(desk, title) -> None:
    story = write(title, agency=None)
    answer = desk.post(f"/newsroom/stories/edit/{story.pk}/", form(story, headline="New words", **{"action-publish": "1"}))
    assert answer.headers["Location"] == f"/newsroom/stories/{story.pk}/"
    story.refresh_from_db()
    assert (story.state, story.desk_headline) == ("draft", "New words"), "the draft is kept"


def test_a_story_with_nothing_to_look_at_goes_out_in_one_click(desk, title) -> None:
    story = write(title)
    credit = {"credits-TOTAL_FORMS": 1, "credits-0-name": "Ada Quill", "credits-0-role": "writer", "credits-0-ORDER": 1,
              "credits-0-id": "", "credits-0-DELETE": "", "credits-0-organisation": "", "credits-0-person": ""}  # fmt: skip
    block = {"key": "a", "text": "Open.", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    body = {"body-count": "1", "body-0-type": "text", "body-0-value": json.dumps({"blocks": [block], "entityMap": {}}),
            "body-0-deleted": "", "body-0-order": "0", "body-0-id": ""}  # fmt: skip
    data = form(story, **credit, **body, **{"action-publish": "1"})
    answer = desk.post(f"/newsroom/stories/edit/{story.pk}/", data)
    assert answer.headers["Location"] == "/newsroom/stories/", answer.context["form"].errors
    story.refresh_from_db()
    assert (story.state, story.diary.get(verb="published").user.username) == ("published", "editor")


@pytest.fixture
def new_york(title):
    title.time_zone = "America/New_York"
    title.save()
    return title


@pytest.mark.parametrize(
    ("sent", "status", "at", "words"),
    [
        ({"at": "2026-11-01T12:00"}, 302, datetime(2026, 11, 1, 17, 0, tzinfo=UTC), "01 November 2026 at 12:00 (EST"),
        ({"at": "2026-11-01T01:30"}, 422, None, "comes twice on 01 November 2026"),
        ({"at": "2026-11-01T01:30", "which": "first"}, 302, datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "01:30 (EDT"),
        ({"at": "2026-11-01T01:30", "which": "second"}, 302, datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "01:30 (EST"),
        ({"at": "2027-03-14T02:30"}, 302, None, "does not exist on 14 March 2027"),
        ({"at": "2026-10-01T02:30"}, 302, None, "That time is past"),
        ({"at": "soon"}, 302, None, "is not a date and time"),
    ],
)
def test_scheduling_in_the_papers_own_time(desk, new_york, sent, status, at, words) -> None:
    with clock.frozen(datetime(2026, 10, 31, 12, 0, tzinfo=UTC)):
        story = write(new_york, credits=BY)
        answer = desk.post(f"/newsroom/stories/{story.pk}/schedule/", {"revision": "", **sent})
        page = answer.content.decode() or desk.get(f"/newsroom/stories/{story.pk}/").content.decode()
    assert answer.status_code == status
    assert words in page.replace("&#x27;", "'")
    assert list(Scheduled.objects.values_list("at", flat=True)) == ([at] if at else [])
    assert Story.objects.get().state == ("scheduled" if at else "draft")


def test_the_page_says_when_the_draft_went_on_after_scheduling(desk, title) -> None:
    with clock.frozen(datetime(2026, 10, 31, 12, 0, tzinfo=UTC)):
        story = write(title, credits=BY)
        desk.post(f"/newsroom/stories/{story.pk}/schedule/", {"revision": "", "at": "2026-10-31T13:00"})
        assert "changed after that" not in desk.get(f"/newsroom/stories/{story.pk}/").content.decode()
        actions.newest(Story.objects.get()).save_revision()
        assert "changed after that" in desk.get(f"/newsroom/stories/{story.pk}/").content.decode()


def test_withdrawing_with_a_reason(desk, title) -> None:
    story = actions.publish_as_filed(story=write(title))
    desk.post(f"/newsroom/stories/{story.pk}/withdraw/", {"reason": "Two bridges were mixed up"})
    entry = story.diary.get(verb="withdrawn")
    assert (entry.user.username, entry.reason) == ("editor", "Two bridges were mixed up")
    assert reader.get(title, story.path).status in (404, 410)


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("2026-11-01 12:00", datetime(2026, 11, 1, 17, 0, tzinfo=UTC), ""),
        ("2026-11-01 01:30", None, "comes twice on 01 November 2026"),
        ("2026-11-01 01:30 second", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), ""),
        ("2026-03-08 02:30", None, "is called 03:30 there"),
    ],
)
def test_an_embargo_is_written_in_the_papers_own_time(desk, new_york, text, at, words) -> None:
    story = write(new_york)
    answer = desk.post(f"/newsroom/stories/edit/{story.pk}/", form(story, embargo_until=text))
    draft = actions.newest(Story.objects.get())
    assert draft.embargo_until == at
    assert words in answer.content.decode()
    if at:
        page = desk.get(f"/newsroom/stories/edit/{story.pk}/").content.decode()
        assert f'value="{text}"' in page and "Time of the paper, America/New_York" in page
        desk.post(f"/newsroom/stories/edit/{story.pk}/", form(story, embargo_until=text))
        assert actions.newest(Story.objects.get()).embargo_until == at, "saving it again moves nothing"


def test_a_sports_reporter_is_offered_sports_alone(client, title) -> None:
    sport = title.sections.get(slug="sport")
    client.force_login(hire(title, "reporter", section=sport))
    page = client.get("/newsroom/stories/add/").content.decode()
    assert ">Sport</option>" in page and ">World</option>" not in page
