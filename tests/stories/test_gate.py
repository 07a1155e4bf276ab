"""The gate: one rule in two forms, held together by random stories."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import Markup

from masthead.kit.private import DeskOnly, PrivateTextLeak
from masthead.stories import actions, gate
from masthead.stories.models import Story

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_the_query_and_the_function_agree(title) -> None:
    dice = random.Random(3)
    times = [None, NOW - timedelta(seconds=1), NOW, NOW + timedelta(seconds=1)]
    for n in range(300):
        story = actions.file_story(title=title, section=title.sections.first(), copy=actions.Copy(headline=f"S {n}"))
        state = dice.choice(["draft", "held", "published", "published", "withdrawn"])
        Story.objects.filter(pk=story.pk).update(
            state=state,
            live=state == "published",
            order_pubstatus=dice.choice(["usable", "usable", "usable", "withheld", "canceled"]),
            embargo_until=dice.choice(times),
            order_embargo_until=dice.choice(times),
            expires_at=dice.choice(times),
            order_expires_at=dice.choice(times),
        )
    by_query = set(Story.objects.readable(NOW).values_list("pk", flat=True))
    by_function = {s.pk for s in Story.objects.all() if gate.allows(s, NOW)}
    assert by_query == by_function
    assert 0 < len(by_query) < 300


@pytest.mark.parametrize("use", [str, lambda n: f"{n}", lambda n: Markup("{}").format(n), lambda n: "x" + n, list])
def test_a_note_for_editors_refuses_to_become_text(use) -> None:
    with pytest.raises(PrivateTextLeak):
        use(DeskOnly("Call 555 0199"))
