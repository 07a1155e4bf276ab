"""Photo credits as agencies send them: the shape of what we make of them is that of the 72 cases.

Shape is who took the picture, through whom it came and in what order, and whose it is; not capitals, not whether a
house writes “via” or a stroke, nor whether it says AP or Associated Press.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from masthead.wire.profiles import plain
from masthead.wire.repair import credits

FACTS = Path(__file__).resolve().parents[3] / "shared" / "wire" / "expected.json"
SAME = {"associated press": "ap"}


def _load() -> list[dict[str, Any]]:
    return json.loads(FACTS.read_text("utf-8"))["credit_cases"]["cases"] if FACTS.exists() else []


def _shape(text: str | None) -> list[str]:
    parts = [part.strip().casefold() for part in re.split(r"\s*/\s*|\s+via\s+", text or "") if part.strip()]
    return [SAME.get(part, part) for part in parts]


def _whole(found: credits.Credit) -> list[str]:
    """The chain with the photographer before it, as a credit line would print it."""
    return _shape("/".join([*([found.photographer] if found.photographer else []), *found.chain]))


@pytest.mark.skipif(not FACTS.exists(), reason="The folder ../shared with the credit cases is not here.")
@pytest.mark.parametrize("case", _load(), ids=lambda c: f"{c['kind']}-{'+'.join(map(str, c['input'].values()))}"[:70])
def test_credit(case: dict[str, Any]) -> None:
    sent, want = case["input"], case["expect"]
    if case["kind"] == "byline case":
        assert credits.person_case(sent["byline"]) == want["byline"]
        return
    found = credits.credit(
        sent.get("credit", ""),
        sent.get("byline", ""),
        source=sent.get("source", ""),
        copyright_line=sent.get("copyright", ""),
        known=plain().credit_map,
    )
    if "byline" in want:
        assert _shape(found.photographer) == _shape(want["byline"])
    if "credit" in want:
        # A credit that names the photographer first prints them with the chain; a byline of its own stands apart.
        got = _whole(found) if "byline" not in sent and found.photographer else _shape("/".join(found.chain))
        assert got == _shape(want["credit"])
    if "agency" in want:
        assert found.agency == want["agency"]


@pytest.mark.skipif(not FACTS.exists(), reason="The folder ../shared with the credit cases is not here.")
def test_all_are_there() -> None:
    assert len(_load()) == 72
