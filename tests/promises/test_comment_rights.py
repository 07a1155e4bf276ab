"""Promise: the table of who may do what in a conversation is complete, and holds: refusals change nothing."""

from __future__ import annotations

import inspect
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from masthead.comments import moderating, writing
from masthead.comments.models import (
    Appeal,
    Comment,
    Decision,
    Flag,
    Hook,
    Mute,
    ProtectedName,
    Respect,
    Revision,
    Rulebook,
    Sanction,
    Thread,
    Word,
)
from masthead.kit import clock
from masthead.newsroom import doors
from masthead.people import readers
from masthead.people.models import Reader, User
from masthead.people.roles import Role
from masthead.public import talk_embed, talk_entering, talk_mine, talking
from masthead.public.urls import urlpatterns
from masthead.titles.models import Section, Title
from tests.comments import made
from tests.staff import hire

READERS = ("nobody", "author", "another", "suspended", "banned", "banned everywhere")
STAFF = (*Role.values, "moderator of another paper", "reader")
MODERATES = {"editor", "moderator", "keyholder"}
KEYHOLDER = {"keyholder"}
ANYBODY_KNOWN = {"author", "another"}

BY_READERS: dict[str, tuple[dict[str, str], set[str]]] = {
    # verb: the form, and who may. `{c}` is the comment's number, `{pk}` its id.
    "write": ({"text": "A word of mine in this matter"}, ANYBODY_KNOWN),
    "answer": ({"text": "An answer of mine to that", "answers": "{c}"}, ANYBODY_KNOWN),
    "respect": ({"respect": "{c}"}, {"another"}),
    "report": ({"report": "{c}", "rule": "attack"}, {"another"}),
    "mute": ({"report": "{c}", "do": "mute"}, {"another", "suspended", "banned", "banned everywhere"}),
    "change": ({"do": "change", "comment": "{pk}", "text": "What I meant to say"}, {"author"}),
    "take back": ({"do": "take-back", "comment": "{pk}"}, {"author"}),
    "appeal": ({"do": "appeal", "comment": "{removed}", "words": "Why?"}, {"author"}),
}
OF_ONESELF = {"name", "letters", "unmute", "drop-key", "out", "erase", "export", "mutes"}
"""What a reader does to their own account: whoever is signed in, also while banned, and to nobody else's."""

