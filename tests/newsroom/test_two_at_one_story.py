"""Two colleagues at one story, and a server killed while somebody writes: what was acknowledged is never lost."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import threading
import time

import pytest
import requests
from django.test import Client

from masthead.kit import html
from masthead.people.models import User
from masthead.stories import actions
from masthead.stories.actions import takes
from masthead.stories.models import Story, Take
from tests.house import House, running
from tests.newsroom import forms

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


def test_killed_while_saving_the_last_acknowledged_text_is_there(tmp_path) -> None:
    lost, acknowledged = [], 0
    with running(tmp_path, "--name", "The Real Paper", "--section", "News") as house:
        client = signed_in(house)
        page = client.get(f"{house.url}/newsroom/stories/add/", timeout=20).text
        section = int(re.search(r'name="section".*?<option value="(\d+)"', page, re.DOTALL)[1])
        address, state = f"{house.url}/newsroom/stories/add/", {"take": None, "over": None}
        killer = threading.Timer(random.uniform(4, 6), os.kill, (house.process.pid, signal.SIGKILL))
        killer.start()
        begun = time.monotonic()
        for n in range(10_000):
            posted = forms.data(section=section, headline="Flood", paragraphs=(f"Token{n}.",), take=state["take"])
            if state["over"]:
                posted["overwrite_revision_id"] = state["over"]
            posted["csrfmiddlewaretoken"] = token(page)
            try:
                answer = client.post(address, data=posted, headers={"Accept": "application/json"}, timeout=20)
                said = answer.json()
            except (requests.RequestException, ValueError):
                break
            assert said["success"], said
            acknowledged, state = n, {"take": int(said["field_updates"]["take"]), "over": said["revision_id"]}
            address = f"{house.url}/newsroom/stories/edit/{said['pk']}/"
        assert time.monotonic() - begun < 60 and acknowledged > 3
        house.process.wait(timeout=10)
        found = next(p for p in (tmp_path / "data").glob("*.sqlite*") if p.suffix in (".sqlite3", ".sqlite"))
        with sqlite3.connect(found) as base:
            kept = [base.execute(sql).fetchone()[0] for sql in (
                "SELECT content FROM stories_take ORDER BY number DESC LIMIT 1",
                "SELECT content FROM wagtailcore_revision ORDER BY id DESC LIMIT 1",
            )]  # fmt: skip
        lost = [one[:300] for one in kept if int(re.search(r"Token(\d+)\.", one)[1]) < acknowledged]
    print(f"acknowledged {acknowledged + 1} background saves before the kill, lost {len(lost)}")
    assert lost == []
