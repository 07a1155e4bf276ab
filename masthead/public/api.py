"""The API's door for questions with filters, and oEmbed. Without a question the printed page answers."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime

from masthead.press import addresses, answers, api, embeds, pages
from masthead.press.reading import Reader
from masthead.public import views
from masthead.public.finding import public_topic
from masthead.stories import gate
from masthead.titles import which
from masthead.titles.models import Title

FIELDS = ("section", "topic", "by", "changed_since", "after", "limit")
JSON, XML = "application/json; charset=utf-8", "text/xml; charset=utf-8"


class Wrong(ValueError):
    """A parameter that means nothing. The message is the sentence for whoever wrote the program."""


def stories(request: HttpRequest) -> HttpResponse:
    """A page of stories."""
    title = which.of(request)
    if title is None or request.method not in ("GET", "HEAD") or not request.GET:
        return views.paper(request, request.path)
    try:
        asked = _asked(title, {name: request.GET.get(name, "") for name in FIELDS})
    except Wrong as wrong:
        return _answer(request, api.dump({"error": str(wrong)}), JSON, status=400)
    reader = Reader(title)
    items, cursor = api.stories(reader, asked)
    kept = {name: request.GET[name] for name in FIELDS if name != "after" and request.GET.get(name)}
    following = f"{title.base_url}{addresses.API_STORIES}?{urlencode({**kept, 'after': cursor})}" if cursor else ""
    return _answer(request, api.envelope(reader, items, following), JSON)


def _asked(title: Title, given: dict[str, str]) -> api.Asked:
    """The question in ids. Raises Wrong."""
    section = title.sections.filter(slug=given["section"]).first() if given["section"] else None
    topic = public_topic(title, given["topic"])
    for name, found in (("section", section), ("topic", topic)):
        if given[name] and not found:
            raise Wrong(f"There is no {name} “{given[name][:80]}”.")
    if given["by"] not in ("", "ours", "wire"):
        raise Wrong("“by” is “ours” or “wire”.")
    return api.Asked(
        section=section.pk if section else None,
        topic=topic.pk if topic else None,
        ours={"ours": True, "wire": False}.get(given["by"]),
        changed_since=_time(given["changed_since"]),
        after=_cursor(given["after"]),
        limit=_limit(given["limit"]),
    )


def _time(said: str) -> datetime | None:
    if not said:
        return None
    try:
        # A plus in an address is a space.
        found = parse_datetime(said.strip().replace(" ", "+") if "T" in said else said)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Wrong("“changed_since” is a time with its zone, such as 2026-11-23T18:00:00Z.")
    return found


def _cursor(said: str) -> tuple[datetime, int] | None:
    try:
        found = api.read_cursor(said) if said else None
    except ValueError:
        raise Wrong("“after” is not a cursor that we gave.") from None
    if found and found[1] >= 2**63:
        raise Wrong("“after” is not a cursor that we gave.")
    return found


def _limit(said: str) -> int:
    if not said:
        return api.A_PAGE
    if not said.isascii() or not said.isdigit() or not 1 <= int(said[:6]) <= api.MOST:
        raise Wrong(f"“limit” is a number from 1 to {api.MOST}.")
    return int(said)


def oembed(request: HttpRequest) -> HttpResponse:
    """How to show one of our stories elsewhere."""
    title = which.of(request)
    form = request.GET.get("format", "json")
    if form not in ("json", "xml"):
        return _answer(request, "json and xml are spoken here.", "text/plain; charset=utf-8", status=501)
    story = _story_at(title, request.GET.get("url", "")) if title else None
    if title is None or story is None:
        return _answer(request, "There is no such story here.", "text/plain; charset=utf-8", status=404)
    said = request.GET.get("maxwidth", "")
    wide = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else embeds.WIDTH
    answer = embeds.rich(Reader(title), story, wide)
    return _answer(request, api.dump(answer) if form == "json" else embeds.as_xml(answer), JSON if form == "json" else XML)


def _story_at(title: Title, url: str):  # type: ignore[no-untyped-def]
    """The story that readers may see at a full address of this paper."""
    try:
        there, here = urlsplit(url), urlsplit(title.base_url)
    except ValueError:
        return None
    if there.netloc.lower() != here.netloc.lower():
        return None
    story = pages.find_story(title, there.path)
    return story if story and gate.allows(story) else None


def _answer(request: HttpRequest, body: str, kind: str, status: int = 200) -> HttpResponse:
    """An answer that caches may keep, and ask each time whether it is still true."""
    data = body.encode()
    tag = f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"'
    if status == 200 and tag in request.headers.get("If-None-Match", ""):
        status, data = 304, b""
    response = HttpResponse(data, status=status, content_type=kind)
    if status == 304:
        del response["Content-Type"]
    response["Cache-Control"] = "public, no-cache" if status in (200, 304) else "no-store"
    response["X-Robots-Tag"] = "noindex"
    if status in (200, 304):
        response["ETag"] = tag
    for name, value in answers.SECURITY_HEADERS:
        response[name.decode()] = value.decode()
    return response
