"""Promise: after any changes, the store holds byte for byte what printing everything anew would give."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.people.models import Person
from masthead.press import addresses, counting, pages, run
from masthead.press.surfaces import URLS
from masthead.stories import actions, diary
from masthead.stories.arrangement import Arrangement, Fill, Slot
from masthead.stories.models import LiveBlog, Story, StoryLine

pytestmark = pytest.mark.slow

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def _file(title, dice: random.Random, n: int) -> None:
    person = Person.objects.order_by("?").first() if dice.random() < 0.5 else None
    copy = actions.Copy(
        headline=f"Story {n}",
        body=f"<p>Text of {n}. {dice.random()}</p>" * 3,
        credits=(actions.CopyCredit(person.name if person else "A Guest", person=person),),
        topics=tuple(actions.CopyTopic(f"Topic {dice.randrange(4)}") for _ in range(dice.randrange(3))),
    )
    story = actions.file_story(title=title, section=dice.choice(list(title.sections.all())), copy=copy)
    if dice.random() < 0.8:
        actions.publish_as_filed(story=story)


def _change(title, dice: random.Random, n: int) -> None:
    story = dice.choice(list(Story.objects.all())) if Story.objects.exists() else None
    plain = ["file", "file", "edit", "withdraw", "hold", "correct", "publish", "move"]
    act = dice.choice([*plain, "arrange", "pin", "line", "line", "live", "live"])
    if story is None or act == "file":
        _file(title, dice, n)
    elif act in ("edit", "move"):
        story.headline = f"Edited {n}"
        if act == "move":
            story.section = dice.choice(list(title.sections.all()))
        story.save_revision().publish()
    elif act == "correct":
        actions.correct(story=story, kind="correction", text=f"Number {n} was wrong.")
    elif act in ARRANGING:
        ARRANGING[act](title, story, dice, n)
    elif act == "publish":
        actions.publish_as_filed(story=story)
    else:
        {"withdraw": actions.withdraw, "hold": actions.hold}[act](story=story)


def _arrange(title, story, dice: random.Random, n: int) -> None:
    front = actions.fronts.front_of(title, dice.choice([None, *title.sections.all()]))
    ids = dice.sample(list(Story.objects.values_list("pk", flat=True)), min(4, Story.objects.count()))
    places = dice.choices(["second", "package", "brief"], k=len(ids))
    slots = tuple(Slot(pk, place) for pk, place in zip(ids, places, strict=True))
    fills = (Fill(dice.choice(["any", "ours"]), 5),) if dice.random() < 0.5 else ()
    later = clock.now() + timedelta(minutes=20) if dice.random() < 0.3 else None
    actions.fronts.arrange(front=front, plan=Arrangement(slots, fills), at=later, by="Nell")


def _pin(title, story, dice: random.Random, n: int) -> None:
    front = actions.fronts.front_of(title, dice.choice([None, *title.sections.all()]))
    banner = front.banners.first()
    if banner and dice.random() < 0.4:
        actions.fronts.unpin(banner=banner)
    else:
        until = clock.now() + timedelta(minutes=dice.randrange(5, 60))
        actions.fronts.pin(front=front, text=f"Banner {n}", story=dice.choice([None, story]), ends_at=until)


def _line(title, story, dice: random.Random, n: int) -> None:
    line = StoryLine.objects.order_by("?").first()
    if line is None or dice.random() < 0.2:
        actions.lines.begin(title=title, name=f"Line {n}", stories=[story])
        return
    act = dice.choice(["join", "join", "join", "part", "retell", "conclude", "resume"])
    if act in ("join", "part"):
        getattr(actions.lines, act)(line=line, story=story)
    elif act == "retell":
        actions.lines.retell(line=line, name=f"Renamed {n}", summary=f"Summary {n}")
    elif act == "conclude":
        actions.lines.conclude(line=line, outcome=f"Outcome {n}")
    else:
        actions.lines.resume(line=line)


def _live(title, story, dice: random.Random, n: int) -> None:
    blog = LiveBlog.objects.filter(ended_at=None).first()
    if blog is None:
        actions.live.go_live(story=story)
        return
    posted = blog.posts.filter(state="posted").first()
    act = dice.choice(["post", "post", "post", "amend", "strike", "sum_up", "sign_off"])
    if posted and act == "amend":
        actions.live.amend(post=posted, text=f"Amended {n}", correction=f"Wrong {n}")
    elif posted and act == "strike":
        actions.live.strike(post=posted)
    elif act == "sum_up":
        actions.live.sum_up(blog=blog, summary=f"Summary {n}")
    elif act == "sign_off":
        actions.live.sign_off(blog=blog)
    else:
        for m in range(dice.choice([1, 1, 1, 27])):
            actions.live.post(blog=blog, text=f"Post {n} {m}", key_point=dice.random() < 0.2)


ARRANGING = {"arrange": _arrange, "pin": _pin, "line": _line, "live": _live}


def _live_paths() -> set[str]:
    return {path for blog in LiveBlog.objects.all() for path in URLS["live"](blog.story)}


def _older_paths(title) -> set[str]:
    """Pages of lists that are printed when somebody asks: those that there are, and one that there may be soon."""
    lists = [*map(addresses.section, title.sections.all()), *map(addresses.topic, title.topics.all())]
    lists += map(addresses.person, Person.objects.all())
    return {addresses.older(path, number) for path in lists for number in range(1, 8)}


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.soak) for n in (2, 3, 4))])
def test_the_store_equals_a_fresh_print(title, seed, monkeypatch) -> None:
    # So that lists have older pages, and their counts are kept.
    for name, value in ((pages, "A_PAGE"), 2), ((counting, "MANY"), 4), ((counting, "NEWEST"), 2):
        monkeypatch.setattr(*name, value)
    dice = random.Random(seed)
    Person.objects.create(name="Ada Quill", slug="ada-quill")
    Person.objects.create(name="Ben Marsh", slug="ben-marsh")
    with clock.frozen(START):
        for path in run.everything(title):
            run.print_page(title, path)
        for n in range(40):
            clock.advance(timedelta(minutes=7))
            _change(title, dice, n)
            diary.work_off()
            if n % 10 == 9:
                # What is no longer true at its second is not handed out; the worker or the next reader prints it anew.
                run.catch_up(title)
                held = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
                for path in {*held, *run.everything(title), *_live_paths(), *_older_paths(title)}:
                    run.print_page(title, path)
                fresh = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
                wrong = {p for p in held if held[p] != fresh.get(p)}
                assert wrong == set()
