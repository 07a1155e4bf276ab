"""All 81 cases of ../shared/wire/boilerplate-cases.json: what a careful person would make of each line, exactly."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from masthead.wire.item import Item
from masthead.wire.lints import lints, quotes, spoken_in
from masthead.wire.repair import lines

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWN = frozenset(["KVIA", "KIFI", "Sunbeam Television"])
"""The names of the house that receives the copy in these cases."""


def dateline(raw: str) -> dict:
    told = lines.dateline(raw, OWN)
    return told | {"lang": spoken_in(told["rest"])}


def headline(raw: str) -> dict:
    """The case tells what the body says; the lint is given such a body."""
    body = "<p>He said on Friday that they were “very close to a deal”.</p>" * 6
    (doubt,) = (one.sentence for one in lints(Item(headline=raw, body=body), "en", NOW) if one.name == "headline-quote")
    near = doubt.partition("; it has ")[2].rstrip(".")
    return {"quoted_fragments": quotes(raw), "warnings": [f"headline-quote-not-verbatim: body has {near}"]}


READ = {
    "furniture": lines.furniture, "author-card": lines.furniture, "share-footer": lines.furniture, "caption": lines.caption,
    "caption-fix": lines.caption, "byline": lines.byline, "dateline": dateline, "tail": lambda raw: lines.tail(raw, OWN),
    "contributors": lines.contributors, "near-miss": lines.statement, "subhead": lines.subhead, "headline": headline,
    "media-id": lines.media_url, "media-override": lines.media_url, "missing-byline": lines.lost_byline,
    "section-path": lines.section_path, "feed-excerpt": lines.excerpt, "section-label": lines.section_label,
    "affiliate-head": lines.head, "embargo": lines.market_embargo, "portal-row": lines.portal_row,
    "source-list": lines.stations, "attribution-head": lines.attribution, "genre-note": lines.genre_note,
    "standing-note": lines.standing_note, "correction": lines.correction, "timestamp": lines.timestamp, "kill": lines.order,
    "hold": lines.order, "slug": lines.slug, "ednote": lines.ednote, "ident": lines.ident, "developing": lines.developing,
}  # fmt: skip
CONTEXT = {("bp-015", "refers_to"): "previous statement"}
"""“(Rybar)” stands on the page of the case, not in its line."""
REMOVERS = (lines.furniture, lines.section_label, lines.timestamp, lines.developing, lines.correction, lines.market_embargo,
            lines.attribution, lines.contributors, lines.tail, lines.byline, lines.dateline, lines.order)  # fmt: skip


def test_every_case_exactly(shared) -> None:
    cases = json.loads((shared / "wire" / "boilerplate-cases.json").read_text("utf-8"))["cases"]
    assert len(cases) == 81
    missed = []
    for case in cases:
        got = READ[case["kind"]](case["raw"]) or {}
        for key, want in case["expected"].items():
            want = CONTEXT.get((case["id"], key), want)
            if got.get(key, None) != want:
                missed.append((case["id"], key, want, got.get(key)))
    assert missed == []


def test_near_misses_are_taken_by_no_rule(shared) -> None:
    cases = json.loads((shared / "wire" / "boilerplate-cases.json").read_text("utf-8"))["cases"]
    for case in cases:
        if case["kind"] == "near-miss":
            assert [f.__name__ for f in REMOVERS if f(case["raw"])] == [], case["id"]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement revenue fell by a third, the company said.",
        "Updated rules take effect at 6:47 p.m. on Friday.",
        "This is a developing story of two brothers who will be updated by nobody.",
        "Please kill the lights when you leave, the caretaker asked.",
        "The council is committed to providing a forum for civil and constructive conversation about the quay.",
        "Correction fluid was found on the ballot.",
        "The views expressed in this commentary box were shouted, not written.",
        "Editing by hand takes weeks, the printer said.",
        "Copyright 2026 was the subject of the lecture.",
        "Harbour Pictures and Mia Solberg are to marry.",
        "Original: that was the word she used for his cooking.",
        "Reporting by neighbours led to the arrest.",
        "Video by the police showed two cars.",
        "She contributed to this report of her own free will, he said from the dock.",
    ],
)
def test_our_own_near_misses(line) -> None:
    assert [f.__name__ for f in REMOVERS if f(line)] == []


@pytest.mark.parametrize("read", [*REMOVERS, lines.caption, lines.excerpt, lines.slug, lines.statement, lines.head])
@pytest.mark.parametrize("hostile", ["By " + "A a " * 50_000, "(" * 100_000, "Please kill the story " + "x, " * 60_000, "The post A " * 20_000,
                                     "Reporting by " + "A, " * 60_000, "A" * 200_000, "© 2026 " + "a, an " * 30_000, " " * 200_000])  # fmt: skip
def test_no_line_holds_a_rule_up(read, hostile) -> None:
    began = time.perf_counter()
    read(hostile)
    assert time.perf_counter() - began < 1
