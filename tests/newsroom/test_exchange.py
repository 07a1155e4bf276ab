"""The exchange on the screen: offered with a tick, taken with one click, ruled by the keyholder."""

from __future__ import annotations

import pytest
from django.test import Client

from masthead.exchange.models import Partner, Route, Share
from masthead.people.models import Appointment
from masthead.stories import actions, diary
from masthead.stories.models import Story
from masthead.titles.models import Section, Title
from tests import reader
from tests.staff import hire


@pytest.fixture
def sister(title) -> Title:
    made = Title.objects.create(name="The Sister", base_url="http://sister.example", language="en", time_zone="UTC")
    Section.objects.create(title=made, name="Region", slug="region")
    return made


@pytest.fixture
def story(title) -> Story:
    copy = actions.Copy(headline="Ferry stops at noon", body="<p>The ferry stops.</p>")
    return actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))


def signed_in(title: Title, role: str, name: str = "") -> Client:
    client = Client()
    client.force_login(hire(title, role, name))
    return client


def said(answer) -> str:
    return answer.content.decode()


def test_offered_with_a_tick_and_taken_with_one_click(title, sister, story) -> None:
    ours, theirs = signed_in(title, "editor", "ours"), signed_in(sister, "editor", "theirs")
    assert "Ferry stops at noon" in said(ours.get("/newsroom/exchange/"))
    done = ours.post("/newsroom/exchange/offer/", {"story": story.pk, "to": [sister.pk]}, follow=True)
    assert "is offered to The Sister" in said(done)
    screen = said(theirs.get("/newsroom/exchange/"))
    assert "Ferry stops at noon" in screen and "Take and publish" in screen
    share = Share.objects.get()
    done = theirs.post(f"/newsroom/exchange/{share.pk}/take/", {"do": "publish"}, follow=True)
    assert "is in the paper" in said(done)
    while diary.work_off():
        pass
    copy = Share.objects.get().copy
    assert copy and copy.section.title == sister and reader.get(sister, copy.path or "").status == 200
    assert "Take and publish" not in said(theirs.get("/newsroom/exchange/"))


def test_passed_over(title, sister, story) -> None:
    share = Share.objects.create(story=story, to=sister)
    theirs = signed_in(sister, "editor")
    assert "was passed over" in said(theirs.post(f"/newsroom/exchange/{share.pk}/take/", {"do": "pass"}, follow=True))
    assert Share.objects.get().state == "passed" and sister.stories.count() == 0


def test_what_was_withdrawn_is_not_offered_any_more(title, sister, story) -> None:
    share = Share.objects.create(story=story, to=sister)
    actions.withdraw(story=story, reason="Wrong.")
    theirs = signed_in(sister, "editor")
    assert "Ferry" not in said(theirs.get("/newsroom/exchange/"))
    assert "taken it back" in said(theirs.post(f"/newsroom/exchange/{share.pk}/take/", {"do": "publish"}, follow=True))
    assert sister.stories.count() == 0


def test_another_papers_offer_is_a_404(title, sister, story) -> None:
    third = Title.objects.create(name="The Third", base_url="http://third.example")
    share = Share.objects.create(story=story, to=third)
    theirs = signed_in(sister, "editor")
    assert theirs.post(f"/newsroom/exchange/{share.pk}/take/", {"do": "take"}).status_code == 404
    assert theirs.post("/newsroom/exchange/offer/", {"story": story.pk, "to": [third.pk]}).status_code == 404
    assert Share.objects.get().state == "offered"


def test_a_reporter_takes_onto_the_desk_and_not_into_the_paper(title, sister, story) -> None:
    share = Share.objects.create(story=story, to=sister)
    theirs = signed_in(sister, "reporter")
    assert "may not" in said(theirs.post(f"/newsroom/exchange/{share.pk}/take/", {"do": "publish"}, follow=True))
    assert sister.stories.count() == 0
    assert "on the desk" in said(theirs.post(f"/newsroom/exchange/{share.pk}/take/", {"do": "take"}, follow=True))
    assert sister.stories.get().state == "draft"


def test_routes_and_partners_are_for_who_makes_the_rules(title, sister) -> None:
    keyholder, reporter = signed_in(title, "keyholder"), signed_in(title, "reporter")
    route = {"do": "route", "to": sister.pk, "agency": "", "minutes": "90"}
    assert reporter.post("/newsroom/exchange/rules/", route).status_code in (302, 403) and not Route.objects.exists()
    assert "From now on" in said(keyholder.post("/newsroom/exchange/rules/", route, follow=True))
    made = Route.objects.get()
    assert (made.to, made.agency, made.embargo_minutes, made.publish) == (sister, None, 90, False)
    into = {**route, "publish": "yes"}
    assert "may not publish in The Sister" in said(keyholder.post("/newsroom/exchange/rules/", into, follow=True))
    Appointment.objects.create(user=Appointment.objects.get(title=title, role="keyholder").user, title=sister, role="editor")
    assert "From now on" in said(keyholder.post("/newsroom/exchange/rules/", into, follow=True))
    assert "is gone" in said(keyholder.post("/newsroom/exchange/rules/", {"do": f"unroute-{made.pk}"}, follow=True))
    partner = {"do": "partner", "name": "Far", "address": "no address", "secret": "whsec_YWJj"}
    assert "valid URL" in said(keyholder.post("/newsroom/exchange/rules/", partner, follow=True))
    partner["address"] = "https://far.example.org/wire/push/word"
    done = said(keyholder.post("/newsroom/exchange/rules/", partner, follow=True))
    assert "can be given stories" in done and "YWJj" not in done and "YWJj" not in Partner.objects.get().sealed
