"""The moderators' desk: what its screens show, do and refuse."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from masthead.comments import fairness, moderating, standing, writing
from masthead.comments.models import Comment, Decision, ProtectedName, Sanction, State, Word
from masthead.press import run
from masthead.titles.models import Section, Title
from tests import reader as asks
from tests.comments import made
from tests.staff import hire


@pytest.fixture
def paper(title):
    made.talking(title)
    return title


@pytest.fixture
def desk(paper) -> Client:
    client = Client()
    client.force_login(hire(paper, "moderator"))
    return client


def words(answer) -> str:
    return answer.content.decode()


def test_the_queue_shows_all_that_is_needed(paper, desk) -> None:
    story, ann = made.story(paper), made.reader("Ann Marsh")
    first = made.says(story, "What do you all think of it?")
    held = made.says(story, "That bastard of a councillor should be shot", ann, answers=first.number)
    page = words(desk.get("/newsroom/talk/"))
    assert held.state == State.HELD
    for shown in (
        "Ann Marsh",
        "should be shot</mark>",
        "Threats.",
        "Words to look at.",
        "answers",
        "What do you all think",
        "0 published",
        "data-blur",
        "remove for",
    ):
        assert shown in page, shown
    done = desk.post(
        f"/newsroom/talk/{held.pk}/act/",
        {"verdict": "reject", "rule": "threat", "note": "Not here."},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert done.json()["said"].startswith("Removed:")
    assert Comment.objects.get(pk=held.pk).state == State.REMOVED
    assert (
        desk.post(done.json()["undo"], headers={"X-Requested-With": "XMLHttpRequest"})
        .json()["said"]
        .startswith("Taken back")
    )
    assert Comment.objects.get(pk=held.pk).state == State.HELD
    without = desk.post(f"/newsroom/talk/{held.pk}/act/", {"verdict": "reject"})
    assert without.status_code == 302 and Comment.objects.get(pk=held.pk).state == State.HELD
    desk.post(f"/newsroom/talk/{held.pk}/act/", {"verdict": "approve"})
    run.catch_up(paper)
    assert "should be shot" in asks.get(paper, story.path).text
    assert "Nothing waits" in words(desk.get("/newsroom/talk/"))
    context = words(desk.get(f"/newsroom/talk/{held.pk}/"))
    assert "What do you all think" in context and "reject threat" in context and "undo" in context


def test_tabs_search_and_screens(paper, desk) -> None:
    story = made.story(paper)
    said = made.says(story, "A word about the harbour")
    writing.report(said, made.reader(), "off-topic", "Not about the wall")
    for show in ("waiting", "held", "reported", "appeals", "names", "published", "removed", "nonsense"):
        assert desk.get(f"/newsroom/talk/?show={show}").status_code == 200
    assert "Not about the wall" in words(desk.get("/newsroom/talk/?show=reported"))
    assert "harbour" not in words(desk.get("/newsroom/talk/?show=published&q=ferry"))
    moderating.decide(said, "reject", moderating.User.objects.first(), rule="off-topic")
    moderating.appeal(Comment.objects.get(pk=said.pk), said.author, "It was about it.")
    assert "It was about it." in words(desk.get("/newsroom/talk/?show=appeals"))
    assert "It stays removed" in words(desk.get("/newsroom/talk/?show=appeals"))
    assert desk.get("/newsroom/talk/figures/").status_code == 200


def test_a_person(paper, desk) -> None:
    story, ann = made.story(paper), made.reader("Ann Marsh")
    made.says(story, "A word about the harbour", ann)
    other = made.says(story, "Somebody else’s word")
    page = f"/newsroom/talk/people/{ann.pk}/"
    assert "1 comments published" in words(desk.get(page))
    desk.post(page, {"do": "suspend", "span": "7 days", "rule": "attack", "note": "A week off."})
    sanction = Sanction.objects.get()
    assert (sanction.until - sanction.at).days == 7 and sanction.title == paper
    desk.post(page, {"do": "remove-all", "rule": "attack"})
    assert Comment.objects.filter(state=State.PUBLISHED).count() == 2, "without the tick nothing happens"
    desk.post(page, {"do": "remove-all", "rule": "attack", "sure": "yes"})
    assert Comment.objects.get(state=State.PUBLISHED).pk == other.pk
    batch = Decision.objects.exclude(batch="").first()
    desk.post(f"/newsroom/talk/undo/{batch.pk}/")
    assert Comment.objects.filter(state=State.PUBLISHED).count() == 2
    desk.post(page, {"do": "rename"})
    run.catch_up(paper)
    assert "Ann Marsh" not in asks.get(paper, story.path).text
    assert desk.get(f"/newsroom/talk/people/{made.reader().pk}/").status_code == 404


def test_a_story_s_conversation(paper, desk) -> None:
    story = made.story(paper)
    said = made.says(story, "A word about the harbour")
    page = f"/newsroom/talk/stories/{story.pk}/"
    desk.post(page, {"mode": "read", "note": "We have asked the harbour master."})
    run.catch_up(paper)
    text = asks.get(paper, story.path).text
    assert "asked the harbour master" in text and "closed this conversation" in text and said.body in text
    desk.post(page, {"mode": "closed", "note": ""})
    run.catch_up(paper)
    assert said.body not in asks.get(paper, story.path).text
    assert said.body not in asks.get(paper, f"{story.path}comments/1/").text
    desk.post(page, {"name": "Lena Hollis", "until": "2030-01-01"})
    assert "Lena Hollis" in words(desk.get(page)) and "Hollis" not in ProtectedName.objects.get().sealed
    desk.post(page, {"name": "-", "drop": str(ProtectedName.objects.get().pk)})
    assert not ProtectedName.objects.exists()


def test_rules_and_words_are_a_keyholder_s(paper, desk) -> None:
    assert desk.get("/newsroom/talk/rules/").status_code == 403
    assert desk.post("/newsroom/talk/words/", {"words": "x"}).status_code == 403
    client = Client()
    client.force_login(hire(paper, "keyholder"))
    assert client.get("/newsroom/talk/rules/").status_code == 200
    story = made.story(paper)
    run.catch_up(paper)
    asks.get(paper, story.path)
    made.says(story, "See a.com and b.com for that")
    form = {
        "on": "on", "mode": "open", "wire_mode": "none", "sensitive_mode": "pre", "sensitive_words": "murder", "close_after_days": "30", "out_of_hours": "pre",
        "edit_seconds": "300", "longest": "2000", "slow_from": "30", "slow_seconds": "60", "notice": "Be kind.", "retention_days": "0",
        "does-links": "hold", "number-links-most": "1", "does-shouting": "off", f"section-{story.section_id}": "read",
    }  # fmt: skip
    tried = words(client.post("/newsroom/talk/rules/", form | {"do": "try"}))
    assert "1</strong> would be asked" in tried and "See a.com" in tried
    assert standing.book_of(paper).longest == 3000, "a dry run keeps nothing"
    assert client.post("/newsroom/talk/rules/", form).status_code == 302
    book = standing.book_of(paper)
    assert book.rules == {"links": {"does": "hold", "most": 1}, "shouting": {"does": "off"}} and book.by_section == {
        str(story.section_id): "read"
    }
    run.catch_up(paper)
    assert "There are no new comments in this part" in asks.get(paper, story.path).text
    bad = client.post("/newsroom/talk/rules/", form | {"opens_at": "08:00"})
    assert bad.status_code == 422 and "Write both hours" in words(bad)
    client.post("/newsroom/talk/words/", {"words": "[banned]\nflimflam\n[allowed]\nbastard toadflax"})
    assert Word.objects.filter(title=paper).count() == 2
    assert (
        client.get("/newsroom/talk/words/?form=txt").content == b"[banned]\nflimflam\n\n[allowed]\nbastard toadflax\n"
    )
    assert "flimflam: banned, disguised" in words(client.post("/newsroom/talk/words/", {"try": "fl1mfl@m"}))
    assert "Nothing is found" in words(client.post("/newsroom/talk/words/", {"try": "bastard toadflax grows here"}))


def test_words_are_tried_on_last_month(paper) -> None:
    client = Client()
    client.force_login(hire(paper, "keyholder"))
    made.says(made.story(paper), "A flimflam of a plan, they say")
    tried = words(client.post("/newsroom/talk/words/", {"words": "[suspect]\nflimflam", "do": "simulate"}))
    assert "with the words that you sent" in tried and "A flimflam of a plan" in tried and not Word.objects.exists()


def test_fairness_of_our_own_sentences_and_of_a_public_set(paper, desk) -> None:
    page = words(desk.get("/newsroom/talk/figures/"))
    assert "African American English" in page and "orientation" in page
    table = b"test_case,label_gold,target_ident\nYou cunt,hateful,women\nI love my wife,non-hateful,women\nWhat a $hit show,non-hateful,\n"
    shown = words(desk.post("/newsroom/talk/fairness/", {"file": SimpleUploadedFile("set.csv", table)}))
    assert shown.index("Harmless") < shown.index("Harmful") and "women" in shown and "100" in shown
    for bad in (b"a,b\n1,2\n", b""):
        refused = desk.post("/newsroom/talk/fairness/", {"file": SimpleUploadedFile("set.csv", bad)} if bad else {}, follow=True)
        assert "Nothing was looked at" in words(refused)
    people, varieties = fairness.own(standing.book_of(paper))
    assert all(row.held == 0 for row in [*people, *varieties]), [row for row in [*people, *varieties] if row.held]


def test_at_their_wish_by_letter(paper, desk) -> None:
    ann = made.reader("Ann Marsh")
    made.says(made.story(paper), "Something of mine", ann)
    at = f"/newsroom/talk/people/{ann.pk}/"
    assert "at their wish" not in words(desk.get(at))
    for wish in ("hand-out", "erase"):
        assert desk.post(at, {"do": wish, "sure": "yes"})["Location"] == "/newsroom/" and Comment.objects.get().body
    keyholder = Client()
    keyholder.force_login(hire(paper, "keyholder"))
    assert "Something of mine" in words(keyholder.post(at, {"do": "hand-out"}))
    keyholder.post(at, {"do": "erase"})
    assert Comment.objects.get().body
    keyholder.post(at, {"do": "erase", "sure": "yes"})
    assert Comment.objects.get().body == "" and Comment.objects.get().author is None


def test_one_queue_over_all_papers_and_no_other(paper, desk) -> None:
    other = Title.objects.create(name="The Other Paper", base_url="http://other", language="en", time_zone="UTC")
    Section.objects.create(title=other, name="World", slug="world")
    made.talking(other)
    here, there = made.story(paper), made.story(other, headline="Elsewhere something happens")
    ann = made.reader("Ann Marsh")
    made.says(here, "A bastard word here", ann)
    made.says(there, "A bastard word there")
    page = words(desk.get("/newsroom/talk/"))
    assert "word here" in page and "word there" not in page
    foreign = Comment.objects.get(title=other)
    assert desk.get(f"/newsroom/talk/{foreign.pk}/").status_code == 404
    assert desk.post(f"/newsroom/talk/{foreign.pk}/act/", {"verdict": "approve"}).status_code == 404
    both = hire(paper, "moderator", "both")
    made.Appointment.objects.create(user=both, role="moderator", title=other)
    client = Client()
    client.force_login(both)
    page = words(client.get("/newsroom/talk/"))
    assert "word here" in page and "word there" in page and "The Other Paper" in page
    client.post(f"/newsroom/talk/people/{ann.pk}/", {"do": "ban", "everywhere": "1"})
    with pytest.raises(writing.NotTaken):
        made.says(there, "I come by the other door", ann)


def test_who_may(paper) -> None:
    story = made.story(paper)
    said = made.says(story, "A bastard word here")
    for role, may in (
        ("reporter", False),
        ("producer", False),
        ("editor", True),
        ("moderator", True),
        ("keyholder", True),
    ):
        client = Client()
        client.force_login(hire(paper, role))
        assert (client.get("/newsroom/talk/").status_code == 200) is may, role
        assert (client.post(f"/newsroom/talk/{said.pk}/act/", {"verdict": "hold"}).status_code == 302) is may, role
