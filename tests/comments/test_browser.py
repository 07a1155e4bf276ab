"""The conversation in a real house with a real browser and real mail: without a script, with one, by keyboard, attacked."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from masthead.press import assets
from masthead.public.working import work
from tests.circulation.test_browser import axe, browser, letter_to, post  # noqa: F401
from tests.house import House, running
from tests.newsroom.test_screens import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(tmp_path_factory, post) -> Iterator[House]:  # noqa: F811
    mail = {"MASTHEAD_MAIL_HOST": "127.0.0.1", "MASTHEAD_MAIL_PORT": str(post.port), "MASTHEAD_MAIL_TLS": "none"}
    with running(tmp_path_factory.mktemp("house"), "--demo", settings=mail) as one:
        yield one


def story(house: House, section: str, slug: str) -> str:
    """The path of a story in a section."""
    found = re.search(rf'href="(/20\d\d/[^"]*{slug}[^"]*/)"', house.get(f"/{section}/")[1])
    assert found
    return found[1]


def soon(look, seconds: float = 2.0) -> float:
    """Wait until `look` is true; how long it took. The promise is two seconds."""
    begun = time.monotonic()
    while not look():
        assert time.monotonic() - begun < seconds, "not within two seconds"
        time.sleep(0.02)
    return time.monotonic() - begun


def come_in(page, post, address: str) -> None:  # noqa: F811
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    code = re.search(r"^ {4}(\d{3} \d{3})", letter_to(post, address), re.MULTILINE)[1]
    page.get_by_label("The six digits from our letter").fill(code)
    page.get_by_role("button", name="Sign in").click()


def test_without_a_script_from_the_first_word_to_the_page_and_off_it_again(house, post, browser) -> None:  # noqa: F811
    path = story(house, "local", "two-reports")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(house.url + path)
    page.get_by_role("link", name="Jump to 7 comments").click()
    page.get_by_label("Your comment").fill("Bring the second report to the library, so that all can read it.")
    page.get_by_role("button", name="Send").click()
    come_in(page, post, "ada@readers.example")
    page.get_by_label("The name under which you write").fill("Ada Fenn")
    page.get_by_role("button", name="Send").click()
    assert page.locator("h1").inner_text() == "Your comment waits for an editor"
    assert "The story was corrected" in page.inner_text("main")
    mine = page.url
    desk = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    sign_in(desk, house)
    desk.goto(f"{house.url}/newsroom/talk/?q=library")
    assert "Ada Fenn" in desk.inner_text("main")
    desk.keyboard.press("n")
    desk.keyboard.press("a")
    desk.wait_for_selector("text=Approved:")
    said = "Bring the second report"
    print(f"approved, on the page after {soon(lambda: said in house.get(path)[1]):.2f} s")
    page.goto(mine)
    assert page.locator("h1").inner_text() == "Your comment is on the page"
    desk.goto(f"{house.url}/newsroom/talk/?show=published&q=library")
    desk.locator("select[name=rule]").first.select_option("off-topic")
    desk.keyboard.press("Tab")
    desk.locator("[data-card]").first.focus()
    desk.keyboard.press("r")
    desk.wait_for_selector("text=Removed:")
    print(f"removed, off the page after {soon(lambda: said not in house.get(path)[1]):.2f} s")
    desk.keyboard.press("u")
    desk.wait_for_selector("text=Taken back")
    soon(lambda: said in house.get(path)[1])
    page.goto(f"{house.url}/comments/mine/")
    page.get_by_role("button", name="Take back").click()
    soon(lambda: said not in house.get(path)[1])
    context.close()


def test_new_ones_are_announced_and_nothing_moves(house, post, browser) -> None:  # noqa: F811
    path = story(house, "harbour", "harbour-dues")
    reading = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    reading.goto(f"{house.url}{path}#conversation")
    at = -1.0
    while abs(at - (at := reading.locator("#comment-1").bounding_box()["y"])) > 0.5:
        reading.wait_for_timeout(700)
    top = reading.locator("#comment-1").bounding_box()["y"]
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(house.url + path)
    page.locator("#comment-1 [data-answer]").click()
    form = page.locator("#comment-1 .talk-form")
    form.locator("textarea").fill("The third column is the one to read.")
    page.reload()
    page.locator("#comment-1 [data-answer]").click()
    assert page.locator("#comment-1 .talk-form textarea").input_value() == "The third column is the one to read.", (
        "a draft outlives a reload"
    )
    page.locator("#comment-1 .talk-form button[type=submit]").click()
    come_in(page, post, "ben@readers.example")
    page.get_by_label("The name under which you write").fill("Ben Quillfeather")
    page.get_by_role("button", name="Send").click()
    assert "waits for an editor" in page.locator("h1").inner_text()
    desk = browser.new_context().new_page()
    sign_in(desk, house)
    desk.goto(f"{house.url}/newsroom/talk/?q=third+column")
    desk.locator("button[value=approve]").first.click()
    button = reading.locator("[data-talk=news] button")
    button.wait_for(timeout=6000)
    assert button.inner_text() == "1 new: show"
    assert abs(reading.locator("#comment-1").bounding_box()["y"] - top) < 6, "nothing moves: less than half a line"
    button.click()
    assert "The third column is the one to read." in reading.inner_text("#conversation")
    assert reading.evaluate("document.activeElement.dataset.said") is not None
    context.close()


def test_axe_on_every_page_of_it(house, browser) -> None:  # noqa: F811
    path = story(house, "local", "two-reports")
    pages = [
        path,
        f"{path}comments/2/",
        f"{path}comments/best/",
        "/about/community-guidelines/",
        f"/comments{path}?answers=2",
        f"/comments{path}?report=2",
        "/comments/mine/",
    ]
    for scheme, width in (("light", 1280), ("dark", 390)):
        page = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True
        ).new_page()
        for one in pages:
            assert page.goto(house.url + one).status == 200, one
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{one} is too wide"
        page.close()


def test_a_browser_does_the_work_that_is_asked(house, browser) -> None:  # noqa: F811
    page = browser.new_context(bypass_csp=True).new_page()
    page.goto(house.url)
    field = f"<input type=hidden name=altcha data-work='{work.challenge()}'>"
    page.set_content(f"<form action=/contact/ method=get>{field}<button name=do value=post>Send</button></form>")
    page.add_script_tag(url=house.url + assets.script_path("work"))
    page.get_by_role("button").click()
    page.wait_for_url("**/contact/?**", timeout=20_000)
    assert work.is_done(parse_qs(urlsplit(page.url).query)["altcha"][0])


def test_a_passkey_is_made_lets_in_and_is_deleted(house, post, browser) -> None:  # noqa: F811
    base = house.url.replace("127.0.0.1", "localhost")
    context = browser.new_context()
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{base}/comments/mine/")
    come_in(page, post, "key@readers.example")
    page.goto(f"{base}/comments/mine/")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Delete it").wait_for()
    # Signed out, with something written: in by the passkey, and it goes on.
    page.get_by_role("button", name="Sign out").click()
    path = story(house, "harbour", "harbour-dues")
    page.goto(base + path)
    page.locator(".talk-form textarea").fill("By a key, and not by a code.")
    page.locator(".talk-form button[type=submit]").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_label("The name under which you write").fill("Kit Keyes")
    assert "By a key, and not by a code." in page.locator("textarea").input_value()
    page.get_by_role("button", name="Send").click()
    assert "waits for an editor" in page.locator("h1").inner_text()
    page.goto(f"{base}/comments/mine/")
    assert "last used on" in page.inner_text("main")
    page.get_by_role("button", name="Delete it").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{base}/comments/mine/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("not known here, or was deleted").wait_for()
    context.close()
