"""Fronts as editors arrange them: order, packages, rules, banner, times; and exactly that front is printed again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.actions import fronts
from masthead.stories.arrangement import Arrangement, Fill, Slot
from tests import reader, scenes
from tests.press.filed import headlines, printed_since, published

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def nine_stories(title):
    """Nine stories, an hour apart, oldest first: A to F ours (E, F sport), X, Y, Z an agency's."""
    made = {}
    for name in "ABCDEFXYZ":
        agency = "Aldine Wire" if name in "XYZ" else ""
        made[name] = published(title, f"Story {name}", section=1 if name in "EF" else 0, agency=agency)
        clock.advance(timedelta(hours=1))
    for path in run.everything(title):
        run.print_page(title, path)
    return made


ground = scenes.ground(nine_stories, START)


@pytest.fixture
def title(scene):
    return scene.title


@pytest.fixture
def stories(scene):
    return scene.things


def slots(stories, *wanted: str) -> tuple[Slot, ...]:
    """“A”, “A+BC” (with related), “p:A” (package), “b:A” (brief), “-” (the rules fill it)."""
    found = []
    for word in wanted:
        place, _, rest = word.rpartition(":")
        first, _, more = rest.partition("+")
        pk = None if first == "-" else stories[first].pk
        kind = {"p": "package", "b": "brief", "": "second"}[place]
        found.append(Slot(pk, kind, tuple(stories[m].pk for m in more)))
    return tuple(found)


def front_lines(title, path: str = "/") -> list[str]:
    return [h.removeprefix("Story ") for h in headlines(reader.get(title, path).text)]


def arrange(title, stories, *wanted: str, section=None, **more):
    front = fronts.front_of(title, section)
    at = more.pop("at", None)
    plan = Arrangement(slots(stories, *wanted), **more)
    version = fronts.arrange(front=front, plan=plan, by="Nell", at=at)
    diary.work_off()
    return version


def test_the_order_is_the_editors_and_no_story_stands_twice(title, stories) -> None:
    arrange(title, stories, "A+BC", "X", "p:D+E", "b:F", strips=False)
    assert front_lines(title) == ["A", "B", "C", "X", "Z", "Y", "D", "E", "F"]


@pytest.mark.parametrize(
    ("fills", "latest"),
    [
        ((), ["Z", "Y", "X", "F", "E", "D", "C", "B"]),
        ((Fill("wire", 2),), ["Z", "Y"]),
        ((Fill("ours", 2),), ["F", "E"]),
        ((Fill("any", 4, True),), ["F", "E", "D", "C"]),
        ((Fill("any", 2, True),), ["F", "Z"]),
        ((Fill("any", 4, False),), ["Z", "Y", "X", "F"]),
        ((Fill("wire", 1), Fill("any", 2, False)), ["Z", "Y", "X"]),
        ((Fill("section:{sport}", 5),), ["F", "E"]),
        ((Fill("source:{aldine}", 2), Fill("section:{sport}", 1)), ["Z", "Y", "F"]),
    ],
)
def test_rules_fill_the_rest(title, stories, fills, latest) -> None:
    names = {"sport": stories["E"].section_id, "aldine": stories["X"].agency_id}
    wanted = tuple(Fill(f.take.format(**names), f.count, f.local_first) for f in fills)
    arrange(title, stories, "A", fills=wanted, strips=False)
    assert front_lines(title) == ["A", *latest]


def test_an_open_slot_is_filled_by_the_rules(title, stories) -> None:
    arrange(title, stories, "-", "A", fills=(Fill("wire", 2),), strips=False)
    assert front_lines(title) == ["Z", "A", "Y"]


