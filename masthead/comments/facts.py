"""What the rules may know of a comment besides its words: read once for each, in a handful of queries."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q
from rapidfuzz import fuzz

from masthead.comments import normal, words
from masthead.comments.models import Comment, Flag, ProtectedName, Rulebook, Sanction, State, Thread, Word
from masthead.kit import clock, secrets
from masthead.kit.prepared import Prepared, Slot
from masthead.people.models import Reader
from masthead.titles import scope
from masthead.titles.models import Title

PUBLIC_MAIL = (
    "gov",
    "mil",
    "gov.uk",
    "police.uk",
    "nhs.uk",
    "parliament.uk",
    "ac.uk",
    "edu",
    "europa.eu",
    "gob.es",
    "gob.mx",
    "gc.ca",
    "gov.au",
)
REGIONS = {
    "en": "US",
    "en-gb": "GB",
    "en-ie": "IE",
    "en-au": "AU",
    "en-ca": "CA",
    "en-nz": "NZ",
    "es": "ES",
    "es-mx": "MX",
    "es-us": "US",
    "fr": "FR",
    "de": "DE",
}
NEAR = 88
"""Of a hundred: how alike two texts are that somebody copied."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when a comment comes."""

    chosen: Mapping[str, Any]
    lists: words.Lists
    language: str = "en"
    region: str = "US"
    longest: int = 3000
    own_hosts: tuple[str, ...] = ()
    public_mail: tuple[str, ...] = PUBLIC_MAIL
    public_numbers: tuple[str, ...] = ()
    protected: tuple[words.Lists, ...] = ()
    joined: datetime = field(default_factory=clock.now)
    mail_domain: str = ""
    published: int = 1
    removed: int = 0
    flagged: int = 0
    here: int = 0
    said_elsewhere: bool = False
    like: tuple[int, ...] = ()
    read_first: bool = False
    like_banned: str = ""
    waits: str = ""


@lru_cache(maxsize=64)
def _lists(title: int, version: int, language: str) -> words.Lists:
    return with_shipped(Word.objects.filter(title=title).values_list("word", "level"), language)


def with_shipped(own: Iterable[tuple[str, str]], language: str) -> words.Lists:
    """A paper's words besides those that come with Masthead, over which they win."""
    own = list(own)
    mentioned = {word.lower() for word, _ in own}
    return words.Lists([*own, *(row for row in words.shipped(language) if row[0].lower() not in mentioned)])


def lists_of(book: Rulebook) -> words.Lists:
    """The word lists of a paper, ready to be looked for; made once for each version."""
    return _lists(book.title_id, book.version, book.title.language)


def likeness(text: str) -> str:
    """A digest of the words alone, whatever their case, spaces and stops."""
    return hashlib.blake2b(normal.read(text).plain.text.encode(), digest_size=16).hexdigest()