BY_STAFF: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "talk_act": ("/newsroom/talk/{pk}/act/", {"verdict": "hold"}, MODERATES),
    "talk_act reject": ("/newsroom/talk/{pk}/act/", {"verdict": "reject", "rule": "attack"}, MODERATES),
    "talk_act pick": ("/newsroom/talk/{pk}/act/", {"verdict": "pick"}, MODERATES),
    "talk_act unlink": ("/newsroom/talk/{pk}/act/", {"verdict": "unlink"}, MODERATES),
    "talk_act grant": ("/newsroom/talk/{removed}/act/", {"verdict": "grant"}, MODERATES),
    "talk_undo": ("/newsroom/talk/undo/{decision}/", {}, MODERATES),
    "talk_answer": ("/newsroom/talk/{pk}/answer/", {"text": "An answer of the newsroom’s"}, set(Role.values)),
    "talk_person warn": ("/newsroom/talk/people/{author}/", {"do": "warn"}, MODERATES),
    "talk_person ban": ("/newsroom/talk/people/{author}/", {"do": "ban"}, MODERATES),
    "talk_person everywhere": ("/newsroom/talk/people/{author}/", {"do": "ban", "everywhere": "1"}, set()),
    "talk_person all": ("/newsroom/talk/people/{author}/", {"do": "remove-all", "rule": "attack", "sure": "yes"}, MODERATES),
    "talk_person name": ("/newsroom/talk/people/{author}/", {"do": "rename"}, MODERATES),
    "talk_person erase": ("/newsroom/talk/people/{author}/", {"do": "erase", "sure": "yes"}, KEYHOLDER),
    "talk_thread": ("/newsroom/talk/stories/{story}/", {"mode": "closed", "note": ""}, MODERATES),
    "talk_thread name": ("/newsroom/talk/stories/{story}/", {"name": "Lena Hollis"}, MODERATES),
    "talk_rules": ("/newsroom/talk/rules/", {"on": "on", "mode": "pre", "wire_mode": "none", "sensitive_mode": "pre", "close_after_days": "9", "out_of_hours": "pre", "edit_seconds": "300", "longest": "2000", "slow_from": "30", "slow_seconds": "60", "retention_days": "0"}, KEYHOLDER),
    "talk_words": ("/newsroom/talk/words/", {"words": "[banned]\nflimflam"}, KEYHOLDER),
    "talk_hooks": ("/newsroom/talk/webhooks/", {"url": "https://desk.example/"}, KEYHOLDER),
}  # fmt: skip
LOOKING: dict[str, tuple[str, set[str]]] = {
    "talk": ("/newsroom/talk/", MODERATES),
    "talk_context": ("/newsroom/talk/{pk}/", MODERATES),
    "talk_person": ("/newsroom/talk/people/{author}/", MODERATES),
    "talk_thread": ("/newsroom/talk/stories/{story}/", MODERATES),
    "talk_questions": ("/newsroom/talk/questions/", set(Role.values)),
    "talk_rules": ("/newsroom/talk/rules/", KEYHOLDER),
    "talk_csv": ("/newsroom/talk/comments.csv", KEYHOLDER),
    "talk_jsonl": ("/newsroom/talk/comments.jsonl", KEYHOLDER),
    "talk_hooks": ("/newsroom/talk/webhooks/", KEYHOLDER),
    "talk_words": ("/newsroom/talk/words/", MODERATES),
    "talk_figures": ("/newsroom/talk/figures/", MODERATES),
}
OF_ONES_OWN_PAPER = {"talk", "talk_questions", "talk_words", "talk_figures"}
"""Screens that everybody sees of the paper where they work, and of no other."""
ELSEWHERE = {"talk_learn", "talk_fairness"}
"""Change nothing that a comment or a reader feels; tests/newsroom/test_doors.py walks them with the others."""
KEPT = (Comment, Revision, Decision, Flag, Respect, Mute, Sanction, Appeal, ProtectedName, Word, Hook, Rulebook, Thread, Reader)


@pytest.fixture
def ground(title: Title) -> dict[str, Any]:
    made.talking(title)
    story, author, mo = made.story(title), made.reader("Ann Marsh"), made.moderator(title, "first-mo")
    said = made.says(story, "The first word, see wall.example for it", author)
    removed = made.says(story, "A word that was removed", made.reader("Nobody Else"))
    Comment.objects.filter(pk=removed.pk).update(author=author)
    decision = moderating.decide(removed, "reject", mo, rule="attack")
    made.talking(Title.objects.create(name="The Other Paper", base_url="http://other", language="en", time_zone="UTC"))
    Comment.objects.update(at=clock.now() - timedelta(minutes=1))
    return {"pk": said.pk, "c": said.number, "removed": removed.pk, "author": author.pk, "story": story.pk, "path": story.path, "decision": decision.pk, "title": title, "mo": mo}


def snapshot() -> str:
    """Everything that is kept, as text: to see that nothing changed."""
    return json.dumps({model.__name__: list(model.objects.order_by("pk").values()) for model in KEPT}, default=str)


def reader_named(who: str, ground: dict[str, Any]) -> Client:
    client = Client()
    if who == "nobody":
        return client
    one = Reader.objects.get(pk=ground["author"]) if who == "author" else made.reader(who.title())
    if who in ("suspended", "banned", "banned everywhere"):
        kind = "suspend" if who == "suspended" else "ban"
        moderating.sanction(one, ground["title"], kind, ground["mo"], hours=9 if kind == "suspend" else 0, everywhere=False)
        if who == "banned everywhere":
            Sanction.objects.filter(reader=one).update(title=None)
    client.cookies["masthead_reader"] = readers.open_session(one)
    return client


def colleague(who: str, title: Title) -> Client:
    client = Client()
    if who == "moderator of another paper":
        other = Title.objects.get(name="The Other Paper")
        Section.objects.create(title=other, name="News", slug="news")
        user = hire(other, Role.MODERATOR, "elsewhere")
    elif who == "reader":
        user = User.objects.create_user("nobody", password="a long password")
    else:
        user = User.objects.filter(username=who).first() or hire(title, who)
    client.force_login(user)
    return client


