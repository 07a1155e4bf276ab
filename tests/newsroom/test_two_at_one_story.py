"""Two colleagues at one story, and a server killed while somebody writes: what was acknowledged is never lost."""

from __future__ import annotations

import random
import re
import sqlite3
import threading
import time
from contextlib import closing

import pytest
import requests
from django.test import Client

from masthead.kit import html
from masthead.people.models import User
from masthead.stories import actions
from masthead.stories.actions import takes
from masthead.stories.models import Story, Take
from tests.house import BROWSER_FLAGS, House, chromium, running
from tests.newsroom import forms
from tests.newsroom.test_screens import sign_in

pytestmark = pytest.mark.slow
ROUNDS = 50


class Colleague:
    """Somebody with the form open: what stands in it, and on which take and draft it rests."""

    def __init__(self, name: str, story: Story) -> None:
        self.client, self.story = Client(), story
        self.client.force_login(User.objects.create_superuser(name, "", "a long password"))
        self.open()

    def open(self) -> None:
        """Open the form, or load it again."""
        self.take = takes.current(self.story).number
        self.lines = [html.to_text(part) for part in re.findall("<p[^>]*>.*?</p>", forms.text_of(self.story))]
        self.over: int | None = None

    def save(self) -> None:
        """One background save; a refused one is merged as the form offers it."""
        posted = forms.of(self.story, paragraphs=tuple(self.lines), take=self.take)
        answer = forms.autosave(self.client, self.story, posted, self.over).json()
        if answer["success"]:
            self.take, self.over = int(answer["field_updates"]["take"]), answer["revision_id"]
            return
        newest = Take.objects.filter(story=self.story, aside=False).first()
        self.client.post(answer["merge_url"], {"on": newest.number, "what": "merge"})
        self.open()


@pytest.mark.parametrize("seed", range(3))
def test_two_colleagues_and_fifty_interleavings_lose_nothing(title, seed) -> None:
    copy = actions.Copy(headline="Quay to close", body="<p>The quay closes.</p><p>It opens again in May.</p>")
    story = actions.file_story(title=title, section=title.sections.first(), copy=copy)
    dice = random.Random(seed)
    desk = [Colleague("ellen", story), Colleague("omar", story)]
    for n in range(ROUNDS):
        one = dice.choice(desk)
        place = dice.randrange(len(one.lines) + 1)
        if place < len(one.lines) and dice.random() < 0.5:
            one.lines[place] += f" Word{n}."
        else:
            one.lines.insert(place, f"Word{n}.")
        one.save()
    text = forms.text_of(story)
    assert [n for n in range(ROUNDS) if f"Word{n}." not in text] == []
    assert takes.waiting(story) == []


def token(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def signed_in(house: House) -> requests.Session:
    client = requests.Session()
    name, password = house.sign_in()
    page = client.get(f"{house.url}/newsroom/login/", timeout=20).text
    client.headers["Referer"] = f"{house.url}/newsroom/"
    sent = {"username": name, "password": password, "csrfmiddlewaretoken": token(page)}
    client.post(f"{house.url}/newsroom/login/", data=sent, timeout=20)
    return client


KILLS = 12


@pytest.mark.soak
def test_killed_while_saving_the_last_acknowledged_text_is_there(tmp_path) -> None:
    lost, acknowledged, saves = [], -1, 0
    with running(tmp_path, "--name", "The Real Paper", "--section", "News") as house:
        client = signed_in(house)
        address, state = f"{house.url}/newsroom/stories/add/", {"take": None, "over": None}
        page = client.get(address, timeout=20).text
        section = int(re.search(r'name="section".*?<option value="(\d+)"', page, re.DOTALL)[1])
        for kill in range(KILLS):
            page = client.get(address, timeout=20).text
            if kill:
                # The form as the desk finds it after the kill: it holds at least what was acknowledged.
                found = max(int(n) for n in re.findall(r"Token(\d+)\.", page))
                if found < acknowledged:
                    lost.append((kill, acknowledged, found))
                taken = re.search(r'name="take"[^>]*value="(\d+)"', page)
                state = {"take": int(taken[1]), "over": None}
            killer = threading.Timer(random.uniform(0.2, 1.2), house.kill)
            killer.start()
            while killer.is_alive():
                saves += 1
                posted = forms.data(section=section, headline="Flood", paragraphs=(f"Token{saves}.",), take=state["take"])
                if state["over"]:
                    posted["overwrite_revision_id"] = state["over"]
                posted["csrfmiddlewaretoken"] = token(page)
                try:
                    said = client.post(address, data=posted, headers={"Accept": "application/json"}, timeout=20).json()
                except (requests.RequestException, ValueError):
                    break
                assert said["success"], said
                acknowledged, state = saves, {"take": int(said["field_updates"]["take"]), "over": said["revision_id"]}
                address = f"{house.url}/newsroom/stories/edit/{said['pk']}/"
            killer.join()
            house.start()
    print(f"{saves} background saves, {KILLS} kills, {len(lost)} times an acknowledged text was lost")
    assert acknowledged > KILLS
    assert lost == []


@pytest.mark.soak
def test_two_browsers_and_fifty_interleavings_lose_nothing(tmp_path) -> None:
    """The form itself, with its script: each types somewhere, lets it be saved in the background, and merges when told to."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    dice = random.Random(7)
    with running(tmp_path, "--name", "The Real Paper", "--section", "News") as house, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        desk = [browser.new_context(viewport={"width": 1280, "height": 900}).new_page() for _ in range(2)]
        for page in desk:
            sign_in(page, house)
        desk[0].goto(f"{house.url}/newsroom/stories/add/")
        desk[0].fill("[name=headline]", "Flood at the quay")
        write(desk[0], "Begun.")
        desk[0].wait_for_url(re.compile("/edit/"), timeout=20_000)
        edit = desk[0].url
        for page in desk:
            page.goto(edit)
        merged = 0
        for n in range(ROUNDS):
            page = desk[dice.randrange(2)]
            write(page, f" Word{n}.")
            merged += settle(page, edit, house, f"Word{n}.")
        desk[0].goto(edit)
        text = desk[0].locator(".public-DraftEditor-content").first.inner_text()
        browser.close()
    missing = [n for n in range(ROUNDS) if f"Word{n}." not in text]
    print(f"{ROUNDS} interleavings in two browsers, {merged} merges, {len(missing)} words lost")
    assert merged > 5, "otherwise they never met"
    assert missing == []


def write(page, words: str) -> None:
    """Type at the end of the text."""
    field = page.locator("#panel-child-story-body-section .public-DraftEditor-content").first
    field.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def settle(page, edit: str, house: House, word: str) -> int:
    """Wait until `word` is in the database; merge if it lies aside there. Returns how many merges."""
    until, found = time.monotonic() + 20, None
    while found is None and time.monotonic() < until:
        page.wait_for_timeout(100)
        with closing(sqlite3.connect(house.home / "data" / "masthead.sqlite3")) as base:
            sql = "SELECT aside FROM stories_take WHERE content LIKE ? ORDER BY id DESC LIMIT 1"
            found = base.execute(sql, (f"%{word}%",)).fetchone()
    assert found, f"{word} never reached the server: {page.inner_text('[data-keep-bar]')}"
    if not found[0]:
        return 0
    page.locator("[data-keep-bar] a").click()
    page.get_by_role("button", name="Make this the newest draft").click()
    page.wait_for_url(edit)
    page.wait_for_selector(".public-DraftEditor-content")
    return 1
