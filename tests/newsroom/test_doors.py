"""Every address of the newsroom, Wagtail's own included, with every role: refused exactly where the table says so."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.db import transaction

from masthead.circulation.models import Newsletter, Number
from masthead.comments import moderating
from masthead.exchange.models import Share
from masthead.newsroom import doors, doors_table
from masthead.newsroom.doors import CLOSED, OPEN, SELF
from masthead.people.models import Appointment, User
from masthead.people.roles import Deed, Role
from masthead.pictures.models import Picture
from masthead.stories import actions, tips
from masthead.stories.arrangement import Arrangement
from masthead.stories.models import Credit, Notice, Story, Topic
from masthead.titles.models import Redirect, Section, StandingPage, Title
from masthead.wire import intake
from masthead.wire.models import Alert, Rule, Source, WireFile, WireItem
from tests.comments import made
from tests.newsroom.test_standing import picture as a_picture
from tests.staff import hire
from tests.wire.made import g2

DOC = Path(__file__).resolve().parents[2] / "docs" / "doors.md"
HERE = [one for one in doors_table.addresses() if one.route.startswith("newsroom/")]


def test_the_table_in_the_docs_is_up_to_date() -> None:
    assert DOC.read_text() == doors_table.text(), "run: python manage.py doors"


def test_every_address_is_listed_and_no_line_is_idle() -> None:
    assert [one for one in HERE if not doors.listed(one.name)] == []
    names = {one.name for one in HERE}
    idle = [p for p in doors.DOORS if p not in names and not any("*" in p and fnmatchcase(n, p) for n in names)]
    assert idle == []
    print(f"addresses behind the staff door: {len(HERE)}, listed: {len(HERE)}, unexpected: 0")


def test_an_address_that_no_line_knows_is_closed() -> None:
    assert doors.door_of("something_new").look == CLOSED


def paper(name: str) -> Title:
    made = Title.objects.create(name=name, base_url="http://testserver", language="en", time_zone="UTC")
    Section.objects.create(title=made, name="News", slug="news")
    return made


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals need no line in the log each."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


CANARY = "Zwartkop"
"""In everything of our paper; no colleague of another paper ever reads it."""


def _said(title: Title, story: Story):
    made.talking(title)
    return made.says(story, f"A word about {CANARY}", made.reader(f"Reader {CANARY}"))


@pytest.fixture
def ground(title: Title, client) -> dict[str, int]:
    """One of everything that an address can be about, all of our paper; and the other paper beside it."""
    section = title.sections.first()
    story = actions.file_story(title=title, section=section, copy=actions.Copy(headline=f"Bridge {CANARY}", body="<p>Open.</p>"))
    story = actions.publish_as_filed(story=story)
    Section.objects.create(title=title, name=CANARY, slug="canary")
    Rule.objects.create(title=title, name=CANARY)
    actions.plan.plan(title=title, what=CANARY, slug=CANARY)
    revision = story.save_revision()
    intake.take(g2(headline=f"Ferry {CANARY}", body="It sails. " * 20), name="g.xml", source=intake.default_source(title))
    source = Source.objects.create(title=title, name=f"Sound {CANARY}", slug="sound")
    file = WireFile.objects.create(source=source, name=f"{CANARY}.xml", sha256="0" * 64, size=1)
    alert = Alert.objects.create(title=title, kind="kill", text=f"Killed: {CANARY}")
    topic = Topic.objects.create(title=title, name=f"Bridges {CANARY}", slug="bridges")
    version = actions.fronts.arrange(front=actions.fronts.front_of(title), plan=Arrangement())
    line = actions.lines.begin(title=title, name=f"The bridge {CANARY}", stories=[story])
    return {
        "line": line.pk,
        "offer": Share.objects.create(story=story, to=title).pk,
        "live_blog": actions.live.go_live(story=story).pk,
        "front_version": version.pk,
        "tip": tips.take(title, text=f"A tip about {CANARY}.").pk,
        "comment": (comment := _said(title, story)).pk,
        "decision": moderating.Decision.objects.create(title=title, comment=comment, verdict="hold", before={"state": "published"}).pk,
        "newsletter": (newsletter := Newsletter.objects.create(title=title, name=f"Weekend {CANARY}", slug="weekend")).pk,
        "newsletter_number": Number.objects.create(newsletter=newsletter, subject=CANARY).pk,
        "notice": Notice.objects.create(title=title, name=CANARY).pk,
        "standing_page": StandingPage.objects.create(title=title, name=CANARY).pk,
        "redirect": Redirect.objects.create(title=title, old=f"/{CANARY}/").pk,
        "story": story.pk,
        "revision": revision.pk,
        "wire_source": source.pk,
        "wire_file": file.pk,
        "alert": alert.pk,
        "topic": topic.pk,
        "wire_item": WireItem.objects.get().pk,
        "rule": Rule.objects.filter(title=title).first().pk,
        "section": section.pk,
        "title": title.pk,
    }


def address(one: doors_table.Address, ground: dict[str, int]) -> str:
    """An address of this pattern, about what `ground` holds."""
    about = doors.door_of(one.name).about.replace(" ", "_")
    own = {"stories": "story", "pinged": "story"}.get(about, about)
    path = one.route
    for old, new in (
        (r"\(\?P<revision_id_[ab]>[^)]*\)", str(ground["revision"])),
        (r"\(\?P<pk>[^)]*\)", str(ground.get(own, 1))),
        (r"<(?:int|str):revision_id>", str(ground["revision"])),
        (r"<(?:int|str):(?:pk|object_id)>", str(ground.get(own, 1))),
        (r"<\w+:app_label>", "stories"),
        (r"<\w+:model_name>", "story"),
        (r"<int:\w+>", "1"),
        (r"<(?:\w+:)?\w+>", "x"),
        (r"\\\.\\\.\\\.", "..."),
        (r"\^\.\*/\$", "nothing-here/"),
        (r"\$$|\^", ""),
    ):
        path = re.sub(old, new, path)
    return "/" + path + (f"?id={ground['story']}" if about == "stories" else "")


def expected(asked: str, user: User | None) -> bool:
    """Whether the door is shut to a colleague of this paper, whose story it is not."""
    if asked in (OPEN, SELF):
        return False
    return asked == CLOSED or user is None or Deed(asked) not in doors.roles.GRANTS[user.appointments.get().role]


STORY = "wagtailsnippets_stories_story"
WANTS_A_WHOLE_FORM = {
    ("post", f"{STORY}:add"),
    ("post", f"{STORY}:edit"),
    ("post", f"{STORY}:revisions_revert"),
    ("post", f"{STORY}:preview_on_add"),
    ("post", f"{STORY}:preview_on_edit"),
    ("post", "wagtailadmin_choose_page_external_link"),
}
"""Wagtail stumbles over an empty form here, which no browser sends."""


LONG = [pytest.param(role, marks=pytest.mark.slow) for role in Role.values]


@pytest.mark.parametrize("role", [*LONG, "nobody"])
def test_every_address_with_every_role(client, title, ground, role) -> None:
    user = hire(title, role) if role != "nobody" else None
    client.raise_request_exception = False
    wrong, broken, asked_of = [], [], 0
    for one in HERE:
        found = doors.door_of(one.name)
        if one.name in ("account_logout", "wagtailadmin_logout", "wagtailadmin_error_test", "wagtailadmin_login"):
            continue
        for method, asked in (("get", found.look), ("post", found.send)):
            if user:
                client.force_login(user)
            with transaction.atomic():
                answer = getattr(client, method)(address(one, ground))
                transaction.set_rollback(True)
            asked_of += 1
            shut = expected(asked, user) or (user is None and asked == SELF)
            if answer.wsgi_request.turned_away != shut or (not shut and answer.status_code == 403):
                wrong.append((method, one.name, answer.status_code))
            if answer.status_code >= 500 and (method, one.name) not in WANTS_A_WHOLE_FORM:
                broken.append((method, one.name, answer.status_code))
    print(f"{role}: {asked_of} requests, {len(wrong)} unexpected", *wrong, *broken, sep="\n  ")
    assert wrong == []
    assert broken == []


def test_another_papers_editor_reaches_nothing_of_ours(client, title, ground) -> None:
    """Every address about one object of ours is a 404 (or refused) to a keyholder of the other paper."""
    other = paper("The Other Paper")
    client.force_login(hire(other, "keyholder", "stranger"))
    client.raise_request_exception = False
    tried, leaks = 0, []
    for one in HERE:
        if not doors.door_of(one.name).about:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(address(one, ground))
            tried += 1
            if not answer.wsgi_request.turned_away or answer.status_code not in (403, 404, 405):
                leaks.append((method, one.name, answer.status_code))
    print(f"{tried} requests to another paper's objects, {len(leaks)} let in")
    assert tried > 60
    assert leaks == []
    assert Story.objects.get(pk=ground["story"]).state == "published"


@pytest.mark.slow
def test_no_list_form_or_suggestion_tells_another_paper_of_ours(client, title, ground) -> None:
    """Every address that is about no one thing, as a keyholder of the other paper: nothing of ours is on it."""
    client.force_login(hire(paper("The Other Paper"), "keyholder", "stranger"))
    client.raise_request_exception = False
    opened, told = 0, []
    for one in HERE:
        if doors.door_of(one.name).about or one.name in ("account_logout", "wagtailadmin_logout"):
            continue
        # A word that nobody wrote: what a page only repeats of the search, it repeats of this one as often.
        said = {}
        for word in (CANARY, "Quitzow", ""):
            with transaction.atomic():
                answer = client.get(address(one, ground) + (f"?q={word}&words={word}" if word else ""))
                text = b"".join(answer.streaming_content) if answer.streaming else answer.content
                transaction.set_rollback(True)
            said[word] = text.decode(errors="replace").casefold().count(word.casefold() or CANARY.casefold())
        opened += answer.status_code == 200
        if said[CANARY] != said["Quitzow"] or said[""]:
            told.append(one.name)
    print(f"{opened} lists and forms, {len(told)} tell of the other paper")
    credit = Credit.objects.create(story_id=ground["story"], name=f"Ada {CANARY}", organisation=f"{CANARY} Wire")
    for what in ("people", "organisations"):
        assert client.get(f"/newsroom/suggest/{what}/?q={CANARY}").json() == {"names": []}, what
    client.force_login(hire(title, "editor", "ours"))
    assert credit.name in client.get(f"/newsroom/suggest/people/?q={CANARY}").json()["names"]
    assert opened > 60
    assert "\n".join(told) == ""


def test_a_colleague_of_two_papers_is_in_one_at_a_time(client, title, ground) -> None:
    other = paper("The Other Paper")
    user = hire(title, "editor")
    assert "Papers" not in client.get("/newsroom/").content.decode()
    Appointment.objects.create(user=user, role="editor", title=other)
    client.force_login(user)
    assert CANARY in client.get("/newsroom/stories/").content.decode()
    assert "Go to The Other Paper" in client.get("/newsroom/papers/").content.decode()
    client.post("/newsroom/papers/", {"paper": other.pk})
    assert CANARY not in client.get("/newsroom/stories/").content.decode()
    assert CANARY in client.get(f"/newsroom/stories/{ground['story']}/").content.decode(), "a link leads to its paper"
    assert client.post("/newsroom/papers/", {"paper": Title.objects.create(name="Third").pk}).status_code == 404


def test_an_editor_of_one_section_works_there_and_reads_elsewhere(client, title, ground) -> None:
    sport = title.sections.get(slug="sport")
    client.force_login(hire(title, "editor", "sports-editor", sport))
    pk = ground["story"]
    assert client.get(f"/newsroom/stories/{pk}/").status_code == 200
    assert client.get(f"/newsroom/stories/edit/{pk}/")["Location"] == f"/newsroom/stories/{pk}/"
    assert client.post(f"/newsroom/stories/{pk}/withdraw/", {"reason": "x"}).status_code == 403
    assert client.get("/newsroom/audit/").status_code == 403
    assert Story.objects.get(pk=pk).state == "published"
    Story.objects.filter(pk=pk).update(section=sport)
    assert client.get(f"/newsroom/stories/edit/{pk}/").status_code == 200
    client.post(f"/newsroom/stories/{pk}/withdraw/", {"reason": "Wrong bridge"})
    assert Story.objects.get(pk=pk).state == "withdrawn"


def test_a_reporter_works_on_own_drafts_and_not_on_public_stories(client, title, ground) -> None:
    reporter = hire(title, "reporter")
    client.force_login(reporter)
    copy = actions.Copy(headline="Mine", body="<p>Mine.</p>")
    mine = actions.file_story(title=title, section=title.sections.first(), copy=copy, user=reporter)
    assert client.get(f"/newsroom/stories/edit/{mine.pk}/").status_code == 200
    assert client.post(f"/newsroom/stories/{mine.pk}/publish/").status_code == 403
    actions.publish_as_filed(story=mine)
    assert client.get(f"/newsroom/stories/edit/{mine.pk}/").status_code == 302
    assert client.post(f"/newsroom/stories/edit/{mine.pk}/", {"headline": "Changed"}).status_code == 403


def test_no_keyholder_makes_themselves_or_others_all_powerful(client, title) -> None:
    chief = User.objects.create_superuser("keeper", "", "a long password")
    client.force_login(hire(title, "keyholder"))
    data = {"username": "new", "first_name": "N", "last_name": "W", "password1": "a very long one", "password2": "a very long one",
            "role": "reporter", "is_superuser": "on"}  # fmt: skip
    assert client.post("/newsroom/users/new/", data).status_code == 302
    made = User.objects.get(username="new")
    assert (made.is_superuser, made.appointments.get().role) == (False, "reporter")
    client.post(f"/newsroom/users/edit/{chief.pk}/", data | {"username": "keeper", "is_active": "on"})
    chief.refresh_from_db()
    assert chief.check_password("a long password") and chief.is_superuser


@pytest.mark.parametrize(("role", "may"), [("reporter", True), ("moderator", False)])
def test_who_brings_pictures_in(client, title, role, may) -> None:
    """Wagtail asks its groups and collections for this by itself; here it asks the role."""
    client.force_login(hire(title, role))
    assert (client.get("/newsroom/images/multiple/add/").status_code == 200) is may
    picture = a_picture()
    assert client.get("/newsroom/images/chooser/").status_code == 200
    assert (client.get(f"/newsroom/images/{picture.pk}/").status_code == 200) is may
    assert client.post(f"/newsroom/images/{picture.pk}/delete/").status_code == 403
    assert Picture.objects.filter(pk=picture.pk).exists()
