"""Sitemaps: an index, one map a month of stories, one of the lists, and the news of the last two days.

A month is read as bare rows, not as cards: the map of a busy month has thousands, and it is printed anew with each
story. Copy that search engines are to leave out, or to find at the agency's, stands in none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from masthead.kit.prepared import Prepared, Slot
from masthead.people.models import Organisation
from masthead.press import addresses, notices_read, platemaker, proof
from masthead.press.reading import Reader
from masthead.press.sheet import XML, page
from masthead.press.store import Printed
from masthead.stories.models import Story
from masthead.titles.outlets import WireAddress

IN_A_MAP = 50_000
IN_THE_NEWS = 1000
NEWS_DAYS = timedelta(days=2)
MONTH = re.compile(r"/sitemap-(?P<month>\d{4}-(?:0[1-9]|1[0-2]))\.xml")


def key(month: str) -> str:
    """What a change of a story of that month changes."""
    return f"list:sitemap:{month}"


def listed(reader: Reader) -> QuerySet[Story]:
    """Stories that readers may see and search engines may keep under our address, newest first."""
    agencies = list(Organisation.objects.values_list("pk", "wire_address"))
    reader.keys |= {f"source:{pk}" for pk, _ in agencies}
    elsewhere = [pk for pk, said in agencies if (said or reader.title.wire_address) != WireAddress.OWN]
    stories = Story.objects.readable(reader.now).filter(title=reader.title).exclude(agency__in=elsewhere)
    return stories.order_by("-first_published_at", "-pk")


def index(reader: Reader) -> Printed:
    """The map of maps."""
    reader.keys.add("list:sitemap")
    maps = [addresses.LISTS_SITEMAP, *(addresses.month_sitemap(month) for month in months(reader))]
    reader.watch_openings()
    reader.watch_ends()
    body = platemaker.render("sitemap-index.xml", page=page(reader, addresses.SITEMAP, "", ""), maps=maps)
    return Printed(addresses.SITEMAP, body.encode(), XML, valid_until=reader.valid_until)


def months(reader: Reader) -> Iterator[str]:
    """Months with a story, newest first: one small question each."""
    stories = listed(reader)
    newest = Prepared(lambda: stories.filter(first_published_at__lt=Slot("at")).values_list("first_published_at", flat=True)[:1])
    before = reader.now + timedelta(days=36500)
    while found := newest.first(at=before):
        local = found.astimezone(reader.title.zone)
        before = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        yield local.strftime("%Y-%m")


def month(reader: Reader, name: str) -> Printed | None:
    """The stories first published in a month; None when there are none."""
    reader.keys.add(key(name))
    begins = datetime(int(name[:4]), int(name[5:]), 1, tzinfo=reader.title.zone)
    ends = (begins + timedelta(days=32)).replace(day=1)
    within = {"first_published_at__gte": begins, "first_published_at__lt": ends}
    rows = listed(reader).filter(**within).values_list("path", "substantive_at", "first_published_at")[:IN_A_MAP]
    base = reader.title.base_url
    shown = [(f"{base}{path}", reader.local(changed or first)) for path, changed, first in rows]
    if not shown:
        return None
    reader.watch_openings(**within)
    reader.watch_ends(**within)
    path = addresses.month_sitemap(name)
    body = platemaker.render("sitemap.xml", page=page(reader, path, "", ""), rows=shown)
    return Printed(path, body.encode(), XML, valid_until=reader.valid_until)


def lists(reader: Reader) -> Printed:
    """The front, sections, standing pages, notices."""
    base = reader.title.base_url
    about = page(reader, addresses.LISTS_SITEMAP, "", "")
    others = [n for kind in addresses.NOTICES for n in notices_read.listed(reader, kind)]
    paths = [addresses.FRONT, *(s.path for s in about.paper.sections), *(s.path for s in about.paper.standing)]
    rows: list[tuple[str, datetime | None]] = [(f"{base}{path}", None) for path in dict.fromkeys(paths)]
    rows += [(notice.url, notice.updated) for notice in others]
    body = platemaker.render("sitemap.xml", page=about, rows=rows)
    return Printed(addresses.LISTS_SITEMAP, body.encode(), XML, valid_until=reader.valid_until)


def news(reader: Reader) -> Printed:
    """Stories of the last two days, at most a thousand, as Google News wants them."""
    reader.keys.add("list:sitemap")
    fresh = {"first_published_at__gt": reader.now - NEWS_DAYS}
    names = ("pk", "path", "headline", "wire_headline", "language", "first_published_at")
    found = listed(reader).filter(**fresh).values_list(*names)[:IN_THE_NEWS]
    base, spoken, rows = reader.title.base_url, reader.title.language, []
    for pk, path, own, wire, language, first in found:
        reader.keys.add(f"story:{pk}")  # It has the story's words: a kill prints it at once, not when its turn comes.
        rows.append(proof.NewsRow(f"{base}{path}", own or wire, language or spoken, reader.local(first)))
    if rows:
        # Before the limit cut any off, the oldest would leave first.
        reader.renewed_at(rows[-1].published + NEWS_DAYS)
    reader.watch_openings()
    reader.watch_ends(**fresh)
    about = page(reader, addresses.NEWS_SITEMAP, "", "")
    body = platemaker.render("sitemap-news.xml", page=about, rows=rows)
    return Printed(addresses.NEWS_SITEMAP, body.encode(), XML, valid_until=reader.valid_until)
