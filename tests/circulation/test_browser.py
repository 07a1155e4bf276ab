"""A reader without script follows a story in a real house, gets real mail, and finds the way out; the desk looks on."""

from __future__ import annotations

import json
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

    page.evaluate("document.fonts.ready")  # While letters change, lines move: axe would measure the one against the other.
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
    paths = [page.url.removeprefix(house.url), "/follow/", "/news/", "/comments/follow/?what=/news/"]
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
    page.get_by_role("button", name=re.compile("Send to 1 reader and 0 devices now")).click()
    page.wait_for_selector("text=The alert goes to 1 reader and 0 devices now.")
    until = time.monotonic() + 10
    while time.monotonic() < until and len(post.to("ada@example.org")) < 2:
        time.sleep(0.05)
    assert post.to("ada@example.org")[-1]["Subject"] == "Ferry in the news"
    page.close()


# Chromium without a screen has no push service to subscribe at (it would be Google's), so the subscription itself is
# given by this script, with real keys; asking, telling the paper, the key that changed and the way out are the page's own.
SUBSCRIBED = """
(() => {
  let has = null;
  const made = (options) => ({
    endpoint: "https://push.example/" + options.applicationServerKey.slice(0, 8) + Math.random(),
    options: { applicationServerKey: Uint8Array.from(atob(options.applicationServerKey.replace(/-/g, "+").replace(/_/g, "/")),
      (c) => c.charCodeAt(0)).buffer },
    toJSON() { return { endpoint: this.endpoint, keys: { p256dh: "P256DH", auth: "AUTH" } }; },
    unsubscribe() { has = null; return Promise.resolve(true); },
  });
  PushManager.prototype.subscribe = (options) => Promise.resolve(has = made(options));
  PushManager.prototype.getSubscription = () => Promise.resolve(has);
  window.oldKey = () => { has.options.applicationServerKey = new Uint8Array(65).buffer; };
})();
"""


def test_asking_for_breaking_news_on_this_device(house, browser) -> None:
    from tests.mailroom import pushservice

    service = pushservice.Service()
    given = service.browser().subscription["keys"]
    context = browser.new_context(viewport={"width": 390, "height": 800}, permissions=["notifications"], base_url=house.url)
    page = context.new_page()
    page.goto("/follow/")
    box = page.get_by_role("region", name="Breaking news on this device")
    box.get_by_role("button", name="Show me breaking news").click()
    box.get_by_text("It did not work, and nothing was changed.").wait_for()
    page.add_init_script(SUBSCRIBED.replace("P256DH", given["p256dh"]).replace("AUTH", given["auth"]))
    page.goto("/follow/")
    told = []
    page.on("request", lambda one: told.append(one.post_data_json) if one.method == "POST" and "/follow/push/" in one.url else None)
    box.get_by_role("button", name="Show me breaking news").click()
    box.get_by_text("This device shows you breaking news.").wait_for()
    assert told[0]["key"] and told[0]["zone"] and told[0]["night"] is False
    box.get_by_label("At night, too").check()
    page.wait_for_function("() => localStorage.getItem('night') === '1'")
    box.get_by_role("button", name="No more breaking news on this device").click()
    box.get_by_text("This device shows you no more breaking news.").wait_for()
    assert [bool(one.get("leave")) for one in told] == [False, False, True] and told[1]["night"] is True
    assert context.cookies() == []
    context.close()
    refused = browser.new_context(base_url=house.url)
    page = refused.new_page()
    page.add_init_script("Notification.requestPermission = () => Promise.resolve('denied')")
    page.goto("/follow/")
    page.get_by_role("button", name="Show me breaking news").click()
    page.get_by_text("Your browser does not allow it.").wait_for()
    refused.close()


def test_a_push_is_shown_and_what_follows_takes_its_place(house, browser) -> None:
    context = browser.new_context(permissions=["notifications"], base_url=house.url)
    page = context.new_page()
    page.goto("/follow/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    devtools = context.new_cdp_session(page)
    seen: list[dict] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: seen.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(100)
    shown = "navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.map((n) => [n.title, n.body, n.silent]))"
    said = {"tag": "a-story", "lang": "en", "dir": "ltr", "at": 1795000000, "path": "/", "still": False}

    def push(wanted: int = 1, **more: object) -> list:
        registration = seen[-1]["registrationId"]
        message = {"origin": house.url, "registrationId": registration, "data": json.dumps({**said, **more})}
        devtools.send("ServiceWorker.deliverPushMessage", message)
        # What a browser lists settles a moment after what it shows: the list is asked for until it has what was sent.
        until = time.monotonic() + 8
        while time.monotonic() < until:
            listed = page.evaluate(shown)
            if len(listed) == wanted and any(one[0] == more["head"] for one in listed):
                break
            page.wait_for_timeout(30)
        return listed

    assert push(head="The Real Paper", body="The bridge is shut") == [["The Real Paper", "The bridge is shut", False]]
    assert push(head="The Real Paper: withdrawn", body="Gone", still=True) == [["The Real Paper: withdrawn", "Gone", True]]
    assert len(push(2, head="Another story", body="News", tag="another")) == 2
    context.close()
