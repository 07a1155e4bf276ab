"""ninjs in its three shapes, AP's Media API, JSON Feed: invented copy here, real files where they lie."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.wire.item import Item, Reading, UnreadableWire
from masthead.wire.readers import read

ONE = {
    "uri": "urn:aldine:7",
    "type": "text",
    "version": "3",
    "versioncreated": "2026-11-02T10:00:00+01:00",
    "pubstatus": "usable",
    "headline": "Ferry stops",
    "body_html": "<p>It stopped.</p>",
    "ednote": "Call 555 0199",
    "subject": [{"code": "medtop:20000700", "name": "ferries"}],
    "associations": {
        "lead": {
            "type": "picture",
            "uri": "urn:aldine:p1",
            "description_text": "The pier",
            "byline": "Ada Noor/Aldine",
            "renditions": {"small": {"href": "https://x.example/s.jpg", "width": 90}, "big": {"href": "https://x.example/b.jpg", "width": 900}},
        },
        "part": {"type": "text", "uri": "urn:aldine:8"},
    },
}  # fmt: skip
TWO = {
    "uri": "urn:aldine:7",
    "version": "3",
    "versioncreated": "2026-11-02T09:00:00Z",
    "pubstatus": "usable",
    "headlines": [{"role": "short", "value": "Ferry"}, {"role": "main", "value": "Ferry stops"}],
    "bodies": [{"contenttype": "text/plain", "value": "plain"}, {"contenttype": "text/html", "value": "<p>It stopped.</p>"}],
    "subjects": [{"uri": "http://cv.iptc.org/newscodes/mediatopic/20000700", "name": "ferries"}],
    "associations": [
        {"name": "lead", "type": "picture", "uri": "urn:aldine:p1", "renditions": [{"name": "big", "href": "https://x.example/b.jpg", "width": 900}]}
    ],
}  # fmt: skip
THREE = {
    "uri": "urn:aldine:7",
    "version": "3",
    "versionCreated": "2026-11-02T09:00:00Z",
    "pubStatus": "usable",
    "headlines": [{"role": "main", "value": "Ferry stops"}],
    "bodies": [{"contentType": "text/html", "value": "<p>It stopped.</p>"}],
    "subjects": [{"uri": "http://cv.iptc.org/newscodes/mediatopic/20000700", "name": "ferries"}],
    "associations": [{"type": "picture", "renditions": [{"href": "https://x.example/b.jpg", "width": 900}]}],
}  # fmt: skip


def item(said: object) -> Item:
    (found,) = read(json.dumps(said).encode()).items
    return found


@pytest.mark.parametrize("said", [ONE, TWO, THREE], ids=["1.x", "2.x", "3.x"])
def test_three_shapes_say_the_same(said) -> None:
    found = item(said)
    assert (found.guid, found.version, found.headline, found.body) == (
        "urn:aldine:7",
        3,
        "Ferry stops",
        "<p>It stopped.</p>",
    )
    assert found.version_created == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert found.codes("medtop") == ("20000700",)
    assert (found.media[0].url, found.media[0].width) == ("https://x.example/b.jpg", 900)


def test_notes_and_parts() -> None:
    found = item(ONE)
    assert [note.reveal() for note in found.ednotes] == ["Call 555 0199"]
    assert found.contains == ("urn:aldine:8",)
    assert (found.media[0].caption, found.media[0].credit) == ("The pier", "Ada Noor/Aldine")


@pytest.mark.parametrize(
    ("status", "means"),
    [("canceled", "canceled"), ("cancelled", "canceled"), ("withheld", "withheld"), ("odd", "usable")],
)
def test_orders(status, means) -> None:
    assert item({**ONE, "pubstatus": status}).pubstatus == means


@pytest.mark.parametrize("name", ["embargoed", "embargoedUntil"])
def test_an_embargo_with_and_without_a_time(name) -> None:
    assert item({**ONE, name: "2026-12-01T00:00:00Z"}).embargoed_until == datetime(2026, 12, 1, tzinfo=UTC)
    assert not item({**ONE, name: "2026-12-01T00:00:00Z"}).embargo_open
    assert item({**ONE, name: ""}).embargo_open


def test_ap() -> None:
    said = {**ONE, "altids": {"itemid": "abc", "etag": "abc_1"}, "editorialtypes": ["Correction"], "bylines": [{"by": "ADA NOOR"}],
            "pubstatus": "embargoed"}  # fmt: skip
    for wrapped in (said, {"data": {"item": said}}, {"data": {"items": [{"item": said}]}}):
        found = item(wrapped)
        assert (found.format, found.guid, found.byline, found.embargo_open) == ("ap-json", "abc", "ADA NOOR", True)
        assert "correction" in found.signals


def test_ap_body_in_nitf() -> None:
    nitf = "<nitf><body><body.content><block><p>It stopped.</p></block></body.content></body></nitf>"
    assert "<p>It stopped.</p>" in item({**ONE, "altids": {"itemid": "a"}, "body_nitf": nitf}).body


def test_json_feed() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Aldine", "authors": [{"name": "Ada Noor"}],
            "items": [{"id": "1", "title": "Ferry", "content_text": "It stopped.\n\nTwice.", "date_published": "2026-11-02T09:00:00Z"}]}  # fmt: skip
    found = item(feed)
    assert (found.headline, found.provider, found.authors) == ("Ferry", "Aldine", ("Ada Noor",))
    assert found.body == "<p>It stopped.</p>\n<p>Twice.</p>"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted({*ONE, *TWO, *THREE, "altids", "itemid", "items", "href", "value"})), inner, max_size=6),
    max_leaves=30,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_JSON)
def test_no_json_makes_it_stumble(said) -> None:
    try:
        assert isinstance(read(json.dumps(said).encode()), Reading)
    except UnreadableWire as refused:
        assert "stumbled" not in str(refused)


def test_deep_and_broken_json_is_refused_in_a_sentence() -> None:
    for data in (b"[" * 200_000, b'{"uri": "a"', b'{"uri":1}', b"[]", b"{}"):
        with pytest.raises(UnreadableWire):
            read(data)


def test_real_files(shared) -> None:
    for folder in ("ninjs", "ap-json", "bbc-ninjs"):
        for path in sorted((shared / "wire" / "fixtures" / folder).iterdir()):
            assert read(path.read_bytes()).items, path.name
