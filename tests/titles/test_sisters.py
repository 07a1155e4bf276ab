"""Sister papers in one house: one reader's account, one moderators' queue, and nothing of one paper at the other's host."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from masthead.circulation import following, targets, tokens
from masthead.circulation.models import Follow, Follower
from masthead.comments import moderating, writing
from masthead.comments.models import Comment
from masthead.kit import clock
from masthead.people import readers
from masthead.people.models import Appointment
from masthead.stories import diary
from masthead.titles.models import Section, Title
from tests import reader as asks
from tests.comments import made
from tests.staff import hire


@pytest.fixture
def sister(title, settings) -> Title:
    settings.ALLOWED_HOSTS = ["*"]
    title.base_url = "http://first.example"
    title.save()
    found = Title.objects.create(name="The Sister", base_url="http://sister.example", language="en", time_zone="UTC")
    Section.objects.create(title=found, name="Region", slug="region")
    for paper in (title, found):
        made.talking(paper)
    return found


def settle() -> None:
    while diary.work_off():
        pass


def at(paper: Title, **cookies: str) -> Client:
    """A browser that asks the paper by its host."""
    client = Client(headers={"host": paper.base_url.removeprefix("http://")})
    for name, word in cookies.items():
        client.cookies[name] = word
    return client


def test_one_account_speaks_at_both_papers_and_each_shows_its_own(title, sister) -> None:
    here, there = made.story(title, headline="The quay"), made.story(sister, headline="The hills")
    mia = made.reader("Mia Solberg")
    word = readers.open_session(mia)
    for paper, story, text in ((title, here, "Said at the first paper"), (sister, there, "Said at the sister paper")):
        with clock.frozen(clock.now() + timedelta(minutes=5 * paper.pk)):  # how often an account speaks is counted for the house
            done = at(paper, masthead_reader=word).post(f"/comments{story.path}", {"text": text})
        assert done.status_code in (200, 302, 303), done.content.decode()[:500]
    settle()
    assert sorted(Comment.objects.values_list("title", "author")) == sorted([(title.pk, mia.pk), (sister.pk, mia.pk)])
    pages = [asks.get(title, here.path).text, asks.get(sister, there.path).text]
    assert ["Said at the first paper" in page for page in pages] == [True, False]
    assert ["Said at the sister paper" in page for page in pages] == [False, True]
    # The thread of one paper's story is nothing at the other's host, whoever asks.
    for paper, story in ((title, there), (sister, here)):
        assert at(paper, masthead_reader=word).get(f"/comments{story.path}").status_code == 404
        assert at(paper, masthead_reader=word).post(f"/comments{story.path}", {"text": "Across"}).status_code == 404
        assert asks.get(paper, story.path).status == 404
    assert Comment.objects.count() == 2
    mine = at(title, masthead_reader=word).get("/comments/mine/export.json").json()
    assert {one["paper"] for one in mine["comments"]} == {title.name, sister.name}, "the account is the reader's, not a paper's"


def test_one_queue_for_who_moderates_both_and_half_of_it_for_who_moderates_one(title, sister) -> None:
    held = [made.says(made.story(paper), f"That bastard of a councillor should be shot, {paper.name}") for paper in (title, sister)]
    assert {one.state for one in held} == {"held"}
    one, both = hire(title, "moderator", "one"), hire(title, "moderator", "both")
    Appointment.objects.create(user=both, role="moderator", title=sister)
    seen = {}
    for user in (one, both):
        desk = Client()
        desk.force_login(user)
        seen[user.username] = desk.get("/newsroom/talk/").content.decode()
        if user == one:
            assert desk.post(f"/newsroom/talk/{held[1].pk}/act/", {"verdict": "approve"}).status_code in (403, 404)
    assert ["councillor" in seen["both"], seen["both"].count("should be shot</mark>")] == [True, 2]
    assert seen["one"].count("should be shot</mark>") == 1 and sister.name not in seen["one"]
    assert Comment.objects.get(pk=held[1].pk).state == "held"
    # Who is barred by one paper may write at the other, unless both say so.
    author = held[0].author
    moderating.sanction(author, title, "ban", both, rule="threat")
    assert writing.barred(author, title.pk) and not writing.barred(author, sister.pk)
    with pytest.raises(moderating.CannotDecide, match="every paper of the house"):
        moderating.sanction(author, title, "ban", one, everywhere=True)
    moderating.sanction(author, title, "ban", both, everywhere=True)
    assert writing.barred(author, sister.pk)


def test_who_follows_one_paper_is_unknown_to_the_other(title, sister) -> None:
    at(sister).post("/follow/", {"address": "mia@example.org", "what": "/"})
    follower = Follower.objects.get()
    assert (follower.title, follower.follows.get().kind) == (sister, Follow.Kind.PAPER)
    assert at(title).post("/follow/", {"address": "ted@example.org", "what": "/region/"}).status_code == 422, "no such section here"
    following.confirm(follower)
    page = at(title).get(f"/follow/mine/{tokens.make(follower, tokens.MINE)}/").content.decode()
    assert title.name not in page, "whichever host a link is opened at, it speaks of the paper it came from"
    assert targets.at(title, "/region/") is None


def test_search_feeds_lists_and_machines_know_one_paper_only(title, sister) -> None:
    here, there = made.story(title, headline="Quaywall raised"), made.story(sister, headline="Hillroad mended")
    settle()
    for paper, own, other in ((title, here, there), (sister, there, here)):
        word, strange = own.headline.split()[0], other.headline.split()[0]
        for path in ("/", "/feed.rss", "/feed.json", "/sitemap-news.xml", "/lite/", "/api/v1/stories.json", f"/{own.section.slug}/"):
            text = asks.get(paper, path).text
            assert word in text and strange not in text, (paper.name, path)
        found = asks.get(paper, f"/search/?q={strange.lower()}").text
        assert other.path not in found and own.path in asks.get(paper, f"/search/?q={word.lower()}").text
        embed = asks.get(paper, f"/oembed?url={other.title.base_url}{other.path}")
        assert embed.status in (400, 404) and strange not in embed.text
        assert strange not in asks.get(paper, "/api/v1/withdrawn.json").text
