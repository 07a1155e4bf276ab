"""Nothing that anybody writes runs in a browser: known attacks through every text field of the conversation, looked at in Chromium.

A control shows that they run when they are printed raw. Pages are looked at without their own security policy, so that it
hides nothing; it would stop the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from masthead.comments import standing, writing
from masthead.comments.models import Comment, Rulebook
from masthead.comments.rules import BOOK
from masthead.press import run
from tests import reader as asks
from tests.comments import made
from tests.house import BROWSER_FLAGS, chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOOK = """<!doctype html><script>window.ran = []; for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (...a) => { window.ran.push(name); return null; };</script>"""
LOOK = """(root) => [window.ran ? window.ran.length : 0, [...document.querySelectorAll(root + " *")].filter((one) => [...one.attributes].some((a) =>
  /^on/i.test(a.name) || /^srcdoc$/i.test(a.name) || (/^(href|src|action|formaction|xlink:href|data|poster)$/i.test(a.name) && /^[\\s\\x00-\\x20]*(javascript|vbscript|data):/i.test(a.value)))
  || (/^(iframe|object|embed|base|meta|link|img|svg|math|style)$/i.test(one.localName) && one.closest(".words, .tk-words, .mine-said, .tk-card"))).map((one) => one.outerHTML.slice(0, 200))]"""
INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def _vectors(shared: Path) -> list[str]:
    """DOMPurify's fixtures (124 of html5sec's are among them) and the list of naughty strings."""
    found = [one["payload"] for one in json.loads((shared / "xss" / "dompurify.json").read_text())]
    return found + [one for one in json.loads((shared / "xss" / "naughty-strings.json").read_text()) if isinstance(one, str)]


@pytest.fixture
def vectors(shared: Path) -> list[str]:
    return _vectors(shared)


@contextmanager
def chrome() -> Iterator:
    """A browser for a while: as long as it runs, nobody else in this thread may wait for anything, so pages are fetched before."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine, engine.chromium.launch(executable_path=chromium(), args=BROWSER_FLAGS) as one:
        yield one


def _runs(page, markup: str, root: str = "body") -> tuple[int, list[str]]:
    page.set_content(HOOK + markup, wait_until="commit")
    page.wait_for_timeout(60)
    count, odd = page.evaluate(LOOK, root)
    return count, odd


def _raw(browser, vectors: list[str]) -> list[str]:
    """Those that run by themselves when they are printed raw: the control."""
    page = browser.new_context().new_page()
    page.route("**", lambda route: route.abort())
    found = []
    for one in vectors:
        if "<" not in one or re.search(r"http-equiv|location|pushState|document\.write", one, re.I):
            continue
        try:
            if _runs(page, f"<div class=words>{one}</div>")[0]:
                found.append(one)
        except Exception:
            page = browser.new_context().new_page()
            page.route("**", lambda route: route.abort())
    page.close()
    return found


def _posted(story, vectors: list[str]) -> None:
    """Each as a comment of its own, by somebody of their own."""
    off = {code: {"does": "off"} for code in BOOK}
    Rulebook.objects.update(rules=off, slow_from=0, own_sites="old.example", close_after_days=0, longest=10_000)
    for one in vectors:
        try:
            writing.post(story, made.reader(), one, insist=True)
        except writing.NotTaken as error:
            assert "nothing in it" in str(error).lower(), error


def test_every_vector_as_a_comment(title, vectors) -> None:
    made.talking(title)
    story = made.story(title)
    _posted(story, vectors)
    assert Comment.objects.count() > 690
    run.print_all(title)
    last = (standing.thread_of(story).last_root - 1) // 20
    paths = [story.path, f"{story.path}comments/newest.html", f"{story.path}comments/embed/", *(f"{story.path}comments/part/{n}/" for n in range(1, last + 1))]
    texts = {path: asks.get(title, path).text for path in paths}
    looked = 0
    with chrome() as one:
        page = one.new_context().new_page()
        page.route("**", lambda route: route.abort())
        for path, text in texts.items():
            assert _runs(page, text) == (0, []), path
            assert not INVISIBLE.search(text), path
            looked += text.count('class="words"')
    print(f"{looked} comments on {len(paths)} pages: 0 run")
    assert looked > 690
