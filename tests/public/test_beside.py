"""What stands beside stories: notices and events, standing pages, redirects, short links, a missing page that helps."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.people.models import Person, User
from masthead.pictures import taking
from masthead.press import addresses, darkroom, run
from masthead.stories import actions, diary
from masthead.stories.models import Notice, Story
from masthead.titles import standing
from masthead.titles.models import Redirect, StandingPage
from tests import reader
from tests.pictures.made import jpeg

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def event(title, **more: object) -> Notice:
    said = {"name": "Lantern walk", "starts_at": NOON + timedelta(days=2), "venue": "Lower Quay", "summary": "Bring a lamp."}
    return actions.publish_notice(notice=Notice(title=title, kind="event", **(said | more)))


def nodes(page: str) -> list[dict]:
    return [json.loads(found) for found in re.findall(r'ld\+json">(.*?)</script>', page)]


def test_an_event_has_a_page_a_place_in_the_list_and_says_so_to_machines(title) -> None:
    with clock.frozen(NOON):
        one = event(title, ends_at=NOON + timedelta(days=2, hours=3), price="free", placed_by="Quay Choir")
        diary.work_off()
        assert one.path == "/events/lantern-walk-2026-11-22/"
        page = reader.get(title, one.path)
        assert page.status == 200 and "Lantern walk" in page.text and "Lower Quay" in page.text
        node = nodes(page.text)[0]
        assert (node["@type"], node["startDate"]) == ("Event", "2026-11-22T12:00:00+00:00")
        assert node["eventStatus"] == "https://schema.org/EventScheduled"
        assert node["location"] == {"@type": "Place", "name": "Lower Quay"}
        assert "Lantern walk" in reader.get(title, "/events/").text
        assert one.path in reader.get(title, "/sitemap-pages.xml").text
        assert 'href="/events/"' in reader.get(title, "/").text
        assert 'href="/obituaries/"' not in reader.get(title, "/").text
        one.event_status = "EventCancelled"
        actions.change_notice(notice=one)
        diary.work_off()
        assert "Cancelled" in reader.get(title, one.path).text and "Cancelled" in reader.get(title, "/events/").text
        clock.advance(timedelta(days=2, hours=3))
        assert "Lantern walk" not in reader.get(title, "/events/").text
        assert reader.get(title, one.path).status == 200


@pytest.mark.parametrize("worker", [True, False])
def test_the_gate_opens_and_closes_a_notice_at_its_seconds(title, worker) -> None:
    with clock.frozen(NOON):
        picture = taking.take(jpeg(), name="a.jpg").picture
        times = {"publish_from": NOON + timedelta(hours=1), "publish_until": NOON + timedelta(hours=2)}
        one = Notice(title=title, kind="obituary", name="Canary Person", picture=picture, died=date(2026, 11, 1), **times)
        one = actions.publish_notice(notice=one)
        diary.work_off()
        where = [one.path, "/obituaries/", "/sitemap-pages.xml"]
        rendition = darkroom.wanted(picture)[0]

        def seen() -> list[str]:
            if worker:
                run.catch_up(title)
            return [p for p in where if "anary" in reader.get(title, p).text and reader.get(title, p).status == 200]

        assert seen() == [] and reader.get(title, rendition).status == 404
        clock.advance(timedelta(hours=1))
        assert seen() == where and reader.get(title, rendition).status == 200
        clock.advance(timedelta(hours=1))
        assert seen() == []
        assert "Canary" not in "".join(reader.get(title, p).text for p in where)


def test_a_withdrawn_notice_is_gone_and_says_no_word_of_it(title) -> None:
    one = event(title)
    diary.work_off()
    actions.withdraw_notice(notice=one, by="Nell")
    diary.work_off()
    answer = reader.get(title, one.path)
    assert answer.status == 410 and "Lantern" not in answer.text
    assert "Lantern" not in reader.get(title, "/events/").text + reader.get(title, "/sitemap-pages.xml").text
    assert 'href="/events/"' not in reader.get(title, "/").text


def test_a_section_of_that_name_from_before_keeps_its_address(title) -> None:
    title.sections.create(name="Events", slug="events")
    assert "<h1>Events</h1>" in reader.get(title, "/events/").text
    event(title)
    diary.work_off()
    assert reader.get(title, "/events/lantern-walk-2026-11-22/").status in (200, 404)


@pytest.fixture
def desk(client, title):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    return client


FORM = {
    "kind": "event", "name": "Harbour swim", "summary": "", "body": "null", "placed_by": "", "born": "", "died": "",
    "starts_at": "2026-12-01 10:00", "ends_at": "", "event_status": "EventScheduled", "venue": "", "address": "",
    "price": "", "url": "", "publish_from": "", "publish_until": "", "picture": "",
}  # fmt: skip


def test_an_editor_publishes_changes_and_withdraws_a_notice(desk, title) -> None:
    title.time_zone = "America/Chicago"
    title.save()
    add = "/newsroom/snippets/stories/notice/add/"
    assert desk.post(add, FORM | {"decision": "draft", "starts_at": ""}).status_code == 200
    assert desk.post(add, FORM | {"decision": "draft"}).status_code == 302
    one = Notice.objects.get()
    assert (one.state, one.path, one.starts_at) == ("draft", None, datetime(2026, 12, 1, 16, 0, tzinfo=UTC))
    edit = f"/newsroom/snippets/stories/notice/edit/{one.pk}/"
    assert desk.get(edit).status_code == 200
    with clock.frozen(NOON):
        for decision, status in (("published", 200), ("withdrawn", 410)):
            assert desk.post(edit, FORM | {"decision": decision}).status_code == 302
            diary.work_off()
            one.refresh_from_db()
            assert reader.get(title, one.path).status == status, decision
    verbs = list(one.title.notices.model.objects.get().title.stories.values_list("pk"))
    assert verbs == []
    for path in ("/newsroom/snippets/stories/notice/", "/newsroom/snippets/titles/redirect/", "/newsroom/snippets/titles/standingpage/"):
        assert desk.get(path).status_code == 200


def test_standing_pages_stand_at_the_foot_and_in_the_policies(desk, title) -> None:
    Person.objects.create(name="Nell Hargrave", slug="nell", job_title="Editor", email="nell@example.org")
    reader.get(title, "/")
    for kind, name in (("ethics", "How we work"), ("staff", "Who we are"), ("unnamed-sources", "Unnamed sources")):
        data = {"kind": kind, "name": name, "slug": "", "body": "null", "live": "on", "in_footer": "on", "sort_order": "0"}
        assert desk.post("/newsroom/snippets/titles/standingpage/add/", data).status_code == 302
    run.catch_up(title)
    front = reader.get(title, "/")
    for path in ("/about/ethics/", "/about/staff/", "/about/unnamed-sources/"):
        assert f'href="{path}"' in front.text
        assert reader.get(title, path).status == 200
    assert "Nell Hargrave" in reader.get(title, "/about/staff/").text
    publisher = nodes(front.text)[0]["publisher"]
    assert publisher["ethicsPolicy"] == "http://testserver/about/ethics/"
    assert publisher["unnamedSourcesPolicy"] == "http://testserver/about/unnamed-sources/"
    assert "/about/ethics/" in reader.get(title, "/sitemap-pages.xml").text
    page = StandingPage.objects.get(kind="ethics")
    data = {"kind": "ethics", "name": "How we work", "slug": "", "body": "null", "in_footer": "on", "sort_order": "0"}
    assert desk.post(f"/newsroom/snippets/titles/standingpage/edit/{page.pk}/", data).status_code == 302
    run.catch_up(title)
    assert reader.get(title, "/about/ethics/").status == 404
    assert "/about/ethics/" not in reader.get(title, "/").text


def test_a_renamed_section_leads_from_its_old_address_with_all_below_it(desk, title) -> None:
    section = title.sections.get(slug="sport")
    for slug in ("games", "play"):
        data = {"title": title.pk, "name": "Games", "slug": slug, "description": "", "sort_order": 1}
        assert desk.post(f"/newsroom/snippets/titles/section/edit/{section.pk}/", data).status_code == 302
    run.catch_up(title)
    for old, new in (("/sport/", "/play/"), ("/sport/feed.rss", "/play/feed.rss"), ("/games/", "/play/"), ("/sport", "/play/")):
        answer = reader.get(title, old)
        assert (answer.status, answer.headers.get("location")) == (301, new), old
        assert answer.headers["cache-control"] == "public, no-cache"
    back = {"title": title.pk, "name": "Sport", "slug": "sport", "description": "", "sort_order": 1}
    assert desk.post(f"/newsroom/snippets/titles/section/edit/{section.pk}/", back).status_code == 302
    run.catch_up(title)
    assert reader.get(title, "/sport/").status == 200
    assert reader.get(title, "/games/").headers["location"] == "/sport/"
    assert not Redirect.objects.filter(old="/sport/").exists()


@pytest.mark.parametrize(
    "old, new, folder, well",
    [
        ("/fair/", "/events/", False, True),
        ("/fair/", "https://fair.example.org/x?y=1", False, True),
        ("fair", "/events/", False, False),
        ("/fair/", "javascript:alert(1)", False, False),
        ("/fair/", "//evil.example.org/", False, False),
        ("/fair/", "/\\evil.example.org/", False, False),
        ("/fair/", "/fair/", False, False),
        ("/fair/", "/fair/deeper/", True, False),
        ("/a/", "/b/", False, False),
        ("/newsroom/x/", "/events/", False, False),
        ("/fair/", "relative/", False, False),
        ("/?p=5", "/events/", False, True),
        ("/story.php?id=5", "/events/", False, True),
        ("/story.php?id=5", "/events/", True, False),
        ("/?q=words", "/events/", False, False),
        ("/?p=5&q=6", "/events/", False, False),
    ],
)
def test_an_editors_redirect(desk, title, old, new, folder, well) -> None:
    Redirect.objects.create(title=title, old="/b/", new="/a/")
    data = {"old": old, "new": new} | ({"folder": "on"} if folder else {})
    answer = desk.post("/newsroom/snippets/titles/redirect/add/", data)
    assert answer.status_code == (302 if well else 200)
    assert Redirect.objects.filter(old=old.strip(), new=new).exists() == well
    if well:
        assert reader.get(title, old).headers["location"] == new


def test_a_page_wins_over_a_redirect_and_a_query_goes_along(title) -> None:
    Redirect.objects.create(title=title, old="/world/", new="/elsewhere/")
    Redirect.objects.create(title=title, old="/old-world/", new="/world/", folder=True)
    assert reader.get(title, "/world/").status == 200
    assert reader.get(title, "/old-world/?from=mail").headers["location"] == "/world/?from=mail"
    assert standing.find(title, "/old-worldly/") is None


def published(title, headline: str) -> Story:
    filed = actions.file_story(title=title, section=title.sections.first(), copy=actions.Copy(headline=headline, body="<p>x</p>"))
    story = actions.publish_as_filed(story=filed)
    diary.work_off()
    return story


def test_short_links_go_where_readers_may_go(title) -> None:
    story = published(title, "Tide mill reopens after winter")
    path = addresses.short(story)
    assert (reader.get(title, path).status, reader.get(title, path).headers["location"]) == (301, story.path)
    assert reader.get(title, path.upper().replace("/S/", "/s/")).status == 301
    assert f'rel="shortlink" href="http://testserver{path}"' in reader.get(title, story.path).text
    actions.hold(story=story)
    diary.work_off()
    answer = reader.get(title, path)
    assert answer.status == 404 and "tide-mill" not in str(answer.headers) + answer.text.replace(path, "")


def test_short_codes_are_their_own_and_slips_are_noticed() -> None:
    codes = {addresses.short_code(n): n for n in range(1, 4000)}
    assert len(codes) == 3999
    assert all(addresses.short_number(code) == n for code, n in codes.items())
    slips = [c[:-1] + letter for c in list(codes)[:300] for letter in "abc" if letter != c[-1]]
    assert [s for s in slips if addresses.short_number(s)] == []


def test_a_missing_page_looks_for_what_was_meant(title) -> None:
    story = published(title, "Tide mill reopens after winter")
    from masthead.public import finding

    finding._kept.clear()
    answer = reader.get(title, "/2024/01/01/tide-mill-reopens-aftr-winter/")
    assert answer.status == 404 and answer.headers["cache-control"] == "no-store"
    assert f'href="{story.path}"' in answer.text
    assert 'action="/search/"' in answer.text and 'value="tide mill reopens aftr winter"' in answer.text
    actions.withdraw(story=story)
    diary.work_off()
    gone = reader.get(title, "/2024/01/01/tide-mill-reopens-aftr-winter/").text
    assert "Tide mill" not in gone and story.path not in gone
    assert reader.get(title, "/wp-login.php").status == 404


def test_the_search_finds_what_readers_may_see(title) -> None:
    story = published(title, "Tide mill reopens after winter")
    for words, found in (("tide mill", True), ("MILL winter", True), ("mill nowhere", False), ("", False), ("%22%3E%3Cscript%3E", False)):
        page = reader.get(title, f"/search/?q={words.replace(' ', '+')}")
        assert page.status == 200 and (story.path in page.text) == found, words
        assert "no-store" in page.headers["cache-control"] and "<script>" not in page.text
    actions.hold(story=story)
    assert story.path not in reader.get(title, "/search/?q=tide").text
