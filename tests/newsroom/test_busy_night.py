"""A new editor's first night, in a real browser: a wire story and a local one with two pictures, on the front page."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.house import House, running
from tests.newsroom.test_screens import browser, sign_in  # noqa: F401
from tests.wire.made import g2

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("MASTHEAD_SHOTS", "")


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    """A paper whose rules publish nothing by themselves."""
    with running(tmp_path_factory.mktemp("house"), "--name", "The Real Paper", "--section", "News", from_nothing=True) as one:
        with sqlite3.connect(one.home / "data" / "masthead.sqlite3") as database:
            database.execute("UPDATE wire_rule SET active = 0")
        (one.inbox / "ferry.xml").write_bytes(g2(guid="tag:ferry", headline="Ferry sails from the quay", body="It sails. " * 40))
        yield one


@pytest.fixture
def desk(house, browser) -> Iterator:  # noqa: F811
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, house)
    yield page
    context.close()


class Hand:
    """A hand on the mouse that counts."""

    def __init__(self, page) -> None:
        self.page, self.clicks, self.began = page, 0, time.monotonic()

    def click(self, what: str) -> None:
        self.page.locator(what).last.click()
        self.clicks += 1
        if SHOTS:
            self.page.wait_for_timeout(300)
            self.page.screenshot(path=f"{SHOTS}/night-{self.clicks:02}.png")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


def test_a_wire_story_reaches_the_front_page_in_eight_clicks_and_a_minute(house, desk) -> None:
    hand = Hand(desk)
    hand.click("nav >> text=Wire desk")
    hand.click(".wd-row a:has-text('Ferry sails from the quay')")
    hand.click("#pane button:has-text('Use this')")
    hand.click("footer button:has-text('Publish'):visible")
    house.wait_for("/", "Ferry sails from the quay")
    print(f"wire story to front page: {hand.clicks} clicks, {hand.seconds:.1f} s")
    assert hand.clicks <= 8 and hand.seconds < 60


@pytest.fixture
def pictures(tmp_path) -> list[str]:
    found = []
    for name, colour in (("boats", (20, 60, 110)), ("wall", (120, 110, 90))):
        path = tmp_path / f"{name}.jpg"
        Image.radial_gradient("L").resize((1600, 1067)).convert("RGB").point(lambda v, c=colour: min(255, v // 2 + c[0])).save(path)
        found.append(str(path))
    return found


def write(field, words: str) -> None:
    """Type into a field of a window that may take the focus once more while it opens; who types sees that, and types again."""
    for _ in range(3):
        field.press_sequentially(words, delay=20)
        if field.input_value() == words:
            return
        field.fill("")
    pytest.fail(f"{field} does not keep “{words}”")


def test_a_local_story_with_two_pictures_is_published_in_three_minutes(house, desk, pictures) -> None:
    from playwright.sync_api import expect

    hand = Hand(desk)
    hand.click("text=Write a story")
    desk.locator("#id_headline").press_sequentially("Harbour wall to be mended before winter", delay=20)
    desk.locator("#id_standfirst").press_sequentially("Work begins on Monday, the harbour master says.", delay=20)
    hand.click(".public-DraftEditor-content")
    desk.keyboard.type("The harbour wall will be mended before winter.\nMasons begin on Monday at the north end.", delay=20)
    chosen = (("boats", "Boats at the quay.", "Four boats at a stone quay"), ("wall", "The crack.", "A crack in a stone wall"))
    for path, (_, caption, alt) in zip(pictures, chosen, strict=True):
        hand.click("button:has-text('Add Picture')")
        hand.click("button:has-text('Choose an image'):visible")
        hand.click(".modal-content a:has-text('Upload'):visible, .modal-content [role=tab]:has-text('Upload')")
        desk.set_input_files(".modal-body input[type=file]", path)
        expect(desk.locator("#id_image-chooser-upload-title")).not_to_have_value("")
        for field, words in (("caption", caption), ("credit", "Wren Aldous"), ("alt", alt)):
            write(desk.locator(f"#id_image-chooser-upload-{field}"), words)
        hand.click(".modal-body button:has-text('Upload')")
        desk.wait_for_selector(".modal-body", state="detached")
    hand.click("button:has-text('Add Credit')")
    desk.locator("[id^=id_credits-0-name]").first.press_sequentially("Wren Aldous", delay=20)
    hand.click("footer button:has-text('Publish'):visible")
    house.wait_for("/", "Harbour wall to be mended")
    print(f"local story with two pictures: {hand.clicks} clicks, {hand.seconds:.1f} s")
    assert hand.seconds < 180
    path = desk.evaluate("fetch('/').then(r => r.text()).then(t => t.match(/\\/20[^\"]*harbour-wall[^\"]*/)[0])")
    page = house.get(path)[1]
    for words in ("Masons begin on Monday", "Boats at the quay.", "A crack in a stone wall", "Wren Aldous", "Work begins on Monday"):
        assert words in page, words
    assert page.count("<figure") >= 2
