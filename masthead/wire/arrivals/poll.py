"""Ask an address over HTTP(S): conditional requests, and an honest word when what came is no copy."""

from __future__ import annotations

import re

from masthead.kit import fetch
from masthead.wire import credentials
from masthead.wire.arrivals import taking
from masthead.wire.arrivals.looked import Looked, NoCopy
from masthead.wire.models import Source, WireFile

LARGEST = 32_000_000
_PAGE = (b"<!doctype html", b"<html")
_LINK = re.compile(r"<([^<>\s]+)>\s*((?:;[^,;]*)+)")
_FEED_LINK = re.compile(rb"<(?:\w+:)?link\b[^>]{0,2000}>", re.IGNORECASE)


def ask(source: Source, allows: fetch.Judge) -> Looked:
    """Ask once and take in what came. Raises NotReached and NoCopy; the source's marks are changed, not saved."""
    unless = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    answer = fetch.get(
        source.address,
        most=LARGEST,
        allows=allows,
        unless={name: value for name, value in unless.items() if value},
        proof=credentials.headers(source, source.address),
    )
    if answer.status == 304:
        return Looked("Nothing new since the last look.", True)
    if answer.data.lstrip()[:15].lower().startswith(_PAGE):
        raise NoCopy("A web page came instead of copy: perhaps a log-in or an error page.")
    receipt, new = taking.take(source, answer.data, source.address.rsplit("/", 1)[-1][:100] or "feed")
    if receipt.file.state == WireFile.State.QUARANTINED:
        raise NoCopy(receipt.file.reason)
    # Only an answer that could be used is remembered: the next look must not be told that nothing is new.
    source.etag = answer.headers.get("ETag", "")[:300]
    source.last_modified = answer.headers.get("Last-Modified", "")[:100]
    if source.kind == Source.Kind.WEBSUB:
        source.cursor = {**source.cursor, **links(answer)}
    if receipt.again:
        return Looked("The same as at the last look.", True)
    return Looked(f"{len(receipt.items)} items, {new} new or changed. {receipt.file.reason}".strip(), True, new)


def links(answer: fetch.Fetched) -> dict[str, str]:
    """The hub and the feed's own address (WebSub, section 4): from Link headers, else from the feed's links."""
    found: dict[str, str] = {}
    for address, rest in _LINK.findall(answer.headers.get("Link", "")):
        _note(found, address, rest)
    if "hub" not in found or "self" not in found:
        written: dict[str, str] = {}
        for tag in _FEED_LINK.findall(answer.data[:20_000]):
            text = tag.decode("utf-8", "replace")
            href = re.search(r"\bhref\s*=\s*[\"']([^\"']+)", text)
            if href:
                _note(written, href[1].replace("&amp;", "&"), text)
        found = {**written, **found}
    return {"hub": found.get("hub", ""), "topic": found.get("self", answer.url)}


def _note(found: dict[str, str], address: str, said: str) -> None:
    rels = re.search(r"\brel\s*=\s*[\"']?([\w\s-]+)", said)
    for rel in rels[1].lower().split() if rels else ():
        found.setdefault(rel, address)
