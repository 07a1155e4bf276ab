"""What is taken along when a paper moves out, and that another Masthead and WordPress's form can take it in."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from masthead.circulation import following, targets
from masthead.circulation.models import Follower
from masthead.mailroom import suppression
from masthead.mailroom.models import Outgoing
from masthead.ops.moving_in import verbs
from masthead.ops.moving_out import CannotMoveOut, write
from masthead.people.models import Organisation, Person
from masthead.pictures import taking
from masthead.pictures.models import Picture
from masthead.stories import actions, diary
from masthead.stories.actions import Copy, CopyCredit, CopyPicture, CopyTopic, Orders
from masthead.stories.models import Notice, Story, StoryLine
from masthead.titles import leaving
from masthead.titles.models import Section, Title
from tests.pictures.made import jpeg
from tests.reader import get

DOCS = Path(__file__).resolve().parents[2] / "docs" / "move-out.md"


@pytest.fixture
def stories(title) -> list[Story]:
    picture = taking.take(jpeg(), name="harbour.jpg", said={"caption": "The harbour", "credit": "Ida Marsh", "alt": "Boats"}).picture
    ida = Person.objects.create(name="Ida Marsh", slug="ida-marsh")
    agency = Organisation.objects.create(name="Sound Wire", slug="sound-wire")
    section = title.sections.first()
    copy = Copy(
        headline="Ferry stops", standfirst="At noon.", body="<p>It stopped & nobody knew ]]> why.</p>",
        credits=(CopyCredit("Ida Marsh", person=ida),), pictures=(CopyPicture(picture, "At dawn"),), topics=(CopyTopic("Ferries"),),
        correction="It was one o’clock.",
    )  # fmt: skip
    public = actions.publish_as_filed(story=actions.file_story(title=title, section=section, copy=copy))
    draft = actions.file_story(title=title, section=section, copy=Copy(headline="A secret plan", body="<p>Not yet.</p>"))
    wire = Copy(headline="Wire words", body="<p>Killed words.</p>", agency=agency, wire_guid="tag:x", wire_version=1)
    killed = actions.publish_as_filed(story=actions.file_story(title=title, section=section, copy=wire))
    actions.obey(story=killed, orders=Orders(pubstatus="canceled", reason="Kill"), by="Sound Wire")
    diary.work_off()
    return [public, draft, killed]


def export(title, folder: Path) -> dict[str, list[dict]]:
    list(write.write(title, folder))
    return {p.stem: [json.loads(line) for line in p.read_text().splitlines()] for p in folder.glob("*.jsonl")}


def test_there_and_back_the_stories_are_the_same(title, stories, tmp_path) -> None:
    old = export(title, tmp_path / "old")
    assert [row["state"] for row in old["stories"]] == ["published", "draft", "withdrawn"]
    Story.objects.all().delete()
    Title.objects.all().delete()
    Person.objects.all().delete()
    fresh = Title.objects.create(name="Another", base_url="http://other", language="en", time_zone="UTC")
    Section.objects.create(title=fresh, name="World", slug="world")
    for _ in range(2):
        list(verbs.from_masthead(tmp_path / "old", verbs.Wishes(), fresh))
    new = export(fresh, tmp_path / "new")
    for name in ("stories", "topics", "people", "organisations", "pictures"):
        for one, other in zip(old[name], new[name], strict=True):
            one.pop("filed_at", None), other.pop("filed_at", None)
            for note in (*one.get("desk_notes", []), *other.get("desk_notes", [])):
                note.pop("at"), note.pop("source")
            assert one == other
    assert get(fresh, stories[0].path).status == 200
    assert "Killed words" not in get(fresh, stories[2].path).text and not Story.objects.readable().filter(wire_guid="tag:x").exists()


def test_story_lines_and_notices_come_along(title, stories, tmp_path) -> None:
    public, _, killed = stories
    ferry = actions.lines.begin(title=title, name="The ferry", summary="It lies still.", stories=[public])
    actions.lines.join(line=ferry, story=public, at=datetime(2026, 5, 4, 9, tzinfo=UTC), what="It stopped.")
    actions.lines.conclude(line=ferry, outcome="It runs again.")
    actions.lines.begin(title=title, name="", named_after=killed)
    shown = Notice(title=title, kind="event", name="Fair", body="<p>All day.</p>", starts_at=datetime(2030, 5, 4, 9, tzinfo=UTC), picture=Picture.objects.get())
    shown.save()
    actions.publish_notice(notice=shown)
    Notice.objects.create(title=title, kind="obituary", name="A. Marsh", died=date(2026, 5, 4))
    diary.work_off()
    old = export(title, tmp_path / "old")
    path, line_path = shown.path, f"/stories-so-far/{ferry.slug}/"
    Notice.objects.all().delete()
    Story.objects.all().delete()
    Title.objects.all().delete()
    fresh = Title.objects.create(name="Another", base_url="http://other", language="en", time_zone="UTC")
    Section.objects.create(title=fresh, name="World", slug="world")
    (_, trial) = list(verbs.from_masthead(tmp_path / "old", verbs.Wishes(dry=True), fresh))[-1]
    assert (trial.counts["story lines"], trial.counts["notices"]) == (2, 2) and not Notice.objects.exists()
    for times in range(2):
        (_, report) = list(verbs.from_masthead(tmp_path / "old", verbs.Wishes(), fresh))[-1]
        words = " that were here already" if times else ""
        assert (report.counts[f"story lines{words}"], report.counts[f"notices{words}"]) == (2, 2) and not report.faults
    new = export(fresh, tmp_path / "new")
    assert new["lines"] == old["lines"] and new["notices"] == old["notices"]
    diary.work_off()
    assert "It runs again." in get(fresh, line_path).text and "All day." in get(fresh, path).text
    assert "Wire words" not in get(fresh, "/stories-so-far/").text


def test_a_line_named_after_a_story_that_did_not_come_is_left_out(title, stories, tmp_path) -> None:
    actions.lines.begin(title=title, name="", named_after=stories[2])
    export(title, tmp_path)
    kept = [row for row in (tmp_path / "stories.jsonl").read_text().splitlines() if "Wire words" not in row]
    (tmp_path / "stories.jsonl").write_text("\n".join(kept))
    StoryLine.objects.all().delete()
    Story.objects.all().delete()
    (_, report) = list(verbs.from_masthead(tmp_path, verbs.Wishes(), title))[-1]
    assert not StoryLine.objects.exists() and "named after a story that did not come" in report.faults[0][1]


def test_wordpress_gets_what_readers_may_see_and_nothing_else(title, stories, tmp_path) -> None:
    export(title, tmp_path / "out")
    text = (tmp_path / "out" / "wordpress.xml").read_text()
    assert "Ferry stops" in text and "A secret plan" not in text and "Killed words" not in text
    before = Story.objects.readable().get()
    paper = Title.objects.create(name="Another", base_url="http://other", language="en", time_zone="UTC")
    Section.objects.create(title=paper, name="News", slug="news")
    uploads = tmp_path / "out" / "pictures"
    (_, report) = list(verbs.from_wxr(tmp_path / "out" / "wordpress.xml", verbs.Wishes(fetching=False, uploads=uploads), paper))[-1]
    after = Story.objects.get(title=paper)
    assert (after.headline, after.path, after.section.slug) == (before.headline, before.path, "world")
    assert after.body.raw_data[0]["value"] == before.body.raw_data[0]["value"]
    assert [c.name for c in after.credits.all()] == ["Ida Marsh"] and after.story_pictures.count() == 1
    assert report.faults == []


def test_every_file_and_field_is_explained() -> None:
    text = DOCS.read_text()
    missing = [f"{p.name}.{f}" for p in leaving.parts() for f in p.fields if f"`{f}`" not in text] + [
        p.name for p in leaving.parts() if f"`{p.name}.jsonl`" not in text
    ]
    assert missing == []


def test_readers_who_follow_come_along_and_who_left_is_not_written_to(title, stories, tmp_path) -> None:
    topic = targets.at(title, "/topics/ferries/")
    mia = following.join_by_account(title, "Mia@Example.org", [targets.at(title, "/"), topic, targets.at(title, "/world/")], consent="the form, in May")
    following.change(mia, {mia.follows.get(kind="section").pk: "weekly"}, hour=19, alerts=True)
    following.leave(following.join_by_account(title, "ted@example.org", [topic], consent="the form"))
    following.ask(title, "never@example.org", [topic])
    suppression.suppress(title, "gone@example.org", "all", "The mailbox is not there.")
    old = export(title, tmp_path / "old")
    assert [(row["email"], len(row["follows"]), bool(row["left_at"])) for row in old["subscribers"]] == [("Mia@example.org", 3, False), ("ted@example.org", 1, True)]
    fresh = Title.objects.create(name="Another", base_url="http://other", language="en", time_zone="UTC")
    Section.objects.create(title=fresh, name="World", slug="world")
    letters = Outgoing.objects.count()
    for times in range(2):
        (_, report) = list(verbs.from_masthead(tmp_path / "old", verbs.Wishes(), fresh))[-1]
        assert report.counts["subscribers that were here already" if times else "subscribers"] == 2
    assert Outgoing.objects.count() == letters, "nobody is asked anew"
    new = export(fresh, tmp_path / "new")
    assert new["subscribers"] == old["subscribers"] and new["suppressed"] == old["suppressed"]
    came, left = Follower.objects.filter(title=fresh).order_by("pk")
    assert came.next_at is not None and came.next_at.hour == 19 and left.next_at is None


def test_a_folder_of_somebody_else_is_left_alone(title, tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CannotMoveOut, match="name an empty folder"):
        list(write.write(title, tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_room_adds_its_part(title, tmp_path) -> None:
    leaving.part("extra", "Readers.", {"email": "where letters go"}, lambda t: iter([{"email": "sam@example.org"}]))
    try:
        assert export(title, tmp_path / "out")["extra"] == [{"email": "sam@example.org"}]
        assert (tmp_path / "out").stat().st_mode & 0o77 == 0
    finally:
        del leaving._parts["extra"]
        shutil.rmtree(tmp_path / "out")
