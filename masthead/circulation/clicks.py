"""How often a story was opened from a letter, if the paper wants to know (`mail.count_clicks`, off by default).

A number by letter, day and story, and nothing else: no address, no cookie, no word in the link that differs from reader
to reader. Every copy of a letter holds the same links, so there is nothing that could tell one reader from another.
"""

from __future__ import annotations

import hmac
import re
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db.models import F

from masthead.circulation.models import Clicks
from masthead.kit import clock
from masthead.stories.models import Story
from masthead.titles.models import Title

FEW = 5
"""Fewer are not shown as a number: in a small letter they would speak of persons."""
_EDITION = re.compile(r"[a-z0-9-]{1,80}-\d{4}-\d{2}-\d{2}")


def counted() -> bool:
    """Whether the paper counts at all."""
    return bool(settings.CONFIG.get("mail.count_clicks"))


def edition(list_id: str, at: datetime) -> str:
    """The same for all who get the letter of a list on a day."""
    return f"{re.sub(r'[^a-z0-9-]+', '-', list_id.lower())[:80]}-{at.date().isoformat()}"


def link(title: Title, name: str, story: int, path: str) -> str:
    """The address of a story in the edition `name`: by way of the counter where the paper counts."""
    if not counted():
        return f"{title.base_url}{path}"
    return f"{title.base_url}/follow/to/{name}/{story}/{_sign(name, story)}/"


def lead(title: Title, name: str, story: int, sign: str, *, person: bool) -> Story | None:
    """The story that a link leads to, counted when a `person` opened it; None for a link that is not ours, or a story
    that readers may not see now."""
    if not _EDITION.fullmatch(name) or not hmac.compare_digest(sign, _sign(name, story)):
        return None
    found = Story.objects.readable().filter(title=title, pk=story).first()
    if found and person and counted():
        row = {"title": title, "edition": name, "story": found}
        Clicks.objects.bulk_create([Clicks(**row)], ignore_conflicts=True)
        Clicks.objects.filter(**row).update(count=F("count") + 1)
    return found


def _sign(name: str, story: int) -> str:
    """So that nobody fills the table with editions that there never were."""
    key = f"masthead circulation clicks {settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{name} {story}".encode(), sha256).hexdigest()[:16]


def lately(title: Title, most: int = 30) -> list[Clicks]:
    """What was opened from the letters of the last two weeks, the newest letters first."""
    since = (clock.now() - timedelta(days=14)).date()
    rows = Clicks.objects.filter(title=title, count__gte=1).select_related("story").order_by("-pk")[: most * 10]
    fresh = [row for row in rows if date.fromisoformat(row.edition[-10:]) >= since]
    return sorted(fresh, key=lambda row: (row.edition[-10:], row.edition, row.count), reverse=True)[:most]
