"""The canary's letters are real ones: they show a public story, in all four."""

from __future__ import annotations

from tests.circulation import letters
from tests.circulation.made import story


def test_each_kind_of_letter_shows_a_public_story(title, at_dawn) -> None:
    one = story(title, "Canary headline", ("Harbour",))
    text = letters.everything(title, one)
    for sentence in ("It comes once a day at the most", "to hear of something at once", "for breaking news", "you follow “N”"):
        assert sentence in text
    assert text.count("Subject: Canary headline") == 3



def test_a_push_shows_a_public_story(title, at_dawn) -> None:
    assert "Canary headline" in letters.pushes(title, story(title, "Canary headline"))