def network_of(address: str) -> str:
    """A keyed digest of the network of an address (/24, /56): another key each month, and never the address itself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    net = ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 56}", strict=False)
    key = secrets.derived(settings.SECRET_KEY, purpose=f"networks {clock.now():%Y-%m}")
    return hmac.new(key, str(net).encode(), hashlib.sha256).hexdigest()[:24]


def _region(language: str) -> str:
    return REGIONS.get(language.lower(), REGIONS.get(language.split("-")[0].lower(), "US"))


def own_hosts(book: Rulebook) -> tuple[str, ...]:
    """Sites to which links are free: every paper of the house, and what the paper adds."""
    urls = _SITES.all()
    hosts = [(urlsplit(url).hostname or "").removeprefix("www.") for url in urls]
    return tuple(
        dict.fromkeys([*filter(None, hosts), *(h.strip().lower() for h in book.own_sites.replace(",", " ").split())])
    )


def gather(
    book: Rulebook, thread: Thread, reader: Reader, text: str, *, network: str = "", waits: str = "", but: int = 0
) -> Facts:
    """Read what the rules may know. `but`: the id of the comment itself, when it is changed."""
    now, title = clock.now(), book.title
    # An account, and what was removed of it lately, is one for all papers of the house.
    with scope.across():
        counted = _COUNTS.first(reader=reader.pk, but=but, title=title.pk, since=now - timedelta(days=30), thread=thread.pk)
    published, removed, here = counted or (0, 0, 0)
    mark = likeness(text)
    long_enough = len(text) >= 40
    same: list[tuple[int, int | None]] = []
    if long_enough:
        # By the digest alone, and the time here: an index finds the few there are, however many came lately.
        rows = _ALIKE.all(title=title.pk, likeness=mark)
        same = [(pk, author) for pk, author, at in rows if pk != but and at > now - timedelta(days=14)]
    other = [pk for pk, author in same if author != reader.pk]
    if long_enough and not other:
        lately = _LATELY.all(title=title.pk, since=now - timedelta(hours=6))
        near = [(pk, body) for pk, body, author in lately if author != reader.pk and abs(len(body) - len(text)) < 60]
        other = [pk for pk, body in near if pk != but and fuzz.ratio(body, text) >= NEAR]
        # And their own of two weeks under other stories: a word altered here and there is still the same.
        own = _ELSEWHERE.all(reader=reader.pk, thread=thread.pk, since=now - timedelta(days=14))
        other += [pk for pk, body in own if pk != but and abs(len(body) - len(text)) < 60 and fuzz.ratio(body, text) >= NEAR]
    hosts = own_hosts(book)
    return Facts(
        chosen=book.rules,
        lists=lists_of(book),
        language=title.language.lower(),
        region=_region(title.language),
        longest=book.longest,
        own_hosts=hosts,
        public_mail=(*PUBLIC_MAIL, *hosts),
        protected=_protected(thread),
        joined=reader.joined_at,
        mail_domain=(reader.address or "").rpartition("@")[2],
        published=published,
        removed=removed,
        flagged=len(_UPHELD.all(reader=reader.pk)),
        here=here,
        said_elsewhere=any(author == reader.pk for _, author in same),
        like=tuple(other),
        read_first=bool(sanctions(reader, title.pk, Sanction.Kind.PRE)),
        like_banned=_banned_near(network, reader, title) if network else "",
        waits=waits,
    )


def _protected(thread: Thread) -> tuple[words.Lists, ...]:
    today = clock.now().date()
    names = [row for row in _PROTECTED.all(story=thread.story_id) if row.until is None or row.until >= today]
    return (words.Lists([(reveal(row), words.BANNED) for row in names]),) if names else ()


PURPOSE = "protected names"


def seal(name: str) -> str:
    """A name that must not appear, as it lies in the database."""
    return secrets.seal(name, key=settings.SECRET_KEY, purpose=PURPOSE)


def reveal(row: ProtectedName) -> str:
    """The name itself: for the check, and for who may see it on the desk."""
    try:
        return secrets.unseal(row.sealed, key=settings.SECRET_KEY, purpose=PURPOSE)
    except secrets.CannotOpen:
        return ""


def _banned_near(network: str, reader: Reader, title: Title) -> str:
    """Who wrote from the same network and may not write here any more. Whom a sister paper barred is not named here."""
    with scope.across():
        found = _BARRED_NEAR.first(network=network, reader=reader.pk, title=title.pk)
    return found.name if found else ""


def sanctions(reader: Reader, title: int, *kinds: Sanction.Kind) -> list[Sanction]:
    """What a moderator laid on a reader, here or in every paper of the house, and is in force."""
    now = clock.now()
    return [row for row in _SANCTIONS.all(reader=reader.pk, title=title) if row.kind in kinds and (row.until is None or row.until > now)]


# Each comment asks all of these.
_COUNTS = Prepared(
    lambda: Comment.objects.filter(author=Slot("reader")).exclude(pk=Slot("but")).order_by().values("author").annotate(
        published=Count("pk", filter=Q(state=State.PUBLISHED, title=Slot("title"))),
        removed=Count("pk", filter=Q(state=State.REMOVED, at__gt=Slot("since"))),
        here=Count("pk", filter=Q(thread=Slot("thread"))),
    ).values_list("published", "removed", "here")
)  # fmt: skip
_ALIKE = Prepared(
    lambda: Comment.objects.filter(title=Slot("title"), likeness=Slot("likeness")).order_by().values_list("pk", "author_id", "at")[:50]
)
_LATELY = Prepared(
    lambda: Comment.objects.filter(title=Slot("title"), at__gt=Slot("since")).order_by("-at").values_list("pk", "body", "author_id")[:40]
)
_ELSEWHERE = Prepared(
    lambda: Comment.objects.filter(author=Slot("reader"), at__gt=Slot("since")).exclude(thread=Slot("thread")).order_by("-at").values_list("pk", "body")[:30]
)
_UPHELD = Prepared(lambda: Flag.objects.filter(comment__author=Slot("reader"), upheld=True).order_by().values_list("pk"))
_SANCTIONS = Prepared(lambda: Sanction.objects.filter(Q(title=None) | Q(title=Slot("title")), reader=Slot("reader"), lifted_at=None))
_PROTECTED = Prepared(lambda: ProtectedName.objects.filter(story=Slot("story")))
_SITES = Prepared(lambda: Title.objects.order_by().values_list("base_url", flat=True))
_BARRED_NEAR = Prepared(
    lambda: Comment.objects.filter(
        network=Slot("network"),
        author__in=Sanction.objects.filter(Q(title=None) | Q(title=Slot("title")), kind=Sanction.Kind.BAN, lifted_at=None)
        .exclude(reader=Slot("reader"))
        .values("reader"),
    ).select_related("author")[:1]
)
