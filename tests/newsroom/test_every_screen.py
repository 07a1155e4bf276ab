"""Every screen of the newsroom over the demo paper: axe finds nothing, and the keyboard reaches whatever can be pressed."""

from __future__ import annotations

import time
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
/newsroom/story/plain/ /newsroom/story/3/plain/ /newsroom/exchange/ /newsroom/audit/ /newsroom/papers/ /newsroom/talk/webhooks/
/newsroom/me/second-step/ /newsroom/me/sessions/ /newsroom/me/password/ /newsroom/snippets/stories/notice/ /newsroom/snippets/titles/redirect/
/newsroom/snippets/titles/standingpage/add/
/newsroom/talk/ /newsroom/talk/questions/ /newsroom/talk/1/ /newsroom/talk/people/1/ /newsroom/talk/stories/3/ /newsroom/talk/rules/ /newsroom/talk/words/ /newsroom/talk/figures/ /newsroom/talk/?show=published
"""
IN_THE_DARK = "/newsroom/ /newsroom/wire/ /newsroom/fronts/home/ /newsroom/stories/edit/3/ /newsroom/live/1/ /newsroom/talk/"

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


@pytest.mark.parametrize(
    ("scheme", "paths"),
    [("light", IN_THE_DARK), pytest.param("light", SCREENS, marks=pytest.mark.soak), pytest.param("dark", IN_THE_DARK, marks=pytest.mark.soak)],
    ids=["light", "every one, light", "dark"],
)
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


STALE = """async () => {
  const form = document.querySelector(".sv-plain");
  const send = async (words) => { const sent = new FormData(form); sent.set("standfirst", words); return (await fetch(location.href, { method: "POST", body: sent })).url; };
  await send("One colleague’s words.");
  return send("Another’s words.");
}"""


def test_axe_on_the_plain_form_and_where_two_texts_are_merged(house, browser) -> None:  # noqa: F811
    page = signed_in(house, browser, "light")
    page.goto(f"{house.url}/newsroom/story/4/plain/")
    found = {"plain": axe(page), "plain by keyboard": page.evaluate(UNREACHED)}
    page.goto(page.evaluate(STALE))
    assert page.get_by_role("button", name="Make this the newest draft").is_visible() and "Another’s words." in page.inner_text("main")
    found |= {"merge": axe(page), "merge by keyboard": page.evaluate(UNREACHED)}
    page.context.close()
    assert not any(found.values()), "\n".join(f"{name}: {what}" for name, what in found.items() if what)


@pytest.mark.soak
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


def tab_to(page, name: str, tag: str = "") -> None:
    """Press Tab until what has the focus is called `name`; it must show that it has it."""
    for _ in range(260):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
              const said = e.getAttribute("aria-label") || e.labels?.[0]?.innerText || e.innerText || e.value || e.placeholder || "";
              return [said.trim(), e.tagName, s.outlineStyle !== "none" || s.boxShadow !== "none"]; }"""
        )
        if name in found[0] and tag in found[1]:
            assert found[2], f"{name} does not show that it has the focus"
            return
    raise AssertionError(f"the keyboard does not reach “{name}” on {page.url}")


def press(page, name: str, tag: str = "") -> None:
    tab_to(page, name, tag)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_evening_without_a_mouse(house, browser) -> None:  # noqa: F811
    """Find a story, hold it, publish it again, correct it, give it another headline and take that back, rearrange the front."""
    page = signed_in(house, browser, "light")
    tab_to(page, "Find a story")
    page.keyboard.type("Curlews")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "Curlews: 412")
    standing = page.url.replace("/edit/", "/") if "/edit/" in page.url else page.url
    page.goto(standing)
    path = page.get_by_role("link", name="See it in the paper").get_attribute("href")
    press(page, "Hold", "BUTTON")
    house.wait_for(path, "not")
    assert house.get(path)[0] in (404, 410)
    press(page, "Publish", "BUTTON")
    house.wait_for(path, "Curlews: 412")

    page.goto(standing)
    press(page, "Corrections", "A")
    tab_to(page, "", "TEXTAREA")
    page.keyboard.type("An earlier version named the wrong mudflat.")
    press(page, "See it as readers will", "BUTTON")
    press(page, "Add it now", "BUTTON")
    house.wait_for(path, "named the wrong mudflat")

    page.goto(standing)
    press(page, "Edit", "A")
    tab_to(page, "Headline")
    page.keyboard.press("End")
    page.keyboard.type(" again")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    page.goto(standing)
    press(page, "Versions", "A")
    press(page, "Bring back")
    assert "again" not in page.inner_text("main")

    page.goto(f"{house.url}/newsroom/fronts/")
    press(page, "Front page", "A")
    press(page, "Move Tern Bridge")
    press(page, "Put it live now", "BUTTON")
    until = time.monotonic() + 8
    while time.monotonic() < until and not _comes_first(house.get("/")[1]):
        time.sleep(0.05)
    assert _comes_first(house.get("/")[1])
    page.context.close()


def _comes_first(front: str) -> bool:
    """Whether the story that was moved stands before the one that led. The page is printed a moment after the press."""
    return front.index("Tern Bridge lifts") < front.index("High tide on the Lower Strand")
