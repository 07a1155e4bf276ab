"""Fronts, story lines and live blogs in a real browser: arranged by keys and dragging, followed without reloading."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.house import BROWSER_FLAGS, House, chromium, running
from tests.wire.made import g2

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house"), "--name", "The Real Paper", "--section", "News") as one:
        for n, name in enumerate(("Ferry", "Bridge", "Tower", "Market")):
            data = g2(guid=f"tag:{n}", headline=f"{name} in the news", body=f"About the {name}. " * 20)
            (one.inbox / f"{n}.xml").write_bytes(data)
            one.wait_for("/", f"{name} in the news", 20)
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield one
        one.close()


@pytest.fixture(scope="module")
def desk(house, browser) -> Iterator:
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    name, password = house.sign_in()
    page.goto(f"{house.url}/newsroom/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    yield page
    page.close()


def slots(page) -> list[str]:
    return [name.split()[0] for name in page.locator(".ar-slot .ar-name").all_inner_texts()]


def axe(page, **more):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES, **more)
    assert found.violations_count == 0, found.generate_report()


def test_a_front_is_arranged_by_keys_and_by_dragging(house, desk) -> None:
    desk.goto(f"{house.url}/newsroom/fronts/home/")
    for name in ("Ferry", "Bridge", "Tower"):
        desk.get_by_role("button", name=f"Add {name} in the news").click()
        desk.wait_for_selector(f".ar-slot:has-text('{name}')")
    assert slots(desk) == ["Ferry", "Bridge", "Tower"]
    desk.locator("#slot-2").focus()
    desk.keyboard.press("Alt+ArrowUp")
    desk.wait_for_selector("#slot-1:has-text('Tower')")
    assert desk.evaluate("document.activeElement.id") == "slot-1", "the moved row keeps the focus"
    desk.keyboard.press("Alt+ArrowUp")
    desk.wait_for_selector("#slot-0:has-text('Tower')")
    assert slots(desk) == ["Tower", "Ferry", "Bridge"]
    desk.locator("#slot-0 [data-grip]").drag_to(desk.locator("#slot-2"), target_position={"x": 200, "y": 100})
    desk.wait_for_selector("#slot-2:has-text('Tower')")
    assert slots(desk) == ["Ferry", "Bridge", "Tower"]
    desk.locator("[data-story]:has-text('Market')").drag_to(desk.locator("#slot-0"), target_position={"x": 200, "y": 4})
    desk.wait_for_selector("#slot-0:has-text('Market')")
    assert slots(desk) == ["Market", "Ferry", "Bridge", "Tower"]
    desk.get_by_role("button", name="Put it live now").click()
    desk.wait_for_selector("text=live as you arranged it")
    deadline = time.monotonic() + 6
    while time.monotonic() < deadline:
        main = house.get("/")[1].partition("<main")[2]
        shown = re.findall(r">(\w+) in the news</a>", main)
        if shown[:4] == ["Market", "Ferry", "Bridge", "Tower"]:
            break
        time.sleep(0.1)
    assert shown[:4] == ["Market", "Ferry", "Bridge", "Tower"]


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_screens(house, desk, width) -> None:
    desk.set_viewport_size({"width": width, "height": 1000})
    desk.goto(f"{house.url}/newsroom/lines/")
    if not desk.locator("a:has-text('Ferries line')").count():
        desk.fill("#name", "Ferries line")
        desk.get_by_role("button", name="Begin the story line").click()
        desk.get_by_role("button", name="Add Ferry in the news").click()
    for path in ("fronts/", "fronts/home/", "fronts/home/history/", "lines/", "lines/1/", "live/", "planning/", "planning/?view=month"):
        desk.goto(f"{house.url}/newsroom/{path}")
        axe(desk, context="main")
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, path
    desk.set_viewport_size({"width": 1280, "height": 1400})


@pytest.fixture(scope="module")
def live(house, desk) -> str:
    """The address of a story that went live on the desk."""
    desk.goto(f"{house.url}/newsroom/live/")
    desk.get_by_role("button", name="Go live with Ferry in the news").click()
    desk.fill("textarea[name=text]", "The first post.")
    desk.get_by_role("button", name="Post", exact=True).click()
    desk.wait_for_selector("text=Posted.")
    path = re.search(r'href="(/20[^"]*ferry[^"]*)"', house.get("/")[1])[1]
    house.wait_for(path, "The first post.")
    return path


def test_posts_come_by_themselves_and_a_struck_one_goes(house, browser, desk, live) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.clock.install()
    page.goto(house.url + live)
    assert page.locator(".post").count() == 1
    desk.goto(f"{house.url}/newsroom/live/")
    desk.fill("textarea[name=text]", "The second post.")
    desk.get_by_role("button", name="Post", exact=True).click()
    house.wait_for(live + "live.html", "The second post.")
    page.clock.run_for(16000)
    page.get_by_role("button", name="New posts: 1").click()
    assert [t.strip() for t in page.locator(".post .text").all_inner_texts()] == ["The second post.", "The first post."]
    assert page.evaluate("document.activeElement.id") == "post-2"
    desk.get_by_text("Change", exact=True).first.click()
    desk.get_by_role("button", name="Strike the post").first.click()
    desk.wait_for_selector("text=gone from every page")
    deadline = time.monotonic() + 6
    while "The second post." in house.get(live + "live.html")[1] and time.monotonic() < deadline:
        time.sleep(0.05)
    page.clock.run_for(16000)
    page.locator("#post-2").wait_for(state="detached")
    assert wrong == []
    context.close()


def test_a_live_page_reads_well_without_script(house, browser, live) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(house.url + live)
    assert "The first post." in page.inner_text("main")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1300])
def test_axe_finds_nothing_on_the_public_pages(house, browser, desk, live, scheme, width) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    for path in ("/", live, "/stories-so-far/", "/stories-so-far/ferries-line/", "/news/"):
        assert page.goto(house.url + path).status == 200, path
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


def test_what_is_typed_survives_a_lost_connection(house, desk, live) -> None:
    desk.goto(f"{house.url}/newsroom/live/")
    desk.fill("textarea[name=text]", "Typed on the quay")
    desk.wait_for_selector("text=Draft kept")
    desk.reload()
    assert desk.input_value("textarea[name=text]") == "Typed on the quay"
    desk.context.set_offline(True)
    desk.locator("textarea[name=text]").press("Control+End")
    desk.locator("textarea[name=text]").press_sequentially(" with no signal")
    desk.wait_for_selector("text=Not kept on the server yet")
    desk.context.set_offline(False)
    desk.reload()
    assert desk.input_value("textarea[name=text]") == "Typed on the quay with no signal"
    desk.wait_for_selector("text=Draft kept")
    desk.evaluate("localStorage.clear()")
    desk.reload()
    assert desk.input_value("textarea[name=text]") == "Typed on the quay with no signal"


def test_a_killed_story_leaves_an_open_page(house, browser, live) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(house.url + live)
    assert "The first post." in page.inner_text("main")
    (house.inbox / "kill.xml").write_bytes(g2(guid="tag:0", version=2, headline="", body="", pubstatus="canceled"))
    house.wait_for(live, "withdrawn", 15)
    page.clock.run_for(16000)
    page.wait_for_selector("text=This story has been withdrawn")
    assert "The first post." not in page.content()
    context.close()
