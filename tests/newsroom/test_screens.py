"""Our own screens in a real browser: axe, a phone's width, the keyboard, and a passkey from its making to signing in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import BROWSER_FLAGS, House, chromium, running
from tests.wire.made import g2

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("MASTHEAD_SHOTS", "")
"""A folder for screenshots, if somebody wants to look."""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house"), "--name", "The Real Paper", "--section", "News") as one:
        for n in range(4):
            crew = "" if n else "Jonah Pell is glad. Pell steers it and Pell lands it."
            data = g2(guid=f"tag:{n}", headline=f"Ferry {n} sails from the quay", body="It sails. " * 20 + crew)
            (one.inbox / f"ferry-{n}.xml").write_bytes(data)
        one.wait_for("/", "Ferry 3 sails")
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield one
        one.close()


def sign_in(page, house: House) -> None:
    name, password = house.sign_in()
    page.goto(f"{house.url}/newsroom/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("button:has-text('Sign in'):not([form])")
    page.wait_for_url(f"{house.url}/newsroom/")


@pytest.fixture(scope="module", params=["light", "dark"])
def signed_in(house, browser, request) -> Iterator:
    context = browser.new_context(color_scheme=request.param, viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = context.new_page()
    page.scheme = request.param
    sign_in(page, house)
    yield page
    context.close()


SCREENS = {
    "budget": "/newsroom/stories/?order=changed",
    "standing": "/newsroom/stories/1/",
    "audit": "/newsroom/audit/",
    "second step": "/newsroom/me/second-step/",
    "sessions": "/newsroom/me/sessions/",
    "password": "/newsroom/me/password/",
    "staff": "/newsroom/users/new/",
    "colleague": "/newsroom/users/edit/1/",
}


def axe(page) -> str:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways_on_a_phone(house, signed_in, name) -> None:
    page = signed_in
    assert page.goto(house.url + SCREENS[name]).status == 200
    if name == "budget":
        page.click("summary:has-text('Save this filter')")
        page.locator("summary[aria-label^='Steps']").first.click()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{page.scheme}.png", full_page=True)
    assert axe(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_sign_in_page(house, browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{house.url}/newsroom/login/")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "login.png")
    assert axe(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_a_step_by_keyboard_alone(house, browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, house)
    page.goto(f"{house.url}/newsroom/stories/?order=filed")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "budget-wide.png")
    first = page.locator("summary[aria-label^='Steps']").first
    first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "take"
    page.keyboard.press("Enter")
    page.wait_for_selector("text=in hand: keeper")
    page.close()


def test_a_passkey_from_its_making_to_signing_in(house, browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, house)
    page.goto(f"{house.url}/newsroom/me/second-step/webauthn/add/")
    page.fill("input[name=password]", house.sign_in()[1])
    page.click("main button[type=submit]")
    page.wait_for_url("**/webauthn/add/")
    page.fill("input[name=name]", "My laptop")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "webauthn/add" not in url)
    context.clear_cookies()
    page.goto(f"{house.url}/newsroom/stories/")
    assert "/login/" in page.url
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "login" not in url)
    assert page.goto(f"{house.url}/newsroom/stories/").status == 200
    context.clear_cookies()
    name, password = house.sign_in()
    page.goto(f"{house.url}/newsroom/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("button:has-text('Sign in'):not([form])")
    page.wait_for_url("**/authenticate/**")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(f"{house.url}/newsroom/")
    context.close()
