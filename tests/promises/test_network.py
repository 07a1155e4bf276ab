"""Three papers in one house, thirty stories shared between them; kills, withdrawals, holds, embargoes and corrections crossing:
nothing that a paper has ordered about its story shows in any other, on any surface."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.exchange import sharing
from masthead.kit import clock
from masthead.people.models import Organisation
from masthead.stories import actions, diary
from masthead.stories.actions.file import Copy
from masthead.stories.models import Correction, Story
from masthead.titles.models import Section, Title
from tests import reader
from tests.conftest import small_paper
from tests.promises.walk import leaks, shown_on

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def any_host(settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def papers(db, fresh_store) -> list[Title]:
    first = small_paper()
    made = [first]
    for name in ("Second", "Third"):
        title = Title.objects.create(name=f"The {name}", base_url=f"http://{name.lower()}.example", time_zone="UTC")
        Section.objects.create(title=title, name="Region", slug="region")
        made.append(title)
    first.base_url = "http://first.example"
    first.save()
    return made


def settle() -> None:
    while diary.work_off():
        pass


def canary(n: int) -> str:
    return f"Canarybird{n:02d}x"


def filed(title: Title, n: int) -> Story:
    copy = Copy(
        headline=f"{canary(n)} on the quay",
        body=f"<p>The {canary(n)} came in.</p><p>It left at noon.</p>",
        topics=(actions.CopyTopic(f"{canary(n)} topic"),),
        agency=Organisation.objects.get_or_create(slug="aldine", defaults={"name": "Aldine Wire"})[0] if n % 5 == 4 else None,
    )
    return actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))


ORDERS = {
    "kill": lambda s: actions.obey(story=s, orders=actions.Orders("canceled", reason="Wrong."), by="The agency"),
    "withdraw": lambda s: actions.withdraw(story=s, reason="Wrong."),
    "withhold": lambda s: actions.obey(story=s, orders=actions.Orders("withheld", reason="Wait."), by="The agency"),
    "hold": lambda s: actions.hold(story=s, reason="Wait."),
    "embargo": lambda s: actions.obey(story=s, orders=actions.Orders(embargo_until=NOW + timedelta(hours=6)), by="The agency"),
    "expiry": lambda s: actions.obey(story=s, orders=actions.Orders(expires_at=NOW - timedelta(minutes=1)), by="The agency"),
}


@pytest.mark.soak
def test_no_leak_between_three_papers(papers) -> None:
    with clock.frozen(NOW):
        stories = [filed(papers[n % 3], n) for n in range(30)]
        copies: dict[int, list[Story]] = {}
        for n, story in enumerate(stories):
            for to in (one for one in papers if one.pk != story.title_id):
                share = sharing.offer(story=story, to=to, routed=True)
                copies.setdefault(n, []).append(sharing.take(share=share, section=to.sections.first(), publish=True))
        settle()
        seen = {n: [reader.get(copy.title, copy.path or "").status for copy in copies[n]] for n in range(30)}
        assert set(map(tuple, seen.values())) == {(200, 200)}
        assert {"article", "front", "section", "feed-rss", "sitemap-news", "search"} <= shown_on(copies[29][0].title, copies[29][0], canary(29))

        words, acts = list(ORDERS), {}
        for n, story in enumerate(stories[:24]):
            acts[n] = words[n % len(words)]
            ORDERS[acts[n]](Story.objects.get(pk=story.pk))
            if n % 2:  # what crosses: the copy was edited, or corrected, at the same time
                actions.correct(story=stories[29 - n % 6], kind=Correction.Kind.CORRECTION, text=f"Corrected beside {n}.")
        settle()

        found = [leak for n in acts for copy in copies[n] for leak in leaks(copy.title, Story.objects.get(pk=copy.pk), [canary(n)])]
        found += [leak for n in acts for leak in leaks(stories[n].title, Story.objects.get(pk=stories[n].pk), [canary(n)])]
        # And the path of each story at the other papers, where it never was.
        strangers = [
            (title.name, stories[n].path)
            for n in range(30)
            for title in papers
            if title.pk != stories[n].title_id
            and not title.stories.filter(path=stories[n].path).exists()
            and reader.get(title, stories[n].path or "").status == 200
        ]
        whole = [reader.get(copy.title, copy.path or "").status for n in range(24, 30) for copy in copies[n]]
        print(f"\n3 papers, 30 stories, 60 copies, {len(acts)} orders crossing: {len(found)} leaks, {len(strangers)} strangers")
        assert found == [] and strangers == [] and whole == [200] * 12
        for n in range(24, 30):
            notes = {note.text for note in Story.objects.get(pk=stories[n].pk).corrections.all()}
            for copy in copies[n]:
                assert {note.text for note in copy.corrections.all()} == notes
    with clock.frozen(NOW + timedelta(hours=6)):
        actions.release_due()
        settle()
        freed = [copy for n, act in acts.items() if act == "embargo" for copy in copies[n]]
        assert freed and {reader.get(copy.title, copy.path or "").status for copy in freed} == {200}
