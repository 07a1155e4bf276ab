"""A reader without script follows a story in a real house, gets real mail, and finds the way out; the desk looks on."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.house import BROWSER_FLAGS, House, chromium, running
from tests.mailroom import sink as sinks
from tests.wire.made import g2

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def post() -> Iterator[sinks.Sink]:
    with sinks.running() as one:
        yield one


@pytest.fixture(scope="module")
def house(tmp_path_factory, post) -> Iterator[House]:
    mail = {"MASTHEAD_MAIL_HOST": "127.0.0.1", "MASTHEAD_MAIL_PORT": str(post.port), "MASTHEAD_MAIL_TLS": "none"}
    home = tmp_path_factory.mktemp("house")
    with running(home, "--name", "The Real Paper", "--section", "News", settings=mail) as one:
        (one.inbox / "1.xml").write_bytes(g2(guid="tag:1", headline="Ferry in the news", body="About the ferry. " * 20))
        one.wait_for("/", "Ferry in the news", 20)
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield one
        one.close()


def axe(page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context="main", options=RULES)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


def letter_to(post: sinks.Sink, address: str, seconds: float = 10) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := post.to(address):
            return found[-1].get_body(("plain",)).get_content()
        time.sleep(0.05)
    pytest.fail("no letter came")


def test_following_from_a_story_without_script(house, post, browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(house.url + re.search(r'href="(/20[^"]*ferry[^"]*)"', house.get("/")[1])[1])
    assert page.locator("form.follow").count(), page.url + page.inner_text("body")[:600]
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Please look into your mailbox')")
    asked = time.monotonic()
    text = letter_to(post, "ada@example.org")
    assert time.monotonic() - asked < 5, "somebody waits for it"
    page.goto(house.url + re.search(r"(/follow/confirm/\S+)", text)[1])
    page.get_by_role("button", name="Yes, send me letters").click()
    page.wait_for_selector("text=The next letter comes on")
    page.get_by_role("link", name="What I follow").click()
    page.get_by_label("Breaking news at once").check()
    page.get_by_label("Nothing at once between").select_option("00:00")
    page.get_by_label("and", exact=True).select_option("00:00")  # No quiet hours: the test runs at night, too.
    page.get_by_role("button", name="Keep this").click()
    page.wait_for_selector("h1:has-text('Kept')")
    assert page.get_by_label("Breaking news at once").is_checked() and context.cookies() == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_readers_pages(house, post, browser, scheme) -> None:
    text = letter_to(post, "ada@example.org")
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(house.url + re.search(r"(/follow/confirm/\S+)", text)[1])
    axe(page)
    page.get_by_role("link", name="What I follow").click()
    paths = [page.url.removeprefix(house.url), "/follow/", "/news/"]
    for path in paths:
        page.goto(house.url + path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()


def test_axe_finds_nothing_on_the_desks_screens(house, post, browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    name, password = house.sign_in()
    page.goto(f"{house.url}/newsroom/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.goto(f"{house.url}/newsroom/letters/newsletters/")
    page.get_by_label("Name, as readers see it").fill("The Weekend")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("button", name="A new number of The Weekend").click()
    page.wait_for_selector("iframe[title='The letter']")
    for path in ("letters/", "letters/mailroom/", "letters/take-over/", "letters/newsletters/", "letters/numbers/1/", "letters/alert/1/"):
        page.goto(f"{house.url}/newsroom/{path}")
        axe(page)
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{house.url}/newsroom/letters/alert/1/")
    page.get_by_role("button", name=re.compile("Send to 1 reader now")).click()
    page.wait_for_selector("text=The alert goes to 1 reader now.")
    until = time.monotonic() + 10
    while time.monotonic() < until and len(post.to("ada@example.org")) < 2:
        time.sleep(0.05)
    assert post.to("ada@example.org")[-1]["Subject"] == "Ferry in the news"
    page.close()
