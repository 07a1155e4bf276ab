"""The whole product in its one process: a dropped file is news, a broken one harms nothing, pages read well."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.house import BROWSER_FLAGS, House, chromium, running
from tests.wire.made import g2

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Sound</title><link>https://sound.example.org</link>
<item><title>Lantern parade returns</title><link>https://sound.example.org/lantern</link>
<dc:creator>Sound Newsource</dc:creator><guid isPermaLink="false">sound-77</guid>
<content:encoded><![CDATA[<p>By Zoë Åkerlund and Tam O&#8217;Dowd, Sound</p><p>(Sound) &#8212; The lantern parade will return to the
quay in spring after two years away, the organisers said on Monday in a packed hall.</p><h2>Paper and wire</h2><p>Schools will
make four hundred lanterns from paper and wire, a teacher said.</p><p>The-Sound-Wire<br />&#8482; &amp; &#169; 2026 Sound News
Network, Inc. All rights reserved.</p>]]></content:encoded></item></channel></rss>"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house"), "--name", "The Real Paper", "--section", "News") as one:
        yield one


@pytest.fixture(scope="module")
def story(house) -> str:
    """The path of a story that came over the wire."""
    (house.inbox / "lantern.xml").write_text(RSS)
    (house.inbox / "ferry-first.xml").write_bytes(g2(guid="tag:first", headline="First ferry", body="It sails. " * 20))
    house.wait_for("/", "First ferry")
    house.wait_for("/", "Lantern parade returns")
    found = re.search(r'href="(/20[^"]*lantern[^"]*)"', house.get("/")[1])
    assert found
    return found[1]


def test_a_dropped_file_is_soon_on_the_front_page(house) -> None:
    (house.inbox / "ferry.xml").write_bytes(g2(headline="Ferry dropped in", body="The ferry is late. " * 10))
    took = house.wait_for("/", "Ferry dropped in")
    print(f"file to front page: {took:.2f} s")
    assert not (house.inbox / "ferry.xml").exists()
    assert len(list((house.home / "data" / "wire" / "kept").glob("*/*.gz"))) >= 1


def test_a_broken_file_goes_to_quarantine_and_harms_nothing(house) -> None:
    (house.inbox / "broken.xml").write_bytes(b"<rss><channel><item><title>half")
    (house.inbox / "good.xml").write_bytes(g2(guid="tag:good", headline="Good beside bad", body="All is well. " * 10))
    house.wait_for("/", "Good beside bad")
    aside = house.home / "data" / "wire" / "quarantine"
    deadline = time.monotonic() + 6
    while not list(aside.glob("*broken.xml")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [p.name.endswith("broken.xml") for p in aside.glob("*broken.xml")] == [True]
    assert "was not published" in next(aside.glob("*broken.xml.why.txt")).read_text()


def test_the_page_shows_what_was_repaired(house, story) -> None:
    status, page = house.get(story)
    assert status == 200
    for there in ("Zoë Åkerlund", "Tam O’Dowd", "Paper and wire", "Sound News", "Sound Newsource"):
        assert there in page, there
    body = page[page.index("<h1") :]
    assert "The-Sound-Wire" not in body
    assert "By Zoë Åkerlund and Tam O’Dowd, Sound</p>" not in body


@pytest.fixture(scope="module")
def browser() -> Iterator:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield one
        one.close()


PAGES = ["/", "/news/", "story", "/topics/ferries/", "/corrections/", "/about/", "/contact/", "/sources/sound-newsource/"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.slow
def test_axe_finds_nothing(house, story, browser, path, scheme) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 800}, bypass_csp=True)
    page = context.new_page()
    assert page.goto(house.url + (story if path == "story" else path)).status == 200
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    assert found.violations_count == 0, found.generate_report()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_without_javascript(house, story, browser, path) -> None:
    context = browser.new_context(java_script_enabled=True, viewport={"width": 320, "height": 640})
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith(house.url) else None)
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.goto(house.url + (story if path == "story" else path))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("script:not([type='application/ld+json']):not([src^='/'])").count() == 0
    assert (outside, wrong) == ([], [])
    context.close()


@pytest.mark.browser
def test_the_first_tab_leads_past_the_menu(house, story, browser) -> None:
    page = browser.new_page()
    page.goto(house.url + story)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_an_editor_writes_publishes_and_withdraws(house, browser) -> None:
    name, password = house.sign_in()
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{house.url}/newsroom/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.goto(f"{house.url}/newsroom/stories/add/")
    page.fill("[name=headline]", "Written in the newsroom")
    page.fill("[name=standfirst]", "An editor tries the form.")
    page.select_option("[name=section]", label="News")
    page.wait_for_timeout(1500)
    page.click("button[name=action-publish]")
    page.click("button:has-text('Publish all the same')")  # Nobody is credited, and there is no text.
    page.wait_for_load_state()
    house.wait_for("/", "Written in the newsroom")
    listed = page.goto(f"{house.url}/newsroom/stories/")
    assert listed.status == 200
    page.click("a:has-text('Written in the newsroom')")
    unpublish = page.url.replace("/edit/", "/unpublish/")
    page.goto(unpublish)
    page.click("input[type=submit][value^='Yes']")
    for _ in range(50):
        if "Written in the newsroom" not in house.get("/")[1]:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the withdrawn story is still on the front page")
    page.close()


def test_originals_are_behind_the_staff_door(house) -> None:
    assert "Sign in" in house.get("/newsroom/originals/original_images/x.jpg")[1]
