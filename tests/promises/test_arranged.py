"""Promise: wherever editors put a story (a slot, a banner, a line, a live blog), its orders are obeyed there at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.actions import fronts, lines, live
from masthead.stories.arrangement import Arrangement, Slot
from masthead.stories.models import Story
from masthead.wire import intake
from tests import reader
from tests.press.filed import published
from tests.promises.walk import leaks, shown_on
from tests.wire.made import g2

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORDS = ["Canary quake", "Canary body", "Canary post", "Canary summary", "Canary step", "Canary banner", "Canary point"]


@pytest.fixture
def everywhere(title):
    """A wire story that stands on every surface of fronts, lines and live blogs, with colleagues around it."""
    with clock.frozen(NOW):
        around = [published(title, f"Other {n}", section=n % 2) for n in range(4)]
        intake.take(
            g2(headline="Canary quake", body="Canary body " * 20), name="f.xml", source=intake.default_source(title)
        )
        diary.work_off()
        story = Story.objects.get(wire_headline="Canary quake")
        line = lines.together(stories=[story, around[0]])
        lines.join(line=line, story=story, what="Canary step")
        blog = live.go_live(story=story, summary="Canary summary")
        for n in range(60):
            live.post(blog=blog, text=f"Canary post {n}", headline="Canary point" if n == 3 else "", key_point=n == 3)
        # One entry would do for all of these posts; printing after each is not what is promised here.
        diary.settle("press")
        plan = Arrangement((Slot(around[1].pk, "second", (story.pk,)), Slot(around[2].pk)))
        for section in (None, *title.sections.all()):
            front = fronts.front_of(title, section)
            fronts.arrange(front=front, plan=plan if section else Arrangement((Slot(story.pk),)), by="Nell")
            fronts.pin(
                front=front, text="Canary banner", story=story, ends_at=NOW + timedelta(days=1), by="Nell"
            )
        diary.work_off()
        for path in run.everything(title):
            run.print_page(title, path)
        yield Story.objects.select_related("live_blog").get(pk=story.pk)


@pytest.mark.slow
def test_the_canary_sings_first(title, everywhere) -> None:
    shown = {word: shown_on(title, everywhere, word) for word in WORDS}
    assert {"article", "front", "section", "story-line"} <= shown["Canary quake"]
    assert {"front", "section"} <= shown["Canary banner"]
    assert {"article", "live"} <= shown["Canary post"] & shown["Canary point"] & shown["Canary summary"] | {"live"}
    assert {"story-line"} <= shown["Canary step"]
    assert "Canary banner" in reader.get(title, "/sport/").text


@pytest.mark.parametrize("order", ["kill", "withhold", "embargo", "expire", "withdraw", "hold"])
@pytest.mark.slow
def test_one_order_silences_all_of_it(title, everywhere, order) -> None:
    later = clock.now() + timedelta(hours=1)
    orders = {
        "kill": actions.Orders(pubstatus="canceled"),
        "withhold": actions.Orders(pubstatus="withheld"),
        "embargo": actions.Orders(embargo_until=later),
        "expire": actions.Orders(expires_at=clock.now()),
    }
    if order in orders:
        actions.obey(story=everywhere, orders=orders[order], by="Aldine Wire")
    else:
        getattr(actions, order)(story=everywhere)
    if order == "expire":
        actions.release_due()
    diary.work_off()
    assert leaks(title, everywhere, WORDS) == []
    for path in ("/", "/world/", "/sport/", "/stories-so-far/"):
        assert not [w for w in WORDS if w in reader.get(title, path).text], path
    if order == "embargo":
        clock.advance(timedelta(hours=1))
        actions.release_due()
        diary.work_off()
        assert {"article", "front", "story-line"} <= shown_on(title, everywhere, "Canary quake")
        assert "Canary banner" in reader.get(title, "/").text


@pytest.mark.slow
def test_an_expiry_is_kept_to_the_second_without_a_worker(title, everywhere) -> None:
    actions.obey(story=everywhere, orders=actions.Orders(expires_at=clock.now() + timedelta(minutes=5)), by="Aldine")
    diary.work_off()
    clock.advance(timedelta(minutes=5))
    line = everywhere.lines.get()
    paths = ["/", "/world/", "/sport/", "/stories-so-far/", f"/stories-so-far/{line.slug}/", everywhere.path]
    paths += [everywhere.path + "live.html", everywhere.path + "posts/1/"]
    found = {(path, w) for path in paths for w in WORDS if w in reader.get(title, path).text}
    assert found == set()
