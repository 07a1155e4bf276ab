"""The privacy page says what the paper keeps, of what is switched on today, in both languages."""

from __future__ import annotations

import pytest

from masthead.comments import settings_of
from masthead.press import run
from masthead.stories import diary
from tests.comments import made
from tests.reader import get


def settle(title) -> None:
    while diary.work_off():
        pass
    run.catch_up(title)


@pytest.mark.parametrize(("language", "heading", "days"), [("en", "Taking part in the conversation", "30 days"), ("es", "Participar en la conversación", "30 días")])
def test_accounts_and_cookies_of_the_conversation_are_on_it_as_soon_as_there_is_one(title, language, heading, days) -> None:
    title.language = language
    title.save()
    assert heading not in get(title, "/privacy/").text
    made.talking(title)
    settings_of.changed(title)
    settle(title)
    page = get(title, "/privacy/").text
    assert heading in page and days in page and "cookie" in page and "{" not in page.partition("<main")[2].partition("</main")[0]