@pytest.mark.parametrize("act", ["withdraw", "hold", "kill", "withhold", "expire", "embargo"])
@pytest.mark.parametrize("place", ["/", "/world/"])
def test_a_closed_story_leaves_its_slot_at_once_and_the_slot_is_filled(title, stories, act, place) -> None:
    section = stories["X"].section if place == "/world/" else None
    arrange(title, stories, "X", "A", section=section, fills=(Fill("wire", 3),), strips=False)
    assert front_lines(title, place)[:2] == ["X", "A"]
    soon = clock.now() + timedelta(hours=1)
    orders = {
        "kill": actions.Orders(pubstatus="canceled"),
        "withhold": actions.Orders(pubstatus="withheld"),
        "expire": actions.Orders(expires_at=clock.now()),
        "embargo": actions.Orders(embargo_until=soon),
    }
    if act in orders:
        actions.obey(story=stories["X"], orders=orders[act], by="Aldine Wire")
    else:
        {"withdraw": actions.withdraw, "hold": actions.hold}[act](story=stories["X"])
    diary.work_off()
    assert "Story X" not in reader.get(title, place).text
    assert front_lines(title, place)[:2] == ["Z", "A"]
    if act == "embargo":
        clock.advance(timedelta(hours=1))
        assert front_lines(title, place)[:2] == ["X", "A"], "it comes back at its second, without any worker"


def test_a_package_whose_lead_is_gone_is_led_by_the_next_of_its_own(title, stories) -> None:
    arrange(title, stories, "A", "p:X+YZ", strips=False, fills=(Fill("ours", 1),))
    actions.withdraw(story=stories["X"])
    diary.work_off()
    assert front_lines(title) == ["A", "F", "Y", "Z"]
    assert "Story X" not in reader.get(title, "/").text


def test_a_scheduled_front_takes_effect_at_its_second_without_any_job(title, stories) -> None:
    arrange(title, stories, "A", strips=False)
    arrange(title, stories, "B", strips=False, at=clock.now() + timedelta(hours=2))
    clock.advance(timedelta(hours=2, seconds=-1))
    assert front_lines(title)[0] == "A"
    clock.advance(timedelta(seconds=1))
    assert front_lines(title)[0] == "B"


def test_a_scheduled_front_can_be_called_off_until_then(title, stories) -> None:
    arrange(title, stories, "A", strips=False)
    later = arrange(title, stories, "B", strips=False, at=clock.now() + timedelta(hours=2))
    fronts.call_off(version=later, by="Nell")
    diary.work_off()
    clock.advance(timedelta(hours=3))
    assert front_lines(title)[0] == "A"
    live = arrange(title, stories, "C")
    with pytest.raises(fronts.CannotArrange, match="live already"):
        fronts.call_off(version=live)
    with pytest.raises(fronts.CannotArrange, match="past"):
        arrange(title, stories, "D", at=clock.now())
    assert front_lines(title)[0] == "C"


def test_history_says_who_and_restores(title, stories) -> None:
    first = arrange(title, stories, "A", strips=False)
    clock.advance(timedelta(hours=1))
    arrange(title, stories, "B", strips=False)
    clock.advance(timedelta(hours=1))
    restored = fronts.restore(version=first, by="Tomas")
    diary.work_off()
    assert front_lines(title)[0] == "A"
    kept = list(first.front.versions.values_list("by", "note"))
    assert kept == [("Tomas", "as Nell had it on 20 Nov, 17:00"), ("Nell", ""), ("Nell", "")]
    assert restored.pk != first.pk
    assert [e.verb for e in title_entries(title)][:3] == ["arranged"] * 3


def title_entries(title):
    from masthead.stories.models import DiaryEntry

    return DiaryEntry.objects.filter(title=title).order_by("-id")


@pytest.mark.parametrize("where", ["/", "/world/", "/sport/"])
def test_changing_a_front_prints_exactly_that_front(title, stories, where) -> None:
    section = None if where == "/" else title.sections.get(slug=where.strip("/"))
    front = fronts.front_of(title, section)
    plan = Arrangement(slots(stories, "E", "F"), strips=False)
    assert printed_since(title, lambda: fronts.arrange(front=front, plan=plan, by="Nell")) == {where}
    hour = clock.now() + timedelta(hours=1)
    assert printed_since(title, lambda: fronts.pin(front=front, text="Bridge shut", ends_at=hour, by="N")) == {where}
    assert printed_since(title, lambda: fronts.unpin(banner=front.banners.get(), by="N")) == {where}


