"""Agency profiles on screen: an editor chooses, copies, tries and saves one, all without script."""

from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import Permission

from masthead.people.models import User
from masthead.wire import intake, profiles
from masthead.wire.models import AgencyProfile, Source, WireFile, WireItem, WireVersion
from masthead.wire.profiles import lines
from tests.wire.test_profiles import LONG, feed


@pytest.fixture
def desk(client, title):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    return client


@pytest.fixture
def source(title) -> Source:
    return Source.objects.create(title=title, name="Aldine", slug="aldine")


@pytest.fixture
def ours(desk, source) -> AgencyProfile:
    desk.post("/newsroom/wire/profiles/plain-rss/copy/")
    own = AgencyProfile.objects.get()
    desk.post(f"/newsroom/wire/profiles/source/{source.pk}/", {"profile": own.slug})
    return own


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def form(own: AgencyProfile, **changes: str) -> dict[str, str]:
    return {**lines.written(own.content), **changes}


def test_the_list_shows_sources_own_and_shipped_profiles(desk, source) -> None:
    page = text(desk.get("/newsroom/wire/profiles/"))
    assert "nothing has come yet" in page and "Copy a shipped one to change it" in page
    for slug in profiles.slugs():
        assert profiles.shipped(slug).name in page
    intake.take(feed(body=f"&lt;p&gt;(CNN) — {LONG}&lt;/p&gt;&lt;p&gt;The-CNN-Wire&lt;/p&gt;"), name="f.xml", source=source)
    assert "<td>CNN Newsource (RSS)</td>" in text(desk.get("/newsroom/wire/profiles/"))


def test_a_shipped_profile_can_be_read_and_not_changed(desk, source) -> None:
    page = text(desk.get("/newsroom/wire/profiles/dpa/"))
    assert "Europe/Berlin" in page and "<fieldset disabled>" in page and 'name="save"' not in page
    assert desk.post("/newsroom/wire/profiles/dpa/", {"name": "x", "save": "1"}).status_code == 302  # refused: to the first screen
    assert not AgencyProfile.objects.exists()
    assert desk.get("/newsroom/wire/profiles/nobody/").status_code == 404


def test_a_copy_is_changed_and_read_with(desk, source, ours) -> None:
    assert (ours.based_on, ours.slug) == ("plain-rss", "plain-rss-ours")
    answer = desk.post(f"/newsroom/wire/profiles/{ours.slug}/", form(ours, labels="STORMWATCH #", time_zone="Asia/Tokyo", save="1"))
    assert answer.status_code == 302
    intake.take(feed(title="STORMWATCH 2: Ferry stops", at="2026-11-23T10:00:00"), name="f.xml", source=Source.objects.get())
    assert WireItem.objects.get().headline == "Ferry stops"
    assert WireVersion.objects.get().stamped_at.isoformat() == "2026-11-23T01:00:00+00:00"
    ours.refresh_from_db()
    assert str(ours.changed_by) == "keeper" and "recognise" in ours.content


def test_a_trial_shows_before_and_after_and_saves_nothing(desk, source, ours) -> None:
    intake.take(feed(body=f"&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;Desk only: 555 0199&lt;/p&gt;"), name="f.xml", source=source)
    sent = form(ours, private_lines="Desk only:", duties="no-archive | 30 | Contract, section 4.")
    page = text(desk.post(f"/newsroom/wire/profiles/{ours.slug}/", {**sent, "try": "1"}))
    assert "Aldine: 1 of 1 items from 1 deliveries would be read otherwise" in page and "Nothing was saved." in page
    assert "for editors only" in page and "must not stay in the archive" in page and "(nothing)" in page
    assert "Desk only:\n" not in "\n".join(AgencyProfile.objects.get().content.get("private", {}).get("lines", []))
    assert "Desk only:" in page.split('id="private_lines"')[1]  # what was typed is still there
    same = text(desk.post(f"/newsroom/wire/profiles/{ours.slug}/", {**form(ours), "try": "1"}))
    assert "Every item reads as before." in same


def test_what_is_wrong_is_said_and_nothing_is_saved(desk, source, ours) -> None:
    before = AgencyProfile.objects.get().content
    sent = form(ours, time_zone="Mars/North", credits="AP", duties="dance | x | y\nno-archive | 30", fields="colour = a", save="1")
    answer = desk.post(f"/newsroom/wire/profiles/{ours.slug}/", sent)
    page = text(answer)
    assert answer.status_code == 422
    for said in ("“Mars/North” is no time zone", "The line “AP” needs a name", "must read: kind", "An item has no field “colour”"):
        assert said in page
    assert AgencyProfile.objects.get().content == before


def test_quarantined_files_are_tried_again_after_a_change(desk, source, ours) -> None:
    broken = WireFile.objects.create(source=source, sha256="0" * 64, name="gone.xml", size=1, state="quarantined", reason="Old reader.")
    data = feed()
    from masthead.wire import archive

    kept = WireFile.objects.create(source=source, sha256=archive.keep(data), name="f.xml", size=1, state="quarantined", reason="Old reader.")
    page = text(desk.get(f"/newsroom/wire/profiles/{ours.slug}/"))
    assert "2 files of its sources" in page
    answer = desk.post(f"/newsroom/wire/profiles/{ours.slug}/retry/", follow=True)
    assert "1 files were read, 0 still cannot be" in text(answer) and "bytes of 1 are not on this machine" in text(answer)
    kept.refresh_from_db(), broken.refresh_from_db()
    assert (kept.state, broken.state) == ("read", "quarantined")


def test_a_profile_in_use_is_not_taken_away(desk, source, ours) -> None:
    assert "in use by Aldine" in text(desk.post(f"/newsroom/wire/profiles/{ours.slug}/drop/", follow=True))
    desk.post(f"/newsroom/wire/profiles/source/{source.pk}/", {"profile": ""})
    desk.post(f"/newsroom/wire/profiles/{ours.slug}/drop/")
    assert not AgencyProfile.objects.exists()


def test_a_source_takes_only_profiles_that_exist(desk, source) -> None:
    assert "There is no profile" in text(desk.post(f"/newsroom/wire/profiles/source/{source.pk}/", {"profile": "gone"}, follow=True))
    assert Source.objects.get().profile == ""


@pytest.mark.parametrize("path", ["plain-rss/copy/", "x/retry/", "x/drop/", "source/{pk}/"])
def test_only_those_who_may_set_the_wire_change_profiles(client, title, source, path) -> None:
    reporter = User.objects.create_user("rita", password="a long password")
    reporter.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(reporter)
    client.post("/newsroom/wire/profiles/" + path.format(pk=source.pk), {"profile": "dpa"})
    assert not AgencyProfile.objects.exists() and Source.objects.get().profile == ""


def test_the_dry_run_says_which_profile_it_read_with(desk, source, ours) -> None:
    page = text(desk.post("/newsroom/wire/dry-run/", {"pasted": feed().decode(), "source": str(source.pk)}))
    assert "with the profile “Plain RSS or Atom, ours”" in page


def test_the_menu_leads_there(desk) -> None:
    assert "/newsroom/wire/profiles/" in text(desk.get("/newsroom/"))
