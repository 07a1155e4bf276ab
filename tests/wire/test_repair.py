"""Repair, case by case: what must go goes, what only looks like it stays."""

from __future__ import annotations

import json

import pytest

from masthead.kit import html
from masthead.wire.item import Item, Media
from masthead.wire.readers import read
from masthead.wire.repair import datelines, furniture, repair, tails
from masthead.wire.repair import people as crew


def _cases(shared, kind: str) -> list[dict]:
    cases = json.loads((shared / "wire" / "boilerplate-cases.json").read_text("utf-8"))["cases"]
    return [c for c in cases if c["kind"] == kind]


def test_near_misses_stay_untouched(shared) -> None:
    for case in _cases(shared, "near-miss"):
        raw = case["raw"]
        item = repair(Item(headline="Something else", body=f"<p>First.</p><p>{raw}</p>"))
        assert raw.split(".")[0] in item.body, case["id"]


def test_furniture_is_known(shared) -> None:
    for case in _cases(shared, "furniture"):
        assert furniture.furniture(case["raw"]), case["id"]


def test_datelines_are_taken_apart_and_places_never_invented(shared) -> None:
    for case in _cases(shared, "dateline"):
        want, got = case["expected"], datelines.dateline(case["raw"])
        assert got is not None, case["id"]
        place = ", ".join(p for p in (want.get("place"), want.get("region")) if p) or None
        assert (got.where, got.organisation) == (place, want.get("org")), case["id"]


@pytest.mark.parametrize(
    "line, people, organisation",
    [
        ("By Ana Lind, CNN", ("Ana Lind",), "CNN"),
        ("By Žofie Kottová, Nick Del Mar and Su Ito, Sound", ("Žofie Kottová", "Nick Del Mar", "Su Ito"), "Sound"),
        ("By Ana Lind and Tom Reyes", ("Ana Lind", "Tom Reyes"), None),
        ("By Friday, 40 homes had been rebuilt.", None, None),
        ("By the end of the year, prices may fall", None, None),
    ],
)
def test_bylines(line, people, organisation) -> None:
    found = crew.byline(line)
    assert (found and found.people) == people
    assert not found or found.organisation == organisation


@pytest.mark.parametrize("break_", ["<br />", "</p><p>", "\n<br>"])
def test_the_tail_goes_and_the_contributors_stay(break_) -> None:
    notice = "™ &amp; © 2026 Sound News Network, Inc., a Harbour Company. All rights reserved."
    body = f"<p>Text of the story.</p><p>The-Sound-Wire{break_}{notice}</p><p>Sound’s Ana Lind and Tom Reyes contributed reporting.</p>"
    item = repair(Item(headline="H", body=body))
    assert item.body == "<p>Text of the story.</p>"
    assert item.copyright_notice == "™ & © 2026 Sound News Network, Inc., a Harbour Company. All rights reserved."
    assert item.copyright_holder == ("Sound News Network, Inc.",)
    assert [(c.name, c.role, c.organisation) for c in item.contributors] == [
        ("Ana Lind", "contributor", "Sound"),
        ("Tom Reyes", "contributor", "Sound"),
    ]
    assert {"wire-tail", "copyright-line", "contributors"} <= {r.rule for r in item.repairs}


def test_the_escaped_caption_becomes_caption_and_credit_and_never_alt() -> None:
    escaped = "&lt;i&gt;Mia Solberg/Reuters via CNN Newsource&lt;/i&gt;&lt;br/&gt;A parade in May."
    media = Media("pictures/a.jpg", "image/jpeg", caption=escaped)
    body = f'<figure><img src="pictures/a.jpg" alt="{escaped}"><figcaption>{escaped}</figcaption></figure><p>Text.</p>'
    item = repair(Item(headline="H", body=body, link="https://example.org/x", media=(media,)))
    (picture,) = item.media
    assert (picture.caption, picture.credit) == ("A parade in May.", "Mia Solberg/Reuters via CNN Newsource")
    assert (picture.photographer, picture.chain, picture.alt) == ("Mia Solberg", ("Reuters", "CNN Newsource"), None)
    assert "<img" not in item.body


def test_the_synthetic_feed_reads_as_a_reader_should_meet_it(shared) -> None:
    data = (shared / "wire" / "fixtures" / "synthetic-cnn" / "cnn-01-escaped-caption.xml").read_bytes()
    item = repair(read(data).items[0])
    assert [c.name for c in item.contributors if c.role == "writer"] == ["Ana Lind", "Tom Reyes", "Mina Okafor"]
    assert {c.organisation for c in item.contributors} == {"CNN"}
    assert (item.dateline, item.dateline_place, item.provider) == ("(CNN)", None, "CNN Newsource")
    assert [m.caption for m in item.media] == ["The general is seen at a parade in the capital in May."]
    assert item.media[0].chain == ("Reuters", "CNN Newsource")
    for gone in ("<i>", "&lt;i", "The-CNN-Wire", "appeared first on", "By Ana Lind"):
        assert gone not in item.body


@pytest.mark.parametrize(
    "name, headline, first",
    [
        ("cnn-05-c1-quotes-bom.xml", "Café owner wins appeal", "“It was never about the money,” said Renée Dubé."),
        ("cnn-06-mojibake.xml", "Café owner wins appeal — again", "Renée Dubé’s café may stay open."),
    ],
)
def test_wrongly_decoded_text_is_put_right(shared, name, headline, first) -> None:
    item = repair(read((shared / "wire" / "fixtures" / "synthetic-cnn" / name).read_bytes()).items[0])
    assert item.headline == headline
    assert first in html.to_text(item.body)


@pytest.mark.parametrize("text", ["Café in São Paulo – “yes”", "Ünlü Çelik und Größe", "naïve £5 ½ °C"])
def test_right_text_stays(text) -> None:
    assert repair(Item(headline=text, body=f"<p>{text}</p>")).body == f"<p>{text}</p>"


def test_hostile_markup_is_gone(shared) -> None:
    data = (shared / "wire" / "fixtures" / "synthetic-cnn" / "cnn-04-hostile-markup.xml").read_bytes()
    item = repair(read(data).items[0])
    for gone in ("javascript:", "onclick", "<script", "pixel.example", "ads.example", "[gallery", "style="):
        assert gone not in item.body
    assert "https://station.example.com/papers/battery.html" in item.body
    assert item.headline == "Battery lasts 900 hours in lab test, researchers & makers say"


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Reporting by Ada Noor and Bo Lind; Editing by Cy Marr", [("Ada Noor", "writer"), ("Bo Lind", "writer"), ("Cy Marr", "editor")]),
        ("(Reporting by Ada Noor in Marrowby; Additional reporting by Bo Lind)", [("Ada Noor", "writer"), ("Bo Lind", "contributor")]),
        ("Reporting by itself proves nothing; editing by committee does less", []),
        ("Editing by hand takes a day.", []),
        ("Reporting by Ada Noor; the ferry sailed", []),
    ],
)
def test_a_credit_line_says_who_did_what(line, people) -> None:
    assert [(name, part.role) for part in crew.credit_parts(line) for name in part.people] == people


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("©2026 Aldine Wire L.P. Visit aldine.example. Distributed by Sound Content Agency, LLC.", "Aldine Wire L.P."),
        ("E-mail to a friend . Copyright 2026 Aldine. All rights reserved.This material may not be published.", "Aldine"),
        ("©2026 The Marrowby Mail (Marrowby, Ma.), Distributed by Sound Content Agency, LLC.", "The Marrowby Mail"),
    ],
)
def test_notices_that_name_a_distributor(line, holder) -> None:
    assert tails.notice(line).holder == holder
