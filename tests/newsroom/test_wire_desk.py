"""The wire desk through its real screens: the list, the pane, and everything an editor can do there."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import actions, diary
from masthead.stories.models import Story, StoryLine
from masthead.wire import intake
from masthead.wire.models import Alert, Rule, Source, WireFile, WireItem
from tests import reader
from tests.staff import hire
from tests.wire.made import g2

LINES = [f"<p>Paragraph {n} tells of the ferry at berth {n} and of the queue before it.</p>" for n in range(6)]


def body(lines: list[str]) -> str:
    """Paragraphs as they stand between the <p> of the made file."""
    return "".join(lines).removeprefix("<p>").removesuffix("</p>")


@pytest.fixture
def desk(client, title):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    return client


def take(title, data: bytes, name: str = "f.xml") -> intake.Receipt:
    receipt = intake.take(data, name=name, source=intake.default_source(title))
    diary.work_off()
    return receipt


@pytest.fixture
def left(title) -> WireItem:
    """An item that no rule took."""
    Rule.objects.update(active=False)
    take(title, g2(headline="Ferry stops", body=body(LINES), ednote="Call 555 0199"))
    return WireItem.objects.get()


def test_the_list_shows_what_came_and_the_pane_all_that_is_known(desk, left) -> None:
    assert "Ferry stops" in desk.get("/newsroom/wire/").content.decode()
    pane = desk.get(f"/newsroom/wire/{left.pk}/?pane=1").content.decode()
    for words in ("Paragraph 3", "555 0199", "no rule fits", "counts now", "Aldine Wire"):
        assert words in pane
    assert "<html" not in pane


def test_use_this_makes_a_draft_linked_to_its_item(desk, left) -> None:
    answer = desk.post(f"/newsroom/wire/{left.pk}/act/", {"what": "use"})
    story = Story.objects.get()
    assert answer.headers["Location"] == f"/newsroom/stories/edit/{story.pk}/"
    left.refresh_from_db()
    assert (left.story, story.state) == (story, "draft")
    desk.post(f"/newsroom/wire/{left.pk}/act/", {"what": "use"})
    assert Story.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("words=ferry", True),
        ("words=bridge", False),
        ("topic=ferries", True),
        ("topic=chess", False),
        ("language=en", True),
        ("language=es", False),
        ("state=open", True),
        ("state=killed", False),
        ("urgency=junk&source=x", True),
    ],
)
def test_filters(desk, left, asked, shown) -> None:
    assert ("Ferry stops" in desk.get(f"/newsroom/wire/?{asked}").content.decode()) is shown


def test_fresh_copy_is_announced(desk, left) -> None:
    before = left.last_arrived_at.isoformat()
    assert desk.get("/newsroom/wire/fresh/", {"after": before}).json()["new"] == 0
    take(left.source.title, g2(headline="Bridge opens", body="It opened again today. " * 9, guid="tag:x,2026:b"))
    assert desk.get("/newsroom/wire/fresh/", {"after": before}).json()["new"] == 1
    assert desk.get("/newsroom/wire/fresh/", {"after": "nonsense"}).json()["new"] == 0


def test_the_list_asks_the_same_number_of_queries_however_long_it_is(desk, title) -> None:
    Rule.objects.update(active=False)
    counts = []
    for round_ in range(2):
        for n in range(1 + round_ * 8):
            take(
                title, g2(headline=f"Item {round_} {n}", body=f"Words of {round_}{n}. " * 20, guid=f"tag:{round_}:{n}")
            )
        with CaptureQueriesContext(
            connection,
        ) as seen:
            desk.get("/newsroom/wire/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def edited(title, change) -> Story:
    """A published wire story, edited by a colleague who changed its pieces, and published again."""
    take(title, g2(headline="Ferry stops", body=body(LINES)))
    story = Story.objects.get()
    import json

    from masthead.stories.body import from_pieces, pieces

    story.body = json.dumps(from_pieces(change(pieces(story.body))))
    actions.publish(revision=story.save_revision())
    diary.work_off()
    return Story.objects.get()


def test_an_update_and_a_local_paragraph_are_merged_alone(desk, title) -> None:
    story = edited(title, lambda parts: [*parts[:3], "<p>Our own reporter saw the queue.</p>", *parts[3:]])
    take(
        title, g2(headline="Ferry stops", body=body([*LINES[:5], "<p>A sixth berth was closed later.</p>"]), version=2)
    )
    page = reader.get(title, story.path).text
    assert "Our own reporter saw the queue." in page
    assert "A sixth berth was closed later." in page
    assert "berth 5" not in page
    assert not WireItem.objects.get().update_waiting


def test_what_both_changed_is_shown_side_by_side_and_settled_by_an_editor(desk, title) -> None:
    story = edited(title, lambda parts: ["<p>Our lead.</p>", *parts[1:]])
    take(title, g2(headline="Ferry stops", body=body(["<p>Their lead.</p>", *LINES[1:]]), version=2))
    chain = WireItem.objects.get()
    assert chain.update_waiting
    assert "Our lead." in reader.get(title, story.path).text
    assert Alert.objects.filter(kind="update").count() == 1
    form = desk.get(f"/newsroom/wire/{chain.pk}/merge/").content.decode()
    assert "Our lead." in form and "Their lead." in form
    desk.post(f"/newsroom/wire/{chain.pk}/merge/", {"choice-0": "theirs"})
    chain.refresh_from_db()
    assert not chain.update_waiting
    assert "Our lead." in reader.get(title, story.path).text, "a draft is not public"
    draft = Story.objects.get().latest_revision.as_object()
    assert "Their lead." in str(draft.body) and "Our lead." not in str(draft.body)


def test_a_kill_takes_the_edited_copy_too_and_says_where_it_ran(desk, title) -> None:
    story = edited(title, lambda parts: [*parts, "<p>Ours.</p>"])
    take(title, g2(headline="", body="", version=3, pubstatus="canceled"))
    assert reader.get(title, story.path).status == 410
    alert = Alert.objects.get(kind="kill")
    assert story.path in alert.places
    page = desk.get("/newsroom/wire/").content.decode()
    assert "withdrawn everywhere" in page and story.path in page
    desk.post(f"/newsroom/wire/alerts/{alert.pk}/seen/")
    assert "withdrawn everywhere" not in desk.get("/newsroom/wire/").content.decode()


def test_the_difference_of_two_versions(desk, title) -> None:
    take(title, g2(headline="Ferry stops", body="At least 40,000 waited. " * 5))
    take(title, g2(headline="Ferry stops", body="About 14,000 waited. " * 5, version=2))
    page = desk.get(f"/newsroom/wire/{WireItem.objects.get().pk}/difference/").content.decode()
    assert "<del>At least 40,000 </del>" in page and "<ins>About 14,000 </ins>" in page


def test_a_dry_run_keeps_nothing(desk, title) -> None:
    data = g2(headline="Ferry stops", body=body(LINES))
    for sent in ({"file": SimpleUploadedFile("x.xml", data)}, {"pasted": data.decode()}):
        page = desk.post("/newsroom/wire/dry-run/", sent).content.decode()
        assert "Ferry stops" in page and "Would be:" in page
    assert "Nothing was kept" in desk.post("/newsroom/wire/dry-run/", {"pasted": "hello"}).content.decode()
    assert (WireItem.objects.count(), WireFile.objects.count(), Story.objects.count()) == (0, 0, 0)


def test_rules_are_tried_on_last_weeks_copy(desk, left, title) -> None:
    rule = Rule.objects.create(
        title=title, name="Ferries", text_words="queue", action="publish", language="*", active=False
    )
    page = desk.get("/newsroom/wire/rules/", {"rule": rule.pk}).content.decode()
    assert "publish at once: <strong>1</strong>" in page
    assert Story.objects.count() == 0


def test_quarantine_says_why_and_tries_again(desk, title) -> None:
    take(title, b"<nothing/>", "odd.xml")
    file = WireFile.objects.get()
    page = desk.get("/newsroom/wire/quarantine/").content.decode()
    assert "odd.xml" in page and file.reason.split("(")[0] in page
    assert desk.get(f"/newsroom/wire/files/{file.pk}/").content == b"<nothing/>"
    assert (
        "still cannot be read" in desk.post(f"/newsroom/wire/quarantine/{file.pk}/retry/", follow=True).content.decode()
    )


def test_words_are_no_order_until_an_editor_says_so(desk, title) -> None:
    take(title, g2(headline="Ferry stops", body=body(LINES)))
    chain = WireItem.objects.get()
    chain.proposal = "kill"
    chain.save()
    assert reader.get(title, chain.story.path).status == 200
    desk.post(f"/newsroom/wire/{chain.pk}/act/", {"what": "confirm"})
    diary.work_off()
    assert reader.get(title, chain.story.path).status == 410


def test_a_reporter_without_rights_changes_nothing(client, left, title) -> None:
    client.force_login(hire(title, "moderator"))
    assert client.get("/newsroom/wire/").status_code == 200
    assert client.post(f"/newsroom/wire/{left.pk}/act/", {"what": "use"}).status_code in (302, 403)
    assert Story.objects.count() == 0


def test_nobody_sees_the_desk_without_signing_in(client, left) -> None:
    for path in (
        "",
        "fresh/",
        "dry-run/",
        "rules/",
        "quarantine/",
        f"{left.pk}/",
        f"{left.pk}/difference/",
        f"{left.pk}/merge/",
    ):
        assert client.get(f"/newsroom/wire/{path}").status_code == 302, path
    assert clock.now() > left.first_arrived_at


def test_two_agencies_on_one_event_become_a_story_line_and_no_merge(desk, title) -> None:
    texts = {
        "aldine": "Ferry Lark aground off Tern Point, forty passengers taken off by the pilot boat before dark, the coastguard said.",
        "borough": "Rescuers bring passengers ashore after the ferry Lark runs aground at Tern Point with a crew of six aboard.",
    }
    items = []
    for name, text in texts.items():
        source = Source.objects.create(title=title, slug=name, name=name)
        rss = f"<rss version='2.0'><channel><title>{name}</title><item><guid>{name}-1</guid><title>{text[:45]}</title><description>{text}</description></item></channel></rss>"
        items += intake.take(rss.encode(), name=name, source=source).items
    _one, other = items
    assert "Others on this event" in desk.get(f"/newsroom/wire/{other.pk}/").content.decode()
    for item in items:
        desk.post(f"/newsroom/wire/{item.pk}/act/", {"what": "use"})
    desk.post(f"/newsroom/wire/{other.pk}/act/", {"what": "line"})
    stories = {item.story_id for item in WireItem.objects.all()}
    (line,) = StoryLine.objects.all()
    assert {d.story_id for d in line.developments.all()} == stories and len(stories) == 2
