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
from django.test import Client

from masthead.comments import moderating, standing, writing
from masthead.comments.models import Appeal, Comment, Hook, Rulebook
from masthead.comments.rules import BOOK
from masthead.people import readers
from masthead.press import run
from masthead.public import contact, talk_entering
from tests import reader as asks
from tests.comments import made
from tests.house import BROWSER_FLAGS, chromium
from tests.staff import hire

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


def test_every_other_field(title, vectors) -> None:
    with chrome() as one:
        raw = _raw(one, vectors)
    print(f"raw, {len(raw)} run by themselves")
    assert len(raw) > 30, "the control: printed raw they run"
    made.talking(title, notice=" ".join(raw)[:1500], introduction="\n".join(raw))
    story, mo, desk = made.story(title), made.moderator(title), Client()
    desk.force_login(hire(title, "keyholder"))
    shown: list[tuple[str, str]] = []

    def keep(name: str, answer) -> None:
        shown.append((name, answer.content.decode()))

    base = made.says(story, "Something to answer and to report")
    off = {code: {"does": "off"} for code in BOOK}
    for n, one in enumerate(raw):
        talk_entering.letters_turnstile._came.clear()
        contact.turnstile._came.clear()
        who, client, place = made.reader(), Client(), f"/comments{story.path}"
        keep("who", client.post(place, {"text": one}))
        keep("address", client.post(place, {"text": one, "address": one}))
        client.cookies["masthead_reader"] = readers.open_session(who)
        keep("name", client.post("/comments/mine/", {"do": "name", "name": one}))
        keep("new name", client.post(place, {"text": one, "name": one}))
        keep("report", client.post(place, {"report": str(base.number), "rule": "", "note": one}))
        client.post(place, {"report": str(base.number), "rule": "attack", "note": one})
        keep("answer", client.get(f"{place}?answers={base.number}&quote=1"))
        keep("error report", client.post(f"/contact/error{story.path}", {"text": "", "name": one, "reply_to": one}))
        keep("code", client.get("/comments/enter/x/", {"code": one}))
        Rulebook.objects.filter(title=title).update(rules=off, slow_from=0)
        said = made.says(story, f"{one} and so on, {n}", who)
        removed = made.says(story, f"Removed {n}: {one}", made.reader())
        moderating.decide(removed, "reject", mo, rule="attack", note=one)
        removed.refresh_from_db()
        moderating.appeal(removed, removed.author, one)
        client.cookies["masthead_reader"] = readers.open_session(removed.author)
        keep("mine", client.get(f"/comments/mine/{removed.pk}/"))
        keep("all mine", client.get("/comments/mine/"))
        desk.post(f"/newsroom/talk/people/{who.pk}/", {"do": "warn", "note": one})
        desk.post(f"/newsroom/talk/stories/{story.pk}/", {"name": one})
        desk.post("/newsroom/talk/webhooks/", {"url": f"https://x.example/{one}"})
        keep("tk search", desk.get("/newsroom/talk/", {"q": one}))
        keep("tk try", desk.post("/newsroom/talk/words/", {"try": one}))
        keep("tk context", desk.get(f"/newsroom/talk/{said.pk}/"))
    desk.post(f"/newsroom/talk/stories/{story.pk}/", {"mode": "", "note": " ".join(raw)})
    desk.post("/newsroom/talk/words/", {"words": "[banned]\n" + "\n".join(raw)})
    for show in ("waiting", "reported", "appeals", "removed", "published"):
        keep(f"tk {show}", desk.get(f"/newsroom/talk/?show={show}"))
    for name in (f"stories/{story.pk}/", "words/", "webhooks/", "rules/", "figures/", f"people/{base.author_id}/", f"people/{removed.author_id}/"):
        keep(f"tk {name}", desk.get(f"/newsroom/talk/{name}"))
    assert Appeal.objects.count() == len(raw) and Hook.objects.count() == 5
    run.print_all(title)
    for path in (story.path, "/about/community-guidelines/", f"{story.path}comments/1/", f"{story.path}comments/best/"):
        shown.append((path, asks.get(title, path).text))
    # Pages of one reader are small: many of them are looked at together.
    groups: dict[str, list[str]] = {}
    for name, text in shown:
        body = re.sub(r"(?s)^.*?<body[^>]*>|</body>.*$", "", text)
        groups.setdefault(name, []).append(body if not name.startswith("tk") else body[body.find('class="lib tk"') - 5 :])
    with chrome() as one:
        page = one.new_context().new_page()
        page.route("**", lambda route: route.abort())
        for name, bodies in groups.items():
            for at in range(0, len(bodies), 8):
                root = ".lib" if name.startswith("tk") else "body"
                assert _runs(page, "\n".join(bodies[at : at + 8]), root) == (0, []), name
    print(f"{len(raw)} that run, through {len(groups)} places: 0 run")
