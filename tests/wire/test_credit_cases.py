"""The 72 picture credits of ../shared/wire/expected.json (shapes that the Guardian's Grid knows), and our own."""

from __future__ import annotations

import json
import re

import pytest

from masthead.wire.repair import credits

SPELLING = {"Sportsphoto Ltdx/Allstar"}
"""The Grid's own spelling of a misspelt name; its shape (who, in which order) is what we hold to."""


def _spaced(text: str | None) -> str | None:
    return text and re.sub(r"\s*/\s*", "/", text)


def test_all_cases_by_shape(shared) -> None:
    cases = json.loads((shared / "wire" / "expected.json").read_text("utf-8"))["credit_cases"]["cases"]
    assert len(cases) == 72
    missed = []
    for case in cases:
        said, want = case["input"], case["expect"]
        if case["kind"] == "byline case":
            got = {"byline": credits.name_case(said["byline"])}
        elif case["kind"] == "byline/credit split":
            got = dict(zip(("byline", "credit"), credits.split(said["byline"], said["credit"]), strict=True))
        elif case["kind"] == "copyright prefix":
            got = {"credit": credits.without_copyright(said["credit"])}
        else:
            found = credits.picture_credit(
                said.get("byline", ""), said.get("credit", ""), said.get("source", ""), said.get("copyright", "")
            )
            got = {"byline": found.byline, "credit": found.credit, "agency": found.agency}
        for key, value in want.items():
            same = _spaced(got[key]) == _spaced(value)
            if not same and not (value in SPELLING and str(got[key]).casefold() == value.casefold()):
                missed.append((case["kind"], said, key, value, got[key]))
    assert missed == []


@pytest.mark.parametrize(
    ("byline", "credit", "shown"),
    [
        ("Mia Solberg", "Mia Solberg/Harbour Pictures via CNN NewsSource", ("Mia Solberg", "Harbour Pictures/CNN Newsource")),
        ("MIA DEL MAR", "© Retuers", ("Mia del Mar", "Reuters")),
        ("", "", (None, None)),
        ("Reuters Building Society", "", ("Reuters Building Society", None)),
        ("", "Apple Press", (None, "Apple Press")),
        ("", "The Port of AP", (None, "The Port of AP")),
    ],
)  # fmt: skip
def test_our_own(byline, credit, shown) -> None:
    found = credits.picture_credit(byline, credit)
    assert (found.byline, found.credit) == shown
