"""Promise: what is removed of a conversation is nowhere two seconds later: no page, feed, frame, memory, disk, or letter that waits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.circulation.test_browser import house as paper  # noqa: F401
from tests.circulation.test_browser import post  # noqa: F401
from tests.house import House
from tests.wire.made import g2

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 2.0
PAGES = ("", "comments/newest.html", "comments/best/", "comments/part/1/", "comments/embed/", "comments/feed.rss", "comments/feed.atom", "comments/feed.json")
BEGIN = """
import sys
from datetime import timedelta
import django; django.setup()
from masthead.comments import leaving, moderating, writing
from masthead.comments.models import Comment
from masthead.mailroom.models import Outgoing
from masthead.people import readers
from masthead.people.models import Reader, User
from masthead.press import run
from masthead.stories.models import Story
from tests.comments import made
story = Story.objects.select_related("title").order_by("pk").first()
"""
PREPARE = """
made.talking(story.title, own_sites="other.example", wire_mode="open", slow_from=0, rules={"first-comments": {"does": "off"}, "copied": {"does": "off"}})
watcher = made.reader("Wendla Watcher", address="wendla@readers.example")
Reader.objects.update(letters="daily")  # So none leaves before we look.
made.says(story, "What will the ferry cost in winter, and who pays for it?", watcher)
Comment.objects.update(respects=5)
for n in range(50):
    made.says(story, f"What is said here with the number {n} makes this conversation long.")
made.moderator(story.title, "mo", "keyholder")
"""
SAY = """
author = made.reader(sys.argv[1], address=f"{sys.argv[2]}@readers.example")
one = made.says(story, f"It costs a {sys.argv[2]} for each crossing, said the purser to me.", author, answers=1)
Comment.objects.filter(pk=one.pk).update(at=one.at - timedelta(seconds=9))
other = made.says(story, f"And a {sys.argv[2]} for a bicycle, which is more than last year's.", author)
print(author.pk, one.pk, one.root, other.root, readers.open_session(author))
"""
BY = {
    "a moderator removes": "mo = User.objects.get(username='mo')\nfor c in Comment.objects.filter(author=author): moderating.decide(c, 'reject', mo, rule='off-topic')",
    "everything by a person": "moderating.remove_all(author, User.objects.get(username='mo'), 'off-topic')",
    "a moderator holds": "mo = User.objects.get(username='mo')\nfor c in Comment.objects.filter(author=author): moderating.decide(c, 'hold', mo)",
    "an author is forgotten": "leaving.erase(author)",
    "an author changes the words": "for c in Comment.objects.filter(author=author): writing.change(c, author, f'I would rather say nothing of the price, number {c.pk}.')",
}
LOOK = """
import brotli, gzip
word = sys.argv[1]
found = []
for entry in run.store_of(story.title).everything():
    bodies = entry.bodies
    text = brotli.decompress(bodies["br"]) if "br" in bodies else gzip.decompress(bodies["gzip"]) if "gzip" in bodies else bodies.get("identity", b"")
    if word.encode() in text: found.append(entry.path)
import json
from django.db import transaction
from masthead.mailroom.composing import compose
with transaction.atomic():
    # As if they left now; but they do not.
    waiting = Outgoing.objects.filter(state="queued", composer="answer")
    letters = [letter.text for row in waiting if (letter := compose(row)) and word in letter.text]
    transaction.set_rollback(True)
print(json.dumps({"disk": found, "letters": letters}))
"""


def python(house: House, code: str, *args: str) -> str:
    env = house.env | {"DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
    done = subprocess.run([sys.executable, "-c", BEGIN + code, *args], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def house(paper) -> House:  # noqa: F811
    python(paper, PREPARE)
    return paper


@pytest.fixture(scope="module")
def path(house) -> str:
    return re.search(r'href="(/20[^"]*ferry[^"]*)"', house.get("/")[1])[1]


class Said:
    """A word that stands in two comments of somebody new, one of them an answer; and every address that shows it."""

    def __init__(self, house: House, path: str, word: str) -> None:
        self.house, self.word = house, word
        self.author, self.first, *roots, self.session = python(house, SAY, f"Author {len(word)}{word[-1]}", word).split()
        self.urls = [path + page for page in PAGES] + [f"{path}comments/{root}/" for root in roots]

    def shown(self) -> list[str]:
        return [url for url in self.urls if self.word in self.house.get(url)[1]]

    def looked(self) -> dict:
        return json.loads(python(self.house, LOOK, self.word))

    def wait_until_everywhere(self, letter: bool = True) -> None:
        until = time.monotonic() + 10
        while missing := set(self.urls) - set(self.shown()):
            assert time.monotonic() < until, f"the word never came to {missing}"
            time.sleep(0.05)
        there = self.looked()
        assert len(there["disk"]) >= len(self.urls) and (there["letters"] or not letter), "the control: it is on disk, and in a letter that waits"

    def wait_until_nowhere(self, since: float) -> float:
        while True:
            took = time.monotonic() - since
            if not (still := self.shown()):
                break
            assert took < WITHIN, f"after {WITHIN} s it still stands on {still}"
            time.sleep(0.02)
        there = self.looked()
        assert there["disk"] == [] and there["letters"] == [], there
        return took


def act(house: House, said: Said, deed: str) -> float:
    """Do it in another process; the moment at which it had been done."""
    code = f"author = Reader.objects.get(pk={said.author})\n{deed}\nimport time; print(time.time())"
    return time.monotonic() - (time.time() - float(python(house, code).strip()))


@pytest.mark.parametrize("way", BY)
def test_removed_words_are_nowhere_after_two_seconds(house, path, way) -> None:
    said = Said(house, path, f"guilder{list(BY).index(way)}")
    said.wait_until_everywhere()
    print(f"{way}: nowhere {said.wait_until_nowhere(act(house, said, BY[way])):.2f} s after")


def test_what_its_author_takes_back_by_the_form_is_nowhere(house, path, post) -> None:  # noqa: F811
    said = Said(house, path, "doubloon")
    said.wait_until_everywhere()
    for pk in (said.first, str(int(said.first) + 1)):
        form = urllib.parse.urlencode({"do": "take-back", "comment": pk}).encode()
        asked = urllib.request.Request(f"{house.url}/comments/mine/", form, {"Cookie": f"masthead_reader={said.session}"})
        assert urllib.request.urlopen(asked).status == 200
    took = said.wait_until_nowhere(time.monotonic())
    print(f"taken back: nowhere {took:.2f} s after")
    # What waited is sent now: to whoever was answered, and without a word of it.
    python(house, "Outgoing.objects.filter(state='queued').update(due_at=story.first_published_at)")
    until = time.monotonic() + 10
    while "queued" in python(house, "print(*Outgoing.objects.filter(composer='answer').values_list('state', flat=True))"):
        assert time.monotonic() < until
    assert not [1 for letter in post.to("wendla@readers.example") if re.search(r"guilder|doubloon", letter.as_string())]


def test_a_killed_story_takes_its_conversation_along(house, path) -> None:
    said = Said(house, path, "sovereign")
    said.wait_until_everywhere(letter=False)  # Today's letter has left.
    (house.inbox / "2.xml").write_bytes(g2(guid="tag:1", version=2, pubstatus="canceled", headline="Ferry in the news", body="About the ferry. "))
    since = time.monotonic()
    took = said.wait_until_nowhere(since)
    print(f"killed by the agency: nowhere {took:.2f} s after the file came")