def test_a_banner_ends_at_its_second_by_the_clock(title, stories) -> None:
    front = fronts.front_of(title)
    fronts.pin(front=front, text="Quay is flooded", ends_at=clock.now() + timedelta(hours=2), by="Nell")
    diary.work_off()
    assert "Quay is flooded" in reader.get(title, "/").text
    assert "Quay is flooded" not in reader.get(title, "/world/").text
    clock.advance(timedelta(hours=2, seconds=-1))
    assert "Quay is flooded" in reader.get(title, "/").text
    clock.advance(timedelta(seconds=1))
    assert "Quay is flooded" not in reader.get(title, "/").text


def test_a_banner_can_begin_later_and_a_newer_one_takes_its_place(title, stories) -> None:
    front, now = fronts.front_of(title), clock.now()
    fronts.pin(front=front, text="First words", ends_at=now + timedelta(hours=4), by="Nell")
    fronts.pin(
        front=front, text="Second words", starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2), by="N"
    )
    diary.work_off()
    seen = []
    for _ in range(3):
        page = reader.get(title, "/").text
        seen.append([w for w in ("First words", "Second words") if w in page])
        clock.advance(timedelta(hours=1))
    assert seen == [["First words"], ["Second words"], []]


def test_a_banner_of_a_story_goes_with_the_story(title, stories) -> None:
    front = fronts.front_of(title)
    until = clock.now() + timedelta(hours=2)
    fronts.pin(front=front, text="The wire says so", story=stories["X"], ends_at=until, by="Nell")
    diary.work_off()
    assert f'<a href="{stories["X"].path}">The wire says so</a>' in reader.get(title, "/").text
    actions.obey(story=stories["X"], orders=actions.Orders(pubstatus="canceled"), by="Aldine Wire")
    diary.work_off()
    assert "The wire says so" not in reader.get(title, "/").text


@pytest.mark.parametrize(("text", "hours", "why"), [("", 1, "Write what"), ("x", 0, "end before"), ("x", -1, "end before")])
def test_a_banner_without_words_or_end_is_refused(title, stories, text, hours, why) -> None:
    front = fronts.front_of(title)
    with pytest.raises(fronts.CannotArrange, match=why):
        fronts.pin(front=front, text=text, ends_at=clock.now() + timedelta(hours=hours))
    assert not front.banners.exists()


def test_a_stale_draft_is_refused_and_readers_see_no_draft(title, stories) -> None:
    front = fronts.front_of(title)
    front = fronts.draft(front=front, plan=Arrangement(slots(stories, "C")), seen=0)
    with pytest.raises(fronts.CannotArrange, match="meanwhile"):
        fronts.draft(front=front, plan=Arrangement(), seen=0)
    front.refresh_from_db()
    assert front.drafted.stories == (stories["C"].pk,)
    diary.work_off()
    assert front_lines(title)[0] != "C"


def test_arrangements_as_values() -> None:
    plan = Arrangement((Slot(1), Slot(2), Slot(None), Slot(3, "package", (4, 5))))
    assert Arrangement.of(plan.as_data()) == plan
    assert [s.story for s in plan.moved(3, 0).slots] == [3, 1, 2, None]
    assert [s.story for s in plan.moved(0, 99).slots] == [2, None, 3, 1]
    assert plan.moved(9, 0) == plan
    assert [s.story for s in plan.ordered([4, 1, 3, 2]).slots] == [2, 3, None, 1]
    assert plan.with_related(0, 5).slots[0] == Slot(1, "package", (5,))
    assert plan.with_related(0, 5).slots[3].related == (4,)
    assert [s.story for s in plan.with_story(4, at=0).slots] == [4, 1, 2, None, 3]
    assert plan.with_story(4, at=0).slots[4].related == (5,)
    assert [s.story for s in plan.without(2).slots] == [1, 2, 3]
    odd = {"slots": [{"story": 1}, {"story": 1}, {"story": "x"}, 7, {"story": 2, "place": "?"}], "fills": [{"take": "x"}]}
    assert Arrangement.of(odd) == Arrangement((Slot(1), Slot(2)))
    assert Arrangement.of("nonsense") == Arrangement()
