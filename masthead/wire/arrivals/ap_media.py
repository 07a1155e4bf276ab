"""The AP Media API's feed: page after page by its own cursor, each item with its text, filed as one delivery.

The feed answers with `data.items[].item` and `data.next_page`; the key travels in `x-api-key` and only to the computer
that the source names. The text of a story lies apart, as NITF at `renditions.nitf.href`; it is put into the item as
`body_nitf`, where our reader looks for it. An order (canceled, withheld) is obeyed without waiting for a text.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from masthead.kit import clock, fetch
from masthead.wire import credentials
from masthead.wire.arrivals import taking
from masthead.wire.arrivals.looked import Looked, NoCopy, counted
from masthead.wire.models import Source, WireFile

LARGEST = 32_000_000
MOST_PAGES = 10
MOST_TRIES = 6
"""For the text of one item; then it is filed without, and an editor sees that it has none."""
FARTHEST = timedelta(days=14)
"""How far back we go when the cursor is lost."""
START = "https://api.ap.org/media/v/content/feed?page_size=100&versions=all"
_LOST = (400, 404, 410)
_ORDERS = ("canceled", "cancelled", "killed", "withheld")


def ask(source: Source, allows: fetch.Judge) -> Looked:
    """Follow the cursor to its end. Raises NotReached and NoCopy; the source's cursor is changed, not saved."""
    before, waiting = 0, source.cursor.get("waiting", [])
    notes: list[str] = []
    source.cursor = {**source.cursor, "waiting": list(waiting)}
    for row in waiting:
        before += _file(source, row["item"], row["tries"], allows, notes)
        source.cursor["waiting"].remove(row)
    taken, new, again = 0, before, False
    for page in range(MOST_PAGES):
        data = _page(source, allows, notes)
        items = [each.get("item", each) for each in data.get("items") or [] if isinstance(each, dict)]
        for item in items:
            if isinstance(item, dict):
                new += _file(source, item, 0, allows, notes)
                taken += 1
        following = data.get("next_page")
        moved = isinstance(following, str) and following != source.cursor.get("next")
        if moved:
            source.cursor = {**source.cursor, "next": _ours(source, str(following))}
        again = bool(items) and moved and page + 1 == MOST_PAGES
        if not items or not moved:
            break
    if not taken and not waiting:
        return Looked(" ".join(["Nothing new since the last look.", *notes[:3]]), True)
    return Looked(" ".join([f"{counted(taken, 'item')}, {new} new or changed.", *notes[:3]]), True, new, again=again)


def _page(source: Source, allows: fetch.Judge, notes: list[str]) -> dict[str, Any]:
    following = source.cursor.get("next")
    try:
        answer = _get(source, following or _start(source), allows)
    except fetch.NotFetched as refused:
        if not following or refused.status not in _LOST:
            raise
        source.cursor = {key: value for key, value in source.cursor.items() if key != "next"}
        notes.append("The place where we had stopped is not known there any more; we began anew. Nothing is doubled.")
        answer = _get(source, _start(source), allows)
    try:
        data = json.loads(answer.data)["data"]
        if not isinstance(data, dict) or not isinstance(data.get("items", []), list):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoCopy("The answer is not a feed of the AP Media API. Compare the address with what AP gave you.") from None
    return data


def _start(source: Source) -> str:
    """The address with the moment from which we want copy: the last good look, else an hour ago, never an archive."""
    since = max(source.last_ok_at or clock.now(), clock.now() - FARTHEST) - timedelta(hours=1)
    parts = urlsplit(source.address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    wanted = f"mindate:>{since:%Y-%m-%dT%H:%M:%SZ}"
    if "mindate" not in query.get("q", ""):
        query["q"] = f"{query['q']} AND {wanted}" if query.get("q") else wanted
    return urlunsplit(parts._replace(query=urlencode(query)))


def _get(source: Source, url: str, allows: fetch.Judge) -> fetch.Fetched:
    return fetch.get(url, most=LARGEST, allows=allows, proof=credentials.headers(source, url))


def _ours(source: Source, following: str) -> str:
    """The cursor, when it leads to the computer that may have our key. Raises NoCopy."""
    if not fetch.same_computer(source.address, following):
        raise NoCopy("The feed goes on at another computer than the one you named; we did not follow it.")
    return following


def _file(source: Source, item: dict[str, Any], tries: int, allows: fetch.Judge, notes: list[str]) -> int:
    """Take one item in with its text; returns how many were new. Without its text it waits for the next look."""
    try:
        text = _text(source, item, allows)
    except fetch.NotFetched as refused:
        if tries + 1 < MOST_TRIES:
            source.cursor["waiting"].append({"item": item, "tries": tries + 1})
            notes.append(f"The text of an item waits: {refused}")
            return 0
        notes.append("The text of an item could not be had; it was filed without.")
        text = ""
    whole = {**item, "body_nitf": text} if text else item
    name = f"{_inner(item, 'altids').get('itemid', 'item')}-{item.get('version', 0)}.json"
    data = json.dumps({"data": {"item": whole}}, ensure_ascii=False, sort_keys=True).encode()
    receipt, new = taking.take(source, data, name)
    if receipt.file.state == WireFile.State.QUARANTINED:
        notes.append(f"An item went to quarantine: {receipt.file.reason}")
    return new


def _text(source: Source, item: dict[str, Any], allows: fetch.Judge) -> str:
    """The story as NITF, "" when it has none or is an order that must not wait. Raises NotFetched."""
    address = _inner(_inner(item, "renditions"), "nitf").get("href")
    if not isinstance(address, str) or str(item.get("pubstatus", "")).lower() in _ORDERS:
        return ""
    return _get(source, address, allows).data.decode("utf-8", "replace")


def _inner(item: dict[str, Any], name: str) -> dict[str, Any]:
    """The object of this name; an empty one where there is something else."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}
