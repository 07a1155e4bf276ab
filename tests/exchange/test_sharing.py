"""Between the papers of a house: offered, taken with one click, followed in everything."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from masthead.exchange import sharing
from masthead.exchange.models import Route, Share
from masthead.kit import clock
from masthead.people.models import Appointment, Organisation, User
from masthead.press import run
from masthead.stories import actions, diary, gate
from masthead.stories.actions.file import Copy
from masthead.stories.models import Correction, Story
from masthead.titles.models import Section, Title
from tests import reader
from tests.conftest import small_paper

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
BODY = "<p>The ferry stops at noon.</p><p>The pier is closed.</p><p>Tickets stay valid.</p>"


@pytest.fixture(autouse=True)
def any_host(settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def title(db, fresh_store) -> Title:
    made = small_paper()
    made.base_url = "http://paper.example"
    made.save()
    return made


@pytest.fixture
def sister(title) -> Title:
    made = Title.objects.create(name="The Sister", base_url="http://sister.example", language="en", time_zone="UTC")
    Section.objects.create(title=made, name="Region", slug="region")
    return made


@pytest.fixture
def story(title) -> Story:
    copy = Copy(headline="Ferry stops at noon", body=BODY, credits=(actions.CopyCredit("Mia Solberg"),))
    return actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))


def settle() -> None:
    while diary.work_off():
        pass


def taken(story: Story, sister: Title, publish: bool = True, **wishes) -> Story:
    share = sharing.offer(story=story, to=sister, **wishes)
    made = sharing.take(share=share, section=sister.sections.first(), publish=publish)
    settle()
    return made


def edit(story: Story, old: str, new: str) -> None:
    """An editor changes words in the draft and publishes it."""
    now = Story.objects.get(pk=story.pk)
    assert old in str(now.body)
    draft = now.latest_revision.as_object() if now.latest_revision else now
    draft.body = json.dumps(draft.body.get_prep_value(), ensure_ascii=False).replace(old, new)
    actions.publish(revision=draft.save_revision())


def again(story: Story) -> Story:
    return Story.objects.get(pk=story.pk)


def test_a_taken_story_is_public_there_and_says_whose_it_is(title, sister, story) -> None:
    copy = taken(story, sister)
    page = reader.get(sister, copy.path or "")
    assert page.status == 200 and "The ferry stops at noon." in page.text and "Mia Solberg" in page.text
    assert f'<link rel="canonical" href="{title.base_url}{story.path}"' in page.text, "search engines keep the original's address"
    assert "The Test Paper" in page.text
    assert "Ferry stops at noon" in reader.get(sister, "/").text and "Ferry stops at noon" in reader.get(title, "/").text


def test_an_offer_is_nothing_that_readers_see(title, sister, story) -> None:
    sharing.offer(story=story, to=sister)
    settle()
    assert Share.objects.get().state == "offered" and "Ferry" not in reader.get(sister, "/").text
    assert sister.stories.count() == 0


def test_taking_twice_takes_once(sister, story) -> None:
    share = sharing.offer(story=story, to=sister)
    section = sister.sections.first()
    one, two = (sharing.take(share=share, section=section) for _ in range(2))
    assert one.pk == two.pk and sister.stories.count() == 1 and not one.live


def kill(story: Story) -> None:
    actions.obey(story=story, orders=actions.Orders("canceled", reason="It is wrong."), by="The agency")


def withdraw(story: Story) -> None:
    actions.withdraw(story=story, reason="It was wrong.")


def hold(story: Story) -> None:
    actions.hold(story=story, reason="Wait.")


@pytest.mark.parametrize(("act", "order"), [(kill, "canceled"), (withdraw, "canceled"), (hold, "withheld")])
def test_an_order_holds_there_before_anything_else_is_done(title, sister, story, act, order) -> None:
    copy = taken(story, sister)
    act(again(story))
    there = again(copy)
    assert not gate.allows(there) and there.order_pubstatus != "usable", "in the same transaction, no worker needed"
    settle()
    assert again(copy).order_pubstatus == order
    assert reader.get(sister, copy.path or "").status in (404, 410) and "Ferry stops" not in reader.get(sister, "/").text


@pytest.mark.django_db(transaction=True)
def test_the_printed_pages_are_gone_before_the_diary_is_worked_off(title, sister, story) -> None:
    copy = taken(story, sister)
    assert reader.get(sister, copy.path or "").status == reader.get(title, story.path or "").status == 200
    kill(again(story))
    for at, one in ((title, story), (sister, copy)):
        assert run.store_of(at).get(one.path or "") is None
        assert reader.get(at, one.path or "").status == 410


def test_a_kill_wins_over_local_edits_and_over_a_sharing_that_fails(title, sister, story, monkeypatch) -> None:
    copy = taken(story, sister)
    edit(copy, "noon", "midnight")

    def broken(share: Share) -> None:
        raise RuntimeError("the exchange is broken")

    with monkeypatch.context() as m:
        m.setattr("masthead.exchange.copying.orders_of", broken)
        kill(again(story))
    assert again(story).state == "withdrawn", "what is wrong with the exchange keeps no kill from its own paper"
    assert gate.allows(again(copy))
    settle()
    assert not gate.allows(again(copy)), "the diary repeats it"


def test_what_was_taken_back_can_not_be_taken(sister, story) -> None:
    share = sharing.offer(story=story, to=sister)
    withdraw(story)
    with pytest.raises(sharing.CannotShare, match="taken it back"):
        sharing.take(share=share, section=sister.sections.first(), publish=True)
    assert sister.stories.count() == 0


def test_a_market_embargo_is_obeyed(title, sister, story) -> None:
    with clock.frozen(NOW):
        copy = taken(story, sister, embargo_until=NOW + timedelta(hours=3))
        assert reader.get(sister, copy.path or "").status == 404 and reader.get(title, story.path or "").status == 200
    with clock.frozen(NOW + timedelta(hours=3)):
        actions.release_due()
        settle()
        assert reader.get(sister, copy.path or "").status == 200


def test_an_update_and_its_note_follow(title, sister, story) -> None:
    copy = taken(story, sister)
    edit(story, "noon", "one o’clock")
    settle()
    page = reader.get(sister, copy.path or "")
    assert "one o’clock" in page.text and "at noon." not in page.text
    notes = again(copy).corrections.all()
    assert [n.text for n in notes] == [n.text for n in again(story).corrections.all()] and len(notes) == 1


def test_a_correction_follows_in_its_own_words_and_goes_when_it_is_taken_back(title, sister, story) -> None:
    copy = taken(story, sister)
    note = actions.correct(story=story, kind=Correction.Kind.CORRECTION, text="It was two ferries.")
    settle()
    assert "It was two ferries." in reader.get(sister, copy.path or "").text
    assert "It was two ferries." in reader.get(sister, "/corrections/").text
    actions.amend(note=note, text="It was three ferries.")
    settle()
    assert [n.text for n in again(copy).corrections.all()] == ["It was three ferries."]
    actions.retract_note(note=note)
    settle()
    assert not again(copy).corrections.exists()


def test_local_edits_are_merged(title, sister, story) -> None:
    copy = taken(story, sister)
    edit(copy, "Tickets stay valid.", "Tickets of our line stay valid.")
    edit(story, "noon", "one o’clock")
    settle()
    page = reader.get(sister, copy.path or "").text
    assert "one o’clock" in page and "Tickets of our line" in page
    assert not Share.objects.get().update_waiting


def test_edits_of_the_same_words_wait_for_a_person(title, sister, story) -> None:
    copy = taken(story, sister)
    edit(copy, "noon", "midnight")
    edit(story, "noon", "one o’clock")
    settle()
    assert "midnight" in reader.get(sister, copy.path or "").text
    assert Share.objects.get().update_waiting
    assert "one o’clock" in again(copy).desk_notes.get().text.reveal(), "nothing is lost silently"


def test_what_may_not_be_shared(title, sister, story) -> None:
    aldine = Organisation.objects.create(name="Aldine Wire", slug="aldine")
    wire = actions.file_story(title=title, section=title.sections.first(), copy=Copy(headline="Wire", body=BODY, agency=aldine))
    draft = actions.file_story(title=title, section=title.sections.first(), copy=Copy(headline="Draft", body=BODY))
    copy = taken(story, sister)
    cases = [(actions.publish_as_filed(story=wire), sister, "not ours"), (draft, sister, "Only a published"), (story, title, "already"), (copy, title, "another paper")]
    for one, to, word in cases:
        with pytest.raises(sharing.CannotShare, match=word):
            sharing.offer(story=one, to=to)
    assert Share.objects.count() == 1


def test_who_may(title, sister, story) -> None:
    reporter = User.objects.create_user("rita", password="x")
    Appointment.objects.create(user=reporter, title=title, role="reporter")
    with pytest.raises(sharing.CannotShare, match="may not"):
        sharing.offer(story=story, to=sister, user=reporter)
    share = sharing.offer(story=story, to=sister)
    with pytest.raises(sharing.CannotShare, match="may not"):
        sharing.take(share=share, section=sister.sections.first(), user=reporter)
    assert sister.stories.count() == 0


def test_a_route_brings_an_agencys_copy_and_its_kill(title, sister) -> None:
    aldine = Organisation.objects.create(name="Aldine Wire", slug="aldine")
    Route.objects.create(title=title, to=sister, agency=aldine, section=sister.sections.first(), publish=True)
    wire = actions.file_story(title=title, section=title.sections.first(), copy=Copy(headline="Quay reopens", body=BODY, agency=aldine, wire_guid="q"))
    own = actions.file_story(title=title, section=title.sections.first(), copy=Copy(headline="Our own", body=BODY))
    for one in (wire, own):
        actions.publish_as_filed(story=one)
    settle()
    assert [s.display_headline for s in sister.stories.all()] == ["Quay reopens"]
    copy = sister.stories.get()
    assert reader.get(sister, copy.path or "").status == 200 and copy.agency == aldine
    kill(again(wire))
    settle()
    assert reader.get(sister, copy.path or "").status == 410
    assert run.store_of(sister).root != run.store_of(title).root


def test_what_is_behind_a_host_is_that_papers_alone(title, sister, story) -> None:
    """The same path asked of the other paper is nothing there: not the page, not the search, not the short address."""
    settle()
    assert reader.get(title, story.path or "").status == 200
    assert reader.get(sister, story.path or "").status == 404
    assert "Ferry" not in reader.get(sister, "/search/?q=ferry").text.replace("ferry", "")
    assert "Ferry" in reader.get(title, "/search/?q=ferry").text
