"""The story form and the screens beside it in a real browser: axe, a phone's width, keyboard, background saves."""

from __future__ import annotations

import pytest

from tests.newsroom.test_screens import SHOTS, axe, browser, house, sign_in  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCREENS = {
    "form": "/newsroom/stories/edit/{}/",
    "versions": "/newsroom/story/{}/versions/",
    "difference": "/newsroom/story/{}/compare/?before=live&after=live",
    "corrections": "/newsroom/story/{}/corrections/",
    "undo": "/newsroom/story/{}/undo/",
    "checklist": "/newsroom/stories/{}/",
}


@pytest.fixture(scope="module")
def desk(house, browser):  # noqa: F811
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, house)
    yield page
    context.close()


def test_what_is_typed_is_saved_by_itself_and_loaded_again(house, desk) -> None:  # noqa: F811
    desk.goto(f"{house.url}/newsroom/stories/add/")
    desk.focus("#id_headline")
    desk.keyboard.type("Quay wall to be rebuilt")
    desk.wait_for_url("**/stories/edit/*/**", timeout=15_000)
    address = desk.url
    desk.focus("#id_kicker")
    desk.keyboard.type("Harbour")
    with desk.expect_response(lambda r: r.request.method == "POST" and "/stories/edit/" in r.url, timeout=15_000):
        desk.keyboard.press("Tab")
    desk.goto(address)
    assert (desk.input_value("#id_headline"), desk.input_value("#id_kicker")) == ("Quay wall to be rebuilt", "Harbour")


def test_a_press_of_save_waits_for_the_save_in_the_background(house, desk) -> None:  # noqa: F811
    """On a slow line both would rest on the same version, and an editor alone would be asked to merge with herself."""
    held = []
    desk.goto(f"{house.url}/newsroom/stories/add/")
    desk.focus("#id_headline")
    desk.keyboard.type("Ferry to sail on Sundays")
    desk.wait_for_url("**/stories/edit/*/**", timeout=15_000)

    def late(route) -> None:
        if "json" in route.request.headers.get("accept", "") and not held:
            held.append(route)
        else:
            route.continue_()

    desk.route("**/stories/edit/**", late)
    desk.focus("#id_kicker")
    desk.keyboard.type("Harbour")
    desk.keyboard.press("Tab")
    while not held:
        desk.wait_for_timeout(50)
    desk.locator("footer button:has-text('Save'):visible").first.click()
    desk.wait_for_timeout(300)
    with desk.expect_navigation():
        held[0].continue_()
    desk.unroute("**/stories/edit/**")
    assert "/merge/" not in desk.url
    assert (desk.input_value("#id_headline"), desk.input_value("#id_kicker")) == ("Ferry to sail on Sundays", "Harbour")


def test_who_is_named_often_is_offered_as_a_topic(house, desk) -> None:  # noqa: F811
    page = desk.context.new_page()  # What is not saved when the test ends goes with it.
    page.goto(f"{house.url}/newsroom/stories/edit/1/")
    offer = page.get_by_role("button", name="Add Jonah Pell to Topics")
    offer.scroll_into_view_if_needed()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/story-topics.png")
    offer.click()
    assert page.input_value("#id_topic_names").splitlines()[-1] == "Jonah Pell"
    assert page.locator(".sf-proposals").is_hidden() and page.locator(".sf-proposed").count() == 0
    page.close()


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_the_storys_screens(house, desk, name, width) -> None:  # noqa: F811
    desk.set_viewport_size({"width": width, "height": 900})
    assert desk.goto(house.url + SCREENS[name].format(1)).status == 200
    if SHOTS:
        desk.screenshot(path=f"{SHOTS}/story-{name}-{width}.png", full_page=True)
    desk.wait_for_timeout(500)
    found = axe(desk)
    assert found == "", found
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
