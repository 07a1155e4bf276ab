"""A thread from the first word to the tombstone, as the database and the reader see it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from masthead.comments import moderating, standing, writing
from masthead.comments.models import Comment, Decision, State, Thread
from masthead.kit import clock
from masthead.press import run
from masthead.stories import actions, diary
from tests import reader as asks
from tests.comments import made


@pytest.fixture
def paper(title):
    made.talking(title)
    return title


def page(title, path: str):
    run.catch_up(title)
    return asks.get(title, path)


def count(comment: Comment) -> int:
    return Thread.objects.get(pk=comment.thread_id).count


def test_off_by_default(title) -> None:
    story = made.story(title)
    with pytest.raises(writing.NotTaken):
        made.says(story, "Hello there")
    assert 'class="talk"' not in page(title, story.path).text


def test_said_and_answered(paper) -> None:
    story = made.story(paper)
    before = page(paper, story.path)
    assert "Nobody has said anything yet" in before.text
    first = made.says(story, "The wall was *promised* in 2019, see example.com", made.reader("Ann Marsh"))
    answer = made.says(story, "And where did the money go?", made.reader("Ben Quill"), answers=first.number)
    deeper = answer
    for n in range(6):
        deeper = made.says(story, f"Answer number {n} to that", answers=deeper.number)
    assert [c.depth for c in Comment.objects.order_by("number")] == [0, 1, 2, 3, 4, 4, 4, 4]
    assert count(first) == 8 and Comment.objects.get(pk=first.pk).below == 7
    text = page(paper, story.path).text
    assert "<em>promised</em>" in text and 'rel="nofollow ugc noopener"' in text
    assert "Ann Marsh" in text and "Answers Ben Quill" in text and 'id="comment-8"' in text
    assert '"commentCount":8' in text and '"@type":"Comment"' in text
    alone = page(paper, f"{story.path}comments/1/")
    assert alone.status == 200 and "And where did the money go?" in alone.text
    assert "noindex" in alone.text


def test_the_same_twice_is_one(paper) -> None:
    story, ann = made.story(paper), made.reader()
    first = made.says(story, "A retry after a lost answer", ann)
    assert made.says(story, "A retry  after a lost answer ", ann).pk == first.pk
    assert count(first) == 1


def test_taken_back_leaves_a_tombstone_only_where_something_answers_it(paper) -> None:
    story, ann, ben = made.story(paper), made.reader(), made.reader()
    alone = made.says(story, "Nobody answers this one", ann)
    clock_on = made.says(story, "Somebody answers that one", ben)
    answer = made.says(story, "I do answer", answers=clock_on.number)
    page(paper, story.path)
    writing.take_back(alone, ann)
    writing.take_back(clock_on, ben)
    text = page(paper, story.path).text
    assert "Nobody answers this one" not in text and "Somebody answers that one" not in text
    assert text.count("Taken back by its author") == 1 and "I do answer" in text
    writing.take_back(answer, answer.author)
    assert "Taken back" not in page(paper, story.path).text
    assert count(alone) == 0
    with pytest.raises(writing.NotTaken):
        writing.take_back(clock_on, ann)


def test_changed_within_the_minutes_and_looked_at_again(paper) -> None:
    story, ann = made.story(paper), made.reader()
    said = made.says(story, "The first wording of it", ann)
    writing.change(said, ann, "The second wording of it")
    text = page(paper, story.path).text
    assert "second wording" in text and "first wording" not in text and "changed" in text
    assert said.revisions.get().body == "The first wording of it"
    with pytest.raises(writing.Asks):
        writing.change(said, ann, "You absolute cunt")
    held = writing.change(said, ann, "You absolute bastard")
    assert held.state == State.HELD and count(said) == 0
    assert "bastard" not in page(paper, story.path).text and "second wording" not in page(paper, story.path).text
    with clock.frozen(clock.now() + timedelta(minutes=6)), pytest.raises(writing.NotTaken):
        writing.change(said, ann, "Too late for that")


def test_removed_and_taken_back_again(paper) -> None:
    story, mo = made.story(paper), made.moderator(paper)
    said = made.says(story, "The mayor is a thief and everybody knows")
    made.says(story, "Is that so?", answers=said.number)
    page(paper, story.path)
    decision = moderating.decide(said, "reject", mo, rule="false", note="Nobody was convicted.")
    text = page(paper, story.path).text
    assert "everybody knows" not in text and "Removed by a moderator: False claim about somebody." in text
    assert "everybody knows" not in page(paper, f"{story.path}comments/1/").text
    assert said.author.notices.get(kind="removed").words.startswith("The guideline: False claim")
    moderating.undo(decision, mo)
    assert "everybody knows" in page(paper, story.path).text and count(said) == 2
    assert moderating.undo(decision, mo) == Decision.objects.get(undoes=decision)
    assert not said.author.notices.filter(kind="removed").exists()


def test_parts_keep_their_addresses(paper) -> None:
    story = made.story(paper)
    for n in range(45):
        made.says(story, f"Conversation number {n + 1} of many", made.reader(f"Reader Number {n}"))
    text = page(paper, story.path).text
    assert "Conversation number 45 of" in text and "Conversation number 21 of" in text
    assert "Conversation number 20 of" not in text
    assert f'href="{story.path}comments/part/1/"' in text
    part = page(paper, f"{story.path}comments/part/1/")
    assert "Conversation number 20 of" in part.text and "Conversation number 21 of" not in part.text
    assert asks.get(paper, f"{story.path}comments/part/2/").status == 404
    gone = Comment.objects.get(number=7)
    moderating.decide(gone, "reject", made.moderator(paper), rule="off-topic")
    assert "Conversation number 7 of" not in page(paper, f"{story.path}comments/part/1/").text


def test_the_story_goes_and_its_conversation_with_it(paper) -> None:
    story = made.story(paper)
    made.says(story, "A word under a story that will go")
    paths = [story.path, f"{story.path}comments/1/", f"{story.path}comments/newest.html", f"{story.path}comments/best/"]
    for path in paths:
        page(paper, path)
    actions.withdraw(story=story, reason="It was wrong.")
    diary.work_off()
    for path in paths:
        assert "A word under" not in page(paper, path).text
    with pytest.raises(writing.NotTaken):
        made.says(story, "Too late")


def test_a_correction_has_comments_read_first(paper) -> None:
    story, mo = made.story(paper), made.moderator(paper)
    old = made.says(story, "Written before anybody knew")
    actions.correct(story=story, kind="correction", text="The wall is two metres high, not three.")
    new = made.says(story, "Written when it was known")
    assert new.state == State.HELD and old.state == State.PUBLISHED
    text = page(paper, story.path).text
    assert "written before the story was corrected" in text and "An editor reads every comment here" in text
    moderating.set_thread(story, mo, mode="")
    assert made.says(story, "Open again, as the desk says").state == State.PUBLISHED


def test_where_it_stands(paper) -> None:
    book = standing.book_of(paper)
    story = made.story(paper)
    at = lambda: standing.now(book, standing.thread_of(story), story)  # noqa: E731
    assert at().mode == "open"
    book.by_section = {str(story.section_id): "pre"}
    assert (at().mode, at().why) == ("pre", "section")
    book.by_section = {}
    assert standing.now(book, None, made.story(paper, headline="Man charged with theft of a boat")).mode == "pre"
    with clock.frozen(clock.now() + timedelta(days=15)):
        assert (at().mode, at().why) == ("read", "age")
    book.opens_at, book.closes_at, book.out_of_hours = time(8), time(20), "read"
    with clock.frozen(clock.now().replace(hour=3, minute=0)):
        assert at().mode == "read" and at().why == "hours" and at().until.hour == 8
    with clock.frozen(clock.now().replace(hour=12, minute=0)):
        assert at().mode == "open" and at().until.hour == 20
    moderating.set_thread(story, made.moderator(paper), mode="none")
    assert at().mode == "none"


def test_slow_mode_starts_by_itself(paper) -> None:
    book = made.talking(paper, slow_from=5, slow_seconds=60)
    story, ann = made.story(paper), made.reader()
    for n in range(7):
        made.says(story, f"One of many people who write at once, {n}")
    made.says(story, "My first word in all this", ann)
    assert "please leave 60 seconds" in page(paper, story.path).text
    with clock.frozen(clock.now() + timedelta(seconds=20)), pytest.raises(writing.NotTaken, match="60 seconds"):
        made.says(story, "My second word in all this", ann)
    with clock.frozen(clock.now() + timedelta(minutes=40)):
        assert standing.slow(book, standing.thread_of(story)) == 0
        assert "please leave" not in page(paper, story.path).text


def test_reports_weigh_by_who_makes_them(paper) -> None:
    story, mo = made.story(paper), made.moderator(paper)
    said = made.says(story, "I think the wall is a bad idea and costs too much")
    crier = made.reader()
    for n in range(6):
        dull = made.says(story, f"A harmless word about the harbour, {n}")
        writing.report(dull, crier, "off-topic")
        moderating.decide(dull, "approve", mo)
    assert moderating.trust(crier) == pytest.approx(0.25)
    writing.report(said, crier, "attack")
    writing.report(said, made.reader(), "attack")
    assert Comment.objects.get(pk=said.pk).state == State.PUBLISHED
    writing.report(said, made.reader(), "attack")
    writing.report(said, made.reader(), "attack")
    assert Comment.objects.get(pk=said.pk).state == State.HELD
    moderating.decide(said, "approve", mo)
    for _ in range(5):
        writing.report(said, made.reader(), "attack")
    assert Comment.objects.get(pk=said.pk).state == State.PUBLISHED, "a moderator has looked at it"


def test_everything_by_one_person_and_nothing_else(paper) -> None:
    story, mo, troll, ann = made.story(paper), made.moderator(paper), made.reader(), made.reader("Ann Marsh")
    other = made.story(paper, headline="The ferry sails again")
    with clock.frozen(clock.now() - timedelta(hours=1)):
        for n in range(4):
            clock.advance(timedelta(seconds=30))
            made.says([story, other][n % 2], f"{['You know', 'I say', 'They want', 'Nobody asked'][n]}, and {'xyz ' * 9 * n}", troll)
        made.says(story, "Something sensible", ann)
    batch = moderating.remove_all(troll, mo, "attack")
    assert set(Comment.objects.filter(state=State.REMOVED).values_list("author", flat=True)) == {troll.pk}
    assert Comment.objects.filter(state=State.REMOVED).count() == 4
    assert moderating.undo_batch(batch, mo) == 4
    assert Comment.objects.filter(state=State.PUBLISHED).count() == 5


def test_an_appeal_goes_to_somebody_else(paper) -> None:
    story, mo, kay = made.story(paper), made.moderator(paper), made.moderator(paper, "kay")
    said = made.says(story, "This was only a question about the harbour")
    moderating.decide(said, "reject", mo, rule="off-topic")
    appeal = moderating.appeal(Comment.objects.get(pk=said.pk), said.author, "It was about the harbour.")
    with pytest.raises(moderating.CannotDecide):
        moderating.judge(appeal, True, mo)
    moderating.judge(appeal, True, kay)
    assert Comment.objects.get(pk=said.pk).state == State.PUBLISHED
    assert said.author.notices.filter(kind="restored").exists()


def test_sanctions(paper) -> None:
    story, mo, ann = made.story(paper), made.moderator(paper), made.reader()
    moderating.sanction(ann, paper, "pre", mo, note="Please calm down.")
    assert made.says(story, "Read me first then", ann).state == State.HELD
    ban = moderating.sanction(ann, paper, "suspend", mo, hours=24)
    with pytest.raises(writing.NotTaken, match="cannot write here"):
        made.says(story, "Can I still write?", ann)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert made.says(story, "A day later I can", ann).state == State.HELD
    moderating.undo(Decision.objects.get(before__sanction=ban.pk), mo)
    ban.refresh_from_db()
    assert ban.lifted_at


def test_only_moderators_moderate(paper) -> None:
    from django.core.exceptions import PermissionDenied

    story = made.story(paper)
    said = made.says(story, "Something to decide about")
    nobody = made.moderator(paper, "rae", role="reporter")
    for act in (
        lambda: moderating.decide(said, "approve", nobody),
        lambda: moderating.sanction(said.author, paper, "ban", nobody),
        lambda: moderating.set_thread(story, nobody, mode="closed"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    moderating.remove_all(said.author, nobody, "attack")
    assert Comment.objects.get(pk=said.pk).state == State.PUBLISHED