@pytest.mark.parametrize("verb", BY_READERS)
def test_readers(ground, verb) -> None:
    form, may = BY_READERS[verb]
    if verb == "appeal":
        Appeal.objects.all().delete()
    place = "/comments/mine/" if "comment" in form else f"/comments{ground['path']}"
    sent = {name: value.format(**ground) for name, value in form.items()}
    # Those who may come last: what they do is not there for those who may not.
    for who in sorted(READERS, key=lambda one: one in may):
        client = reader_named(who, ground)
        before = snapshot()
        answer = client.post(place, sent)
        assert (answer.status_code in (200, 303) and snapshot() != before) is (who in may), (verb, who, answer.status_code)


@pytest.mark.parametrize("verb", BY_STAFF)
def test_colleagues(ground, verb) -> None:
    where, form, may = BY_STAFF[verb]
    if "grant" in verb:
        moderating.appeal(Comment.objects.get(pk=ground["removed"]), Reader.objects.get(pk=ground["author"]), "Why?")
    allowed = 0
    for who in sorted(STAFF, key=lambda one: one in may):
        client = colleague(who, ground["title"])
        if who in may and allowed:
            continue  # One of them is enough to change it; that the others may is seen by looking, and by the doors.
        before = snapshot()
        answer = client.post(where.format(**ground), form)
        assert (snapshot() != before) is (who in may), (verb, who, answer.status_code)
        allowed += who in may


@pytest.mark.parametrize("name", LOOKING)
def test_looking(ground, name) -> None:
    where, may = LOOKING[name]
    before = snapshot()
    for who in STAFF:
        answer = colleague(who, ground["title"]).get(where.format(**ground))
        if who == "moderator of another paper" and name in OF_ONES_OWN_PAPER:
            assert answer.status_code == 200 and b"wall.example" not in answer.content and b"Ann Marsh" not in answer.content, name
            continue
        assert (answer.status_code == 200) is (who in may), (name, who, answer.status_code)
    assert snapshot() == before, "looking changes nothing"


def test_readers_pages_change_nothing_when_they_are_looked_at(ground) -> None:
    client = reader_named("author", ground)
    paths = ["/comments/mine/", f"/comments/mine/{ground['pk']}/", "/comments/mine/export.json", "/comments/mutes.json", "/comments/embed/?url=x", "/comments/embed.js"]
    paths += [f"/comments{ground['path']}?{query}" for query in ("answers=1", "report=1", "respect=1", "do=post&text=hello", "answers=1&quote=1")]
    before = snapshot()
    for path in paths:
        for method in (client.get, client.head):
            assert method(path).status_code in (200, 204, 303), path
        assert (client.put(path).status_code in (404, 405) and client.delete(path).status_code in (404, 405)) or "embed" in path
    assert snapshot() == before


def test_what_is_somebody_elses_is_not_there(ground) -> None:
    client = reader_named("another", ground)
    for pk in (ground["pk"], ground["removed"]):
        assert client.get(f"/comments/mine/{pk}/").status_code == 404
    assert "Ann Marsh" not in client.get("/comments/mine/export.json").content.decode()


def test_the_table_is_complete() -> None:
    """Every verb of the rooms and every address of the two doors stands in a table above."""
    addresses = {name for name in doors.DOORS if name.startswith("talk")}
    assert {key.split()[0] for key in BY_STAFF} | set(LOOKING) | ELSEWHERE == addresses
    verbs = {name for name, it in inspect.getmembers(writing, inspect.isfunction) if it.__module__ == writing.__name__ and not name.startswith("_")}
    assert verbs == {"post", "change", "take_back", "respect", "report", "mute", "may_change", "barred"}
    decides = {name for name, it in inspect.getmembers(moderating, inspect.isfunction) if "user: User" in str(inspect.signature(it)).replace("'", "") and it.__module__ == moderating.__name__}
    assert decides - {name for name in decides if name.startswith("_")} == {"ask", "papers", "decide", "undo", "sanction", "remove_all", "undo_batch", "rename", "judge", "set_thread"}
    views = {u.callback for u in urlpatterns if u.callback.__module__ in {m.__name__ for m in (talking, talk_mine, talk_entering, talk_embed)}}
    assert len(views) == 9, "thread, enter, mine, export, mutes, two of keys, two of the frame"
