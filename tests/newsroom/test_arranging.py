"""Fronts, story lines, live blogs and planning through the newsroom's real screens, as a form without script sends them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.people.models import Person, User
from masthead.stories import diary
from masthead.stories.actions import fronts, live, schedule
from masthead.stories.models import Assignment, Front, LivePost, Story, StoryLine
from tests import reader, scenes
from tests.press.filed import headlines, published

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def five_stories(title):
    made = []
    for name in "ABCDE":
        made.append(published(title, f"Story {name}", agency="Aldine Wire" if name == "E" else ""))
        clock.advance(timedelta(minutes=1))
    return made


ground = scenes.ground(five_stories, NOW)


@pytest.fixture
def title(scene):
    return scene.title


@pytest.fixture
def stories(scene):
    return scene.things


@pytest.fixture
def desk(client, scene):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password", first_name="Nell"))
    return client


class Form:
    """The form of a front, filled in as the page shows it."""

    def __init__(self, desk, name: str = "home") -> None:
        self.desk, self.address = desk, f"/newsroom/fronts/{name}/"

    def page(self) -> str:
        return self.desk.get(self.address).content.decode()

    def fields(self) -> dict[str, object]:
        page = self.page().partition('id="front-form"')[2].partition("</form>")[0]
        found: dict[str, object] = {}
        for tag in re.findall(r"<input[^>]*>", page):
            given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if given.get("type") == "checkbox" and " checked" not in tag:
                continue
            if given.get("type") == "checkbox":
                found.setdefault(given["name"], []).append(given["value"])  # type: ignore[union-attr,attr-defined]
            elif "name" in given:
                found[given["name"]] = given.get("value", "")
        for name, options in re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', page, re.DOTALL):
            chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
            found[name] = chosen[1] if chosen else ""
        return found

    def press(self, do: str, **changes: object) -> str:
        answer = self.desk.post(self.address, {**self.fields(), **changes, "do": do}, follow=True)
        assert answer.status_code == 200
        diary.work_off()
        return answer.content.decode()

    def slots(self) -> list[str]:
        shown = re.findall(r'data-slot="\d+">.*?<p class="ar-name">(.*?)</p>', self.page(), re.DOTALL)
        return [name.removeprefix("Story ") for name in shown]


def lines_of(title, path: str = "/") -> list[str]:
    return [h.removeprefix("Story ") for h in headlines(reader.get(title, path).text)]


def test_a_front_is_arranged_by_plain_form_and_nothing_is_live_before_it_is_put_live(desk, title, stories) -> None:
    form = Form(desk)
    a, b, c, *_ = stories
    for story in (a, b, c):
        form.press(f"add-{story.pk}", where="second")
    assert form.slots() == ["A", "B", "C"]
    form.press("up-2")
    assert form.slots() == ["A", "C", "B"]
    form.press("save", **{"number-0": "9"})
    assert form.slots() == ["C", "B", "A"]
    form.press("down-0")
    form.press("remove-2")
    assert form.slots() == ["B", "C"]
    assert lines_of(title)[0] == "D", "readers see nothing of a draft"
    assert headlines(desk.get("/newsroom/fronts/home/preview/").content.decode())[:2] == ["Story B", "Story C"]
    page = form.press("publish", note="the morning")
    assert "live as you arranged it" in page
    assert lines_of(title)[:2] == ["B", "C"]
    assert "Nell" in form.page() and "the morning" in desk.get("/newsroom/fronts/home/history/").content.decode()


def test_packages_briefs_and_rules_by_form(desk, title, stories) -> None:
    form = Form(desk)
    a, b, c, d, _ = stories
    form.press(f"add-{a.pk}", where="top")
    form.press(f"add-{b.pk}", where="package")
    form.press(f"add-{c.pk}", where="with-1")
    form.press(f"add-{d.pk}", where="brief")
    form.press("publish", **{"take-0": "wire", "count-0": "3", "strips": ""})
    assert lines_of(title) == ["A", "E", "B", "C", "D"]
    text = reader.get(title, "/").text
    assert 'class="packages"' in text and 'class="briefs"' in text
    form.press("save", **{"related-1": []})
    form.press("publish")
    assert "C" not in lines_of(title)


def test_a_slot_says_that_its_story_is_not_public(desk, title, stories) -> None:
    from masthead.stories import actions

    form = Form(desk)
    form.press(f"add-{stories[0].pk}", where="top")
    form.press("publish")
    actions.hold(story=stories[0])
    diary.work_off()
    assert "not public: held" in form.page()
    assert lines_of(title)[0] == "D"


def test_a_front_scheduled_by_form_waits_and_can_be_called_off(desk, title, stories) -> None:
    form = Form(desk)
    form.press(f"add-{stories[0].pk}", where="top", **{})
    page = form.press("schedule", at="2026-11-23T15:00")
    assert "takes effect on 23 Nov at 15:00" in page
    assert lines_of(title)[0] == "D"
    clock.advance(timedelta(hours=3))
    assert lines_of(title)[0] == "A"
    form.press("discard")
    form.press(f"add-{stories[1].pk}", where="top")
    form.press("schedule", at="2026-11-23T20:00")
    version = Front.objects.get(section=None).waiting(clock.now()).get()
    desk.post(f"/newsroom/fronts/versions/{version.pk}/", {"what": "call-off"})
    clock.advance(timedelta(hours=9))
    assert lines_of(title)[0] == "A"
    assert "call-off" not in desk.get("/newsroom/fronts/home/history/").content.decode()


@pytest.mark.parametrize(("at", "words"), [("", "Say when"), ("2026-11-23T11:00", "past"), ("nonsense", "not a date")])
def test_a_time_that_cannot_be_is_one_sentence_and_the_draft_is_kept(desk, title, stories, at, words) -> None:
    form = Form(desk)
    form.press(f"add-{stories[0].pk}", where="top")
    assert words in form.press("schedule", at=at)
    assert form.slots() == ["A"]
    assert not Front.objects.get().versions.exists()


def test_history_restores_and_says_who(desk, title, stories) -> None:
    form = Form(desk)
    form.press(f"add-{stories[0].pk}", where="top")
    form.press("publish")
    first = Front.objects.get().versions.get()
    clock.advance(timedelta(minutes=1))
    form.press("remove-0")
    form.press(f"add-{stories[1].pk}", where="top")
    form.press("publish")
    assert lines_of(title)[0] == "B"
    desk.post(f"/newsroom/fronts/versions/{first.pk}/", {"what": "restore"})
    diary.work_off()
    assert lines_of(title)[0] == "A"
    page = desk.get("/newsroom/fronts/home/history/").content.decode()
    assert page.count("by Nell") == 3 and "live now" in page and "as Nell had it" in page


def test_a_stale_form_overwrites_nothing(desk, title, stories) -> None:
    form = Form(desk)
    form.press(f"add-{stories[0].pk}", where="top")
    old = form.fields()
    form.press(f"add-{stories[1].pk}", where="top")
    answer = desk.post(form.address, {**old, "do": "publish"}, follow=True).content.decode()
    assert "changed this front meanwhile" in answer
    assert form.slots() == ["B", "A"]
    assert not Front.objects.get().versions.exists()


def test_a_section_front_offers_its_own_stories_and_is_printed_alone(desk, title, stories) -> None:
    sport = published(title, "Story S", section=1)
    form = Form(desk, "sport")
    assert "Story S" in form.page() and "Story A" not in form.page()
    form.press(f"add-{sport.pk}", where="top")
    form.press("publish")
    assert lines_of(title, "/sport/") == ["S"]
    assert re.search('class="listing [^"]*arranged', reader.get(title, "/sport/").text)
    assert desk.get("/newsroom/fronts/nowhere/").status_code == 404


def test_a_banner_by_form(desk, title, stories) -> None:
    address = "/newsroom/fronts/home/banner/"
    desk.post(address, {"text": "Bridge shut", "ends_at": "2026-11-23T14:00", "story": stories[0].pk})
    diary.work_off()
    assert "Bridge shut" in reader.get(title, "/").text
    assert "Bridge shut" in Form(desk).page()
    answer = desk.post(address, {"text": "Nothing", "ends_at": "2026-11-23T10:00"}, follow=True).content.decode()
    assert "end before it begins" in answer
    banner = Front.objects.get().banners.get()
    desk.post(address, {"unpin": banner.pk})
    diary.work_off()
    assert "Bridge shut" not in reader.get(title, "/").text


def test_a_banner_of_the_front_page_stands_over_section_fronts_too_and_ends_there(desk, title, stories) -> None:
    fronts = ["/", "/sport/", "/world/"]
    for path in fronts:
        reader.get(title, path)
    desk.post("/newsroom/fronts/home/banner/", {"text": "Bridge shut", "ends_at": "2026-11-23T14:00", "everywhere": "on"})
    diary.work_off()
    assert [path for path in fronts if "Bridge shut" not in reader.get(title, path).text] == []
    assert "Bridge shut" not in reader.get(title, stories[0].path).text, "story pages bear none"
    desk.post("/newsroom/fronts/sport/banner/", {"text": "Match off", "ends_at": "2026-11-23T14:00", "everywhere": "on"})
    diary.work_off()
    assert "Match off" in reader.get(title, "/sport/").text and "Bridge shut" not in reader.get(title, "/sport/").text
    assert "Match off" not in reader.get(title, "/").text + reader.get(title, "/world/").text
    desk.post("/newsroom/fronts/home/banner/", {"unpin": Front.objects.get(section=None).banners.get().pk})
    diary.work_off()
    assert [path for path in fronts if "Bridge shut" in reader.get(title, path).text] == []


def test_the_front_screen_asks_the_same_number_of_queries_however_full_it_is(desk, title, stories, django_assert_max_num_queries) -> None:
    form, counts = Form(desk), []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    form.press(f"add-{stories[0].pk}", where="top")
    for more in (stories[1:2], stories[2:]):
        for story in more:
            form.press(f"add-{story.pk}", where="second")
        with CaptureQueriesContext(connection) as seen:
            form.page()
        counts.append(len(seen))
    assert counts[0] == counts[1]
    print(f"queries of the front screen: {counts[0]}")


# --- story lines ------------------------------------------------------------------------------------------


def test_the_list_of_lines_stands_at_the_foot_of_every_page_from_the_first_line_on(desk, title, stories) -> None:
    link, pages = '<a href="/stories-so-far/"', ("/", stories[0].path)
    assert not any(link in reader.get(title, path).text for path in pages)
    desk.post("/newsroom/lines/", {"name": "The sea wall"})
    diary.work_off()
    assert title.lines.count() == 1 and all(link in reader.get(title, path).text for path in pages)


def test_a_line_by_form_from_its_beginning_to_its_end(desk, title, stories) -> None:
    assert desk.post("/newsroom/lines/", {"name": "", "summary": ""}).status_code == 200
    assert not StoryLine.objects.exists()
    desk.post("/newsroom/lines/", {"name": "Sea wall", "summary": "It leaks."})
    line = StoryLine.objects.get()
    act = f"/newsroom/lines/{line.pk}/act/"
    a, b = stories[:2]
    assert "Story A" in desk.get(f"/newsroom/lines/{line.pk}/?q=story a").content.decode()
    for story in (a, b):
        desk.post(act, {"do": f"join-{story.pk}"})
    desk.post(act, {"do": f"join-{a.pk}", f"at-{a.pk}": "2026-11-20T09:00", f"what-{a.pk}": "First crack"})
    diary.work_off()
    page = reader.get(title, "/stories-so-far/sea-wall/").text
    assert headlines(page) == ["Story B", "Story A"] and "First crack" in page
    refused = desk.post(act, {"do": "conclude", "outcome": ""}, follow=True).content.decode()
    assert "Say in a sentence how it ended" in refused
    desk.post(act, {"do": "conclude", "outcome": "It was rebuilt."})
    desk.post(act, {"do": f"part-{b.pk}"})
    diary.work_off()
    page = reader.get(title, "/stories-so-far/sea-wall/").text
    assert "It was rebuilt." in page and "Story B" not in page
    assert "ended" in desk.get("/newsroom/lines/").content.decode()
    verbs = [e.verb for e in title_diary(title)]
    assert verbs[-6:] == ["begun", "joined", "joined", "joined", "concluded", "parted"]


def title_diary(title):
    from masthead.stories.models import DiaryEntry

    return DiaryEntry.objects.filter(title=title).order_by("id")


# --- live -------------------------------------------------------------------------------------------------


def test_two_taps_from_the_list_to_a_post(desk, title, stories) -> None:
    desk.post(f"/newsroom/live/begin/{stories[0].pk}/")
    blog = stories[0].live_blog
    screen = desk.get("/newsroom/live/").content.decode()
    assert f'action="/newsroom/live/{blog.pk}/write/"' in screen, "the field stands on the first screen: write, tap Post"
    desk.post(f"/newsroom/live/{blog.pk}/write/", {"text": "The gate is shut.", "do": "post", "key_point": "1"})
    diary.work_off()
    text = reader.get(title, stories[0].path).text
    assert "The gate is shut." in text and "Nell" in text
    post = LivePost.objects.get()
    act = f"/newsroom/live/{blog.pk}/act/"
    desk.post(act, {"do": f"amend-{post.number}", "text": "Both gates are shut.", "correction": "There are two gates."})
    desk.post(act, {"do": "sum_up", "summary": "All is shut."})
    diary.work_off()
    text = reader.get(title, stories[0].path).text
    assert all(w in text for w in ("Both gates are shut.", "There are two gates.", "All is shut."))
    desk.post(act, {"do": f"strike-{post.number}"})
    desk.post(act, {"do": "sign_off"})
    diary.work_off()
    text = reader.get(title, stories[0].path).text
    assert "Both gates" not in text and "This live blog has ended" in text
    assert "Both gates" in desk.get(f"/newsroom/live/{blog.pk}/").content.decode(), "the desk keeps a struck post"


def test_what_is_typed_is_kept_and_a_refused_post_loses_nothing(desk, title, stories) -> None:
    blog = live.go_live(story=stories[0])
    write = f"/newsroom/live/{blog.pk}/write/"
    kept = desk.post(write, {"text": "Half a sen", "do": "keep"}, headers={"X-Requested-With": "fetch"})
    assert kept.json() == {"kept": "12:05:00"}
    for path in ("/newsroom/live/", f"/newsroom/live/{blog.pk}/"):
        assert "Half a sen</textarea>" in desk.get(path).content.decode()
    live.sign_off(blog=blog)
    answer = desk.post(write, {"text": "Half a sentence", "do": "post"}, follow=True).content.decode()
    assert "has ended" in answer and "Half a sentence" in answer
    assert LivePost.objects.get().state == "draft"


# --- planning ---------------------------------------------------------------------------------------------


def test_what_cannot_be_kept_stands_in_the_form_again(desk, title) -> None:
    said = {"what": "Council votes on the wall", "slug": "wall-vote", "section": title.sections.last().pk, "place": "Town hall", "deadline": "soon"}
    answer = desk.post("/newsroom/planning/", {"do": "keep", **said})
    form = answer.content.decode().partition('id="form"')[2]
    assert answer.status_code == 422 and not Assignment.objects.exists()
    for words in (">Council votes on the wall</textarea>", 'value="wall-vote"', 'value="Town hall"', f'value="{said["section"]}" selected'):
        assert words in form, words


def test_an_idea_becomes_an_assignment_and_a_story_in_one_click(desk, title) -> None:
    who = Person.objects.create(name="Tomas Ekdahl", slug="tomas", user=User.objects.get())
    desk.post("/newsroom/planning/", {"do": "keep", "what": "Council votes on the wall\nAsk about the bill."})
    idea = Assignment.objects.get()
    assert (idea.state, idea.slug) == ("idea", "council-votes-on-the-wall-ask-about-the-bill")
    said = {"what": idea.what, "slug": "wall-vote", "who": who.pk, "section": title.sections.last().pk, "place": "Town hall",
            "starts_at": "2026-11-24T19:00", "deadline": "2026-11-24T21:30"}  # fmt: skip
    desk.post("/newsroom/planning/", {"do": f"keep-{idea.pk}", **said})
    week = desk.get("/newsroom/planning/").content.decode()
    assert "19:00 coverage" in week and "21:30 deadline" in week and "wall-vote (Tomas Ekdahl)" in week
    answer = desk.post("/newsroom/planning/", {"do": f"story-{idea.pk}"})
    story = Story.objects.get(headline="Council votes on the wall")
    assert answer["Location"] == f"/newsroom/stories/edit/{story.pk}/"
    assert (story.headline, story.slug, story.section.slug, story.state) == ("Council votes on the wall", "wall-vote", "sport", "draft")
    assert [c.name for c in story.credits.all()] == ["Tomas Ekdahl"]
    desk.post("/newsroom/planning/", {"do": f"story-{idea.pk}"})
    assert Story.objects.filter(headline=story.headline).count() == 1


def test_the_calendar_shows_embargoes_fronts_and_banners(desk, title, stories) -> None:
    Story.objects.filter(pk=stories[0].pk).update(embargo_until=NOW + timedelta(days=2))
    schedule(story=stories[1], at=NOW + timedelta(days=3))
    front = fronts.front_of(title)
    fronts.arrange(front=front, plan=front.drafted, at=NOW + timedelta(days=1), by="Nell")
    fronts.pin(front=front, text="Bridge shut", ends_at=NOW + timedelta(hours=4), by="Nell")
    for view in ("week", "month"):
        page = desk.get(f"/newsroom/planning/?view={view}").content.decode()
        for words in ("12:00 embargo", "12:00 scheduled", "12:00 front", "16:00 banner"):
            assert words in page, (view, words)
    assert "12:00 embargo" not in desk.get("/newsroom/planning/?view=week&day=2026-12-07").content.decode()
    assert "12:00 embargo" not in desk.get("/newsroom/planning/?mine=1").content.decode()


def test_mine_and_dropped(desk, title) -> None:
    Person.objects.create(name="Nell", slug="nell", user=User.objects.get())
    other = Person.objects.create(name="Ben", slug="ben")
    for n, who in enumerate((other, Person.objects.get(slug="nell"), None)):
        desk.post("/newsroom/planning/", {"what": f"thing {n}", "who": who.pk if who else "", "deadline": "2026-11-24T10:00"})
    desk.get("/newsroom/planning/")  # takes away the messages of what was kept
    mine = desk.get("/newsroom/planning/?mine=1").content.decode()
    assert [f"thing-{n}" in mine for n in range(3)] == [False, True, True]
    desk.post("/newsroom/planning/", {"do": f"drop-{Assignment.objects.get(slug='thing-1').pk}"})
    assert "thing-1" not in desk.get("/newsroom/planning/").content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"what": " "}, "Say in a few words"),
        ({"what": "x", "starts_at": "2026-11-24T10:00", "ends_at": "2026-11-24T09:00"}, "end before it begins"),
        ({"what": "x", "deadline": "soon"}, "not a date"),
    ],
)
def test_what_cannot_be_planned_is_one_sentence(desk, title, sent, words) -> None:
    assert words in desk.post("/newsroom/planning/", sent, follow=True).content.decode()
    assert not Assignment.objects.exists()


# --- who may ----------------------------------------------------------------------------------------------

SCREENS = ["fronts/", "fronts/home/", "fronts/home/preview/", "fronts/home/history/", "lines/", "live/", "planning/"]


@pytest.mark.parametrize("path", SCREENS)
def test_who_may_not_edit_gets_no_screen_and_no_menu_item(client, title, path) -> None:
    from django.contrib.auth.models import Permission

    onlooker = User.objects.create_user("onlooker", password="a long password")
    onlooker.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert client.get(f"/newsroom/{path}").status_code == 302
    client.force_login(onlooker)
    answer = client.get(f"/newsroom/{path}")
    assert answer.status_code in (302, 403)
    if answer.status_code == 302:
        assert answer["Location"].rstrip("/").endswith("/newsroom")
    before = Assignment.objects.count(), StoryLine.objects.count(), LivePost.objects.count()
    client.post(f"/newsroom/{path}", {"what": "x", "name": "x", "do": "publish"})
    assert (Assignment.objects.count(), StoryLine.objects.count(), LivePost.objects.count()) == before
