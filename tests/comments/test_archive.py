"""Comments that come with an archive, leave with the paper, or are forgotten in time."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from masthead.comments import bringing, forgetting, going, leaving, moderating, writing
from masthead.comments.bringing import Came
from masthead.comments.models import Comment, Decision, State, Thread
from masthead.kit import clock
from masthead.people import readers
from masthead.press import run
from tests.comments import made
from tests.reader import get

THEN = datetime(2019, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def story(title):
    made.talking(title, close_after_days=0)
    return made.story(title)


def came(key: str, text: str, parent: str = "", **more) -> Came:
    return Came(key, parent, more.pop("author", f"Writer {key}"), text, THEN + timedelta(minutes=int(key)), **more)


def shown(title, story) -> str:
    run.print_all(title)
    return get(title, story.path).text


def test_a_thread_comes_whole(title, story) -> None:
    mine = made.says(story, "What we say today about the wall.")
    counts = bringing.bring(
        story,
        "old.example",
        [
            came("3", "<p>No, <b>twice</b>.</p><script>alert(1)</script>", "2"),
            came("2", "It leaked once.\nOnce only.", likes=4),
            came("4", "Buy pills", state="spam"),
            came("5", "gone", state="deleted"),
            came("6", "An answer to what is gone.", "5"),
            came("7", "An answer to nothing.", "99"),
            came("8", "Still waits.", state="waiting"),
            came("9", "<p></p>"),
        ],
    )
    assert counts["comments"] == 4 and counts["tombstones"] == 1 and counts["comments without words, left out"] == 1
    assert counts["comments that wait for an editor"] == 1 and counts["answers to what did not come; they stand by themselves"] == 1
    rows = {c.body: c for c in Comment.objects.exclude(pk=mine.pk)}
    assert rows["No, twice."].depth == 1 and rows["No, twice."].answers == rows["It leaked once.\nOnce only."]
    assert rows["It leaked once.\nOnce only."].below == 1 and rows["It leaked once.\nOnce only."].at == THEN + timedelta(minutes=2)
    thread = Thread.objects.get()
    assert (thread.count, thread.last_number) == (5, 7)
    page = shown(title, story)
    assert "Writer 3" in page and "An answer to what is gone." in page and "Still waits." not in page and "pills" not in page
    assert "alert(1)" not in page
    # A second time changes nothing.
    before = list(Comment.objects.order_by("pk").values())
    again = bringing.bring(story, "old.example", [came("2", "It leaked once.\nOnce only."), came("3", "x", "2")])
    assert again == {"comments that had come before": 2} and list(Comment.objects.order_by("pk").values()) == before


def test_what_comes_later_finds_what_it_answers(story) -> None:
    bringing.bring(story, "a", [came("1", "One")])
    bringing.bring(story, "a", [came("2", "Two", "1"), *(came(str(n), f"Deep {n}", str(n - 1)) for n in range(3, 12))])
    one = Comment.objects.get(body="One")
    assert one.below == 10 and Comment.objects.get(body="Deep 11").answers.body == "Deep 10"
    assert max(Comment.objects.values_list("depth", flat=True)) == 4
    assert made.says(story, "And now?", answers=one.number).path.startswith(one.path)


def test_whoever_proves_the_address_has_what_they_wrote(title, story) -> None:
    bringing.bring(story, "a", [came("1", "Mine", address="Sam@Old.example", author="Sam"), came("2", "Not mine", address="x@old.example")])
    assert "old.example" not in str(list(Comment.objects.values_list("claim", "byline", "body")))
    sam = made.reader("Sam Reed", address="sam@old.example")
    assert bringing.claim(sam) == 1 and bringing.claim(sam) == 0
    assert [c.name for c in Comment.objects.order_by("pk")] == ["Sam Reed", "Writer 2"]
    assert "Sam Reed" in shown(title, story)
    leaving.erase(sam)
    assert not Comment.objects.filter(body="Mine").exists()


def test_everything_leaves_with_the_paper_as_lines_and_as_a_table(title, story) -> None:
    first = made.says(story, "=HYPERLINK(1) is no formula here, is it?", made.reader("Ann Marsh", address="ann@reads.example"))
    moderating.decide(first, "reject", made.moderator(title), rule="off-topic")
    answer = made.says(story, "Second, “quoted”, with a comma")
    lines = [json.loads(line) for line in going.as_lines(title)]
    assert [row["state"] for row in lines] == ["removed", "published"] and lines[0]["rule"] == "off-topic" and lines[0]["email"] == "ann@reads.example"
    assert lines[1]["address"] == f"{story.path}comments/{answer.root}/#comment-{answer.number}"
    table = list(csv.DictReader(io.StringIO("".join(going.as_csv(title)))))
    assert table[0]["text"].startswith("'=HYPERLINK") and table[1]["text"] == answer.body
    assert next(iter(going.rulebook(title)))["rules"]["on"] is True


def test_networks_are_forgotten_after_a_month(story) -> None:
    old, young = made.says(story, "Long ago", network="n" * 24), made.says(story, "Just now", network="n" * 24)
    Comment.objects.filter(pk=old.pk).update(at=clock.now() - timedelta(days=31))
    assert forgetting.forget_due() == 1
    assert dict(Comment.objects.values_list("pk", "network")) == {old.pk: "", young.pk: "n" * 24}


def test_words_that_were_taken_back_go_after_a_month(title, story) -> None:
    ann = made.reader()
    said = made.says(story, "I wish that I had not said this", ann)
    writing.take_back(said, ann)
    assert forgetting.forget_due() == 0 and Comment.objects.get(pk=said.pk).body
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert forgetting.forget_due() >= 1
    assert Comment.objects.get(pk=said.pk).body == ""


def test_erased_is_also_what_was_taken_back_and_answered(title, story) -> None:
    ann = made.reader()
    said = made.says(story, "Words that somebody answered", ann)
    made.says(story, "An answer to them", answers=said.number)
    writing.take_back(said, ann)
    leaving.erase(ann)
    assert Comment.objects.get(pk=said.pk).body == ""


def test_old_conversations_go_as_long_as_the_paper_says(title, story) -> None:
    other = made.story(title, headline="Another story altogether")
    old, young = made.says(story, "An old word"), made.says(other, "A young word")
    moderating.decide(old, "pick", made.moderator(title))
    assert forgetting.forget_due() == 0
    made.talking(title, retention_days=365, close_after_days=0)
    Comment.objects.filter(pk=old.pk).update(at=clock.now() - timedelta(days=366))
    assert forgetting.forget_due() == 1 and forgetting.forget_due() == 0
    assert list(Comment.objects.all()) == [young] and Decision.objects.get().words == ""
    assert "An old word" not in shown(title, story) and "A young word" in shown(title, other)
    assert made.says(story, "A new beginning").number == 2


def test_a_ban_outlives_being_forgotten(title, story) -> None:
    banned, other = made.reader("Rude One", address="rude@reads.example"), made.reader("Kind One", address="kind@reads.example")
    moderating.sanction(banned, title, "ban", made.moderator(title))
    for one in (banned, other):
        leaving.erase(one)
    assert "rude" not in str(list(type(banned).objects.values()))
    back = readers.at_home("rude@reads.example", "Rude@reads.example")
    assert back.pk == banned.pk and back.name == "" and back.to == "Rude@reads.example"
    assert readers.at_home("kind@reads.example", "kind@reads.example").pk != other.pk


def test_state_names_are_those_of_the_model() -> None:
    assert set(bringing.STATES.values()) == set(State)
