"""Conditions, ranges and words for networks in front, one table each (RFC 9110, RFC 9213)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import brotli
import pytest

from masthead.press import answers
from masthead.press.answers import Asked, answer
from masthead.press.entries import Printed, make_entry
from masthead.press.store import Store

PAGE = b"<!doctype html><title>Ferry</title>" + b"<p>The ferry runs again.</p>" * 200
BYTES = bytes(range(200))
PAGE_ENTRY = make_entry(Printed("/ferry/", PAGE, "text/html; charset=utf-8"))
PICTURE = make_entry(Printed("/p.webp", BYTES, "image/webp"))
TAG = f'"{PICTURE.etag}-identity"'.encode()
PRINTED = PICTURE.last_modified.encode()


def days(more: int) -> bytes:
    return format_datetime(datetime.now(UTC) + timedelta(days=more), usegmt=True).encode()


@pytest.mark.parametrize(
    "said, status, body, span",
    [
        (b"bytes=0-9", 206, BYTES[:10], b"bytes 0-9/200"),
        (b"bytes=190-", 206, BYTES[190:], b"bytes 190-199/200"),
        (b"bytes=-5", 206, BYTES[-5:], b"bytes 195-199/200"),
        (b"bytes=-900", 206, BYTES, b"bytes 0-199/200"),
        (b"BYTES=199-5000", 206, BYTES[199:], b"bytes 199-199/200"),
        (b"bytes=200-", 416, b"", b"bytes */200"),
        (b"bytes=-0", 416, b"", b"bytes */200"),
        (b"bytes=9-3", 200, BYTES, None),
        (b"bytes=-", 200, BYTES, None),
        (b"bytes=0-1,5-6", 200, BYTES, None),
        (b"lines=0-1", 200, BYTES, None),
        (b"bytes=" + b"9" * 4000 + b"-", 200, BYTES, None),
    ],
)
def test_ranges_of_media(said, status, body, span) -> None:
    got, headers, sent = answer(PICTURE, Asked(range=said))
    told = dict(headers)
    assert (got, sent, told.get(b"content-range")) == (status, body, span)
    assert told[b"content-length"] == str(len(body)).encode()
    assert told[b"accept-ranges"] == b"bytes"


@pytest.mark.parametrize(
    "if_range, status",
    [(TAG, 206), (PRINTED, 206), (b'"another"', 200), (b"W/" + TAG, 200), (days(1), 200), (b"nonsense", 200)],
    ids=["the tag", "the date", "another tag", "a weak tag", "a later date", "nonsense"],
)
def test_a_range_counts_only_for_the_file_it_was_begun_with(if_range, status) -> None:
    assert answer(PICTURE, Asked(range=b"bytes=0-3", if_range=if_range))[0] == status


def test_pages_and_heads_are_whole() -> None:
    assert answer(PAGE_ENTRY, Asked(range=b"bytes=0-3"))[0] == 200
    status, headers, body = answer(PICTURE, Asked(range=b"bytes=0-3"), "HEAD")
    assert (status, body, dict(headers)[b"content-length"]) == (200, b"", b"200")


@pytest.mark.parametrize(
    "since, none_match, status",
    [
        (PRINTED, None, 304),
        (days(1), None, 304),
        (days(-1), None, 200),
        (b"yesterday", None, 200),
        (b"", None, 200),
        (b"Thu, 99 Xxx 2026 25:61:00 GMT", None, 200),
        (days(1), b'"another"', 200),
        (days(-1), TAG, 304),
    ],
    ids=["same", "later", "earlier", "a word", "empty", "no date", "later but another tag", "earlier but the tag"],
)
def test_modified_since(since, none_match, status) -> None:
    assert answer(PICTURE, Asked(modified_since=since, none_match=none_match))[0] == status


def test_not_modified_has_validators_and_no_length() -> None:
    _, headers, body = answer(PAGE_ENTRY, Asked("br", none_match=b"*"))
    told = dict(headers)
    assert body == b"" and b"content-length" not in told and told[b"vary"] == b"Accept-Encoding"


def test_a_page_that_says_gone_is_never_unmodified() -> None:
    gone = replace(PAGE_ENTRY, status=410, made={})
    assert answer(gone, Asked(none_match=b"*", modified_since=days(1)))[0] == 410


def test_nothing_is_said_to_a_network_that_is_not_there() -> None:
    assert not [name for name, _ in answer(PAGE_ENTRY, Asked())[1] if b"cdn" in name or b"surrogate" in name]


def test_a_network_in_front_keeps_pages_but_none_that_ends(monkeypatch) -> None:
    monkeypatch.setattr(answers.edge, "seconds", 600)
    told = dict(answer(PAGE_ENTRY, Asked())[1])
    assert told[b"cdn-cache-control"] == told[b"surrogate-control"] == b"public, max-age=600"
    assert told[b"cache-control"] == b"public, no-cache"
    assert told[b"surrogate-key"] == f"page-{PAGE_ENTRY.key}".encode()
    ending = replace(PAGE_ENTRY, valid_until=datetime.now(UTC) + timedelta(hours=1), made={})
    assert dict(answer(ending, Asked())[1])[b"cdn-cache-control"] == b"no-store"


def test_other_encodings_are_made_when_asked_for_and_stay_in_memory_only(tmp_path) -> None:
    store = Store(tmp_path, 1_000_000)
    entry = store.put(Printed("/ferry/", PAGE, "text/html; charset=utf-8"))
    assert list(entry.bodies) == ["br"] and brotli.decompress(entry.bodies["br"]) == PAGE
    store.recode(entry, "gzip")
    assert list(entry.bodies) == ["br", "gzip"]
    assert store._bytes == entry.size
    store.drop("/ferry/")
    assert store._bytes == 0
    again = store.get("/ferry/")
    assert again and list(again.bodies) == ["br"]


def test_memory_is_bounded_and_what_is_read_stays(tmp_path) -> None:
    store = Store(tmp_path, 60_000)
    front = store.put(Printed("/", BYTES * 50, "image/webp"))
    for n in range(40):
        front.lines("identity", lambda entry, encoding: (b"", b"", b""))
        store.put(Printed(f"/{n}.webp", BYTES * 50 + bytes([n]), "image/webp"))
        assert store._bytes <= 60_000
    assert "/" in store.hot and "/0.webp" not in store.hot and "/39.webp" in store.hot
    assert store.get("/0.webp")


def test_two_pages_in_one_second_have_no_date_in_common(tmp_path) -> None:
    store = Store(tmp_path, 1_000_000)
    first = store.put(Printed("/ferry/", PAGE, "text/html"))
    second = store.put(Printed("/ferry/", PAGE + b"!", "text/html"))
    if second.last_modified:  # the second turned between the two
        assert second.last_modified != first.last_modified
    assert answer(second, Asked(modified_since=first.last_modified.encode()))[0] == 200


def test_a_torn_file_is_no_page(tmp_path) -> None:
    store = Store(tmp_path, 1_000_000)
    store.put(Printed("/ferry/", PAGE, "text/html"))
    file = store.file_of("/ferry/")
    file.write_bytes(file.read_bytes()[:-7])
    store.forget_memory()
    assert store.get("/ferry/") is None
