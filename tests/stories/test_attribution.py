"""Who says what, by rules, on invented copy; and on the team's seed story where that is at hand."""

from __future__ import annotations

import pytest

from masthead.stories import attribution

OWN = ["The Wrenmouth Courier"]


@pytest.mark.parametrize(
    "text, source, distance",
    [
        ("The sea wall will hold, Ann Lee told the council on Monday.", "Ann Lee", "named"),
        ("“It will hold,” said Ann Lee, who built it.", "Ann Lee", "named"),
        ("Ann Lee, the harbour master, said the wall would hold.", "Ann Lee", "named"),
        ("According to Tomas Orr, nobody was asked.", "Tomas Orr", "named"),
        ("Nobody was asked, according to the harbour authority.", "the harbour authority", "office"),
        ("The Ministry of Fish confirmed the number.", "Ministry of Fish", "office"),
        ("A council official familiar with the plan said the wall had cracked.", "A council official familiar with the plan", "anonymous"),
        ("Two residents said they had heard a bang.", "Two residents", "anonymous"),
        ("The Ashcombe Herald reported that the bridge was closed.", "Ashcombe Herald", "outlet"),
        ("State news agency Norda said the ship had left.", "Norda", "state_outlet"),
        ("The shipping blog Quaywatch said the crane had moved.", "Quaywatch", "blog"),
        ("The Wrenmouth Courier reported last week that the pump had failed.", "Wrenmouth Courier", "own"),
        ("Moscow said the talks were useful.", "Moscow", "place"),
    ],
)  # fmt: skip
def test_source_and_distance(text, source, distance) -> None:
    (found,) = attribution.find([text], [*OWN, "Wrenmouth Courier"]).statements
    assert (found.source.removeprefix("The "), found.distance) == (source, distance)


@pytest.mark.parametrize(
    "text",
    ["The tide rose at noon.", "Runners in the Sea Wall Ten are told that the wind will be behind them.", "Friday’s reported blast came late.", "The bridge has two lanes and a path.", "They walked home.", ""],
)
def test_where_nobody_says_anything(text) -> None:
    assert attribution.find([text]).statements == ()


def test_he_and_the_official_are_who_spoke_last() -> None:
    found = attribution.find(
        [
            "Mayor Ann Lee said the wall was safe. She added that it was checked in May.",
            "A county official said it was not. “It leaks,” the official said.",
            "The harbour authority denied that. It said the pumps worked.",
        ]
    )
    assert [s.source for s in found.statements] == [
        "Mayor Ann Lee", "Mayor Ann Lee", "A county official", "A county official", "The harbour authority", "The harbour authority",
    ]  # fmt: skip
    assert found.unnamed == 1


def test_she_is_whom_the_paragraph_began_with() -> None:
    found = attribution.find(["Sea Wall Ten day.", "Mara Quill, who delivers milk, ran in boots. “I know that wall,” she said."])
    assert [(s.source, s.distance) for s in found.statements] == [("Mara Quill", "named")]


def test_a_surname_is_the_person_named_before() -> None:
    found = attribution.find(["Ann Lee said yes.", "Lee said no."])
    assert [s.source for s in found.statements] == ["Ann Lee", "Ann Lee"]


@pytest.mark.parametrize(
    "doubt",
    ["The Courier could not independently verify this.", "We have not been able to verify the claim.", "The Courier cannot independently verify this report."],
)
def test_cannot_verify_belongs_to_the_statement_before_it(doubt) -> None:
    found = attribution.find(["Ann Lee said the wall had cracked.", f"The blog Quaywatch said a crane fell. {doubt}", "Tomas Orr said it rained."])
    assert [(s.source, s.unverified) for s in found.statements] == [("Ann Lee", False), ("Quaywatch", True), ("Tomas Orr", False)]


@pytest.mark.parametrize(
    "text, whom, state",
    [
        ("The Courier has reached out to the harbour authority for comment.", "the harbour authority", "asked"),
        ("The Courier asked Ann Lee for comment.", "Ann Lee", "asked"),
        ("The Ministry of Fish declined to comment.", "The Ministry of Fish", "declined"),
        ("Ann Lee did not respond to a request for comment.", "Ann Lee", "no_answer"),
        ("Tomas Orr could not be reached.", "Tomas Orr", "no_answer"),
    ],
)
def test_requests_for_comment(text, whom, state) -> None:
    found = attribution.find([text])
    assert [(r.whom, r.state) for r in found.requests] == [(whom, state)]
    assert found.statements == ()


def test_the_seed_story(shared) -> None:
    """Gold of the prototype: 31 statements in 4 status markers; its own rules found 27 of them."""
    text = (shared / "model-page.txt").read_text()
    body = text[text.index("(CNN) — ") + 8 : text.index("The-CNN-Wire")]
    found = attribution.find([p for p in body.split("\n\n") if p.strip()], ["CNN"])
    sources = {s.source for s in found.statements}
    print(f"{len(found.statements)} statements, {len(sources)} sources, {len(found.requests) + len(found.gaps) + 1} of 4 status markers")
    assert len(found.statements) >= 24
    assert [s.source for s in found.statements if s.unverified] == ["Rybar"]
    assert [(r.whom, r.state) for r in found.requests] == [("Ukrainian authorities", "asked")]
    assert (len(found.gaps), found.unnamed) == (2, 1)
    kinds = {s.source: s.distance for s in found.statements}
    assert (kinds["Tass"], kinds["Rybar"], kinds["CNN"], kinds["Moscow"]) == ("state_outlet", "blog", "own", "place")
    assert kinds["Yuri Ushakov"] == "named" and kinds["Russia’s Investigative Committee"] == "office"
