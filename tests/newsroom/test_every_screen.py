"""Every screen of the newsroom over the demo paper: axe finds nothing, and the keyboard reaches whatever can be pressed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House, running
from tests.newsroom.test_screens import axe, browser, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCREENS = """
/newsroom/ /newsroom/stories/add/ /newsroom/stories/3/ /newsroom/stories/edit/3/ /newsroom/story/1/versions/
/newsroom/story/1/compare/ /newsroom/story/1/undo/ /newsroom/story/1/corrections/ /newsroom/story/1/corrections/1/
/newsroom/statements/3/ /newsroom/wire/ /newsroom/wire/1/ /newsroom/wire/dry-run/ /newsroom/wire/sources/ /newsroom/wire/rules/
/newsroom/wire/profiles/ /newsroom/wire/profiles/reuters-g2/ /newsroom/wire/quarantine/ /newsroom/fronts/ /newsroom/fronts/home/
/newsroom/fronts/home/history/ /newsroom/lines/ /newsroom/lines/1/ /newsroom/live/ /newsroom/live/1/ /newsroom/planning/
/newsroom/inbox/ /newsroom/library/ /newsroom/library/add/ /newsroom/library/3/uses/ /newsroom/images/3/ /newsroom/figures/
/newsroom/snippets/titles/title/edit/1/ /newsroom/snippets/wire/source/edit/1/ /newsroom/snippets/wire/rule/add/
/newsroom/snippets/stories/notice/add/ /newsroom/snippets/people/person/edit/1/ /newsroom/users/ /newsroom/letters/ /newsroom/letters/alert/3/ /newsroom/letters/newsletters/ /newsroom/letters/mailroom/
"""
IN_THE_DARK = "/newsroom/ /newsroom/wire/ /newsroom/fronts/home/ /newsroom/stories/edit/3/ /newsroom/live/1/"

#: Passed over: Wagtail's map of the form's sections (its own button opens it), tabs (arrows), the submit that Enter presses.
UNREACHED = """() => {
  const shown = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden" && !e.closest("[inert],[aria-hidden=true]");
  const pressed = [...document.querySelectorAll("main :is(button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [onclick])")];
  const lost = pressed.filter((e) => shown(e) && !e.disabled && e.tabIndex < 0 && !e.matches("[role=tab], .w-minimap-item, .ar-vh") && !e.closest("[role=tablist]"));
  return lost.map((e) => e.outerHTML.slice(0, 120));
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house"), "--demo") as one:
        yield one


def signed_in(house, browser, scheme: str):  # noqa: F811
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, house)
    return page


@pytest.mark.parametrize(("scheme", "paths"), [("light", SCREENS), ("dark", IN_THE_DARK)], ids=["light", "dark"])
def test_axe_and_the_keyboard_on_every_screen(house, browser, scheme, paths) -> None:  # noqa: F811
    page = signed_in(house, browser, scheme)
    wrong = {}
    for path in paths.split():
        answer = page.goto(f"{house.url}{path}", wait_until="load")
        if answer.status != 200:
            wrong[path] = answer.status
            continue
        page.wait_for_timeout(250)  # Wagtail dresses its fields by script.
        if found := axe(page):
            wrong[path] = found
        if lost := page.evaluate(UNREACHED):
            wrong[f"{path} by keyboard"] = lost
    page.context.close()
    assert not wrong, "\n".join(f"{path}: {what}" for path, what in wrong.items())


def test_axe_with_every_kind_of_block_open(house, browser) -> None:  # noqa: F811
    page = signed_in(house, browser, "light")
    page.goto(f"{house.url}/newsroom/stories/add/")
    page.wait_for_selector(".public-DraftEditor-content")
    add = "#panel-child-story-body-section button.c-sf-add-button"
    page.locator(add).last.click()
    kinds = page.locator(".w-combobox__option").all_inner_texts()
    assert len(kinds) > 10, kinds
    page.keyboard.press("Escape")
    for kind in kinds:
        page.locator(add).last.click()
        page.locator(".w-combobox__option").get_by_text(kind.strip(), exact=True).first.click()
    found = axe(page)
    lost = page.evaluate(UNREACHED)
    page.context.close()
    assert not found, found
    assert not lost, lost
