"""Newsletters that the desk writes: an introduction, its own choice of stories, and whoever follows it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from masthead.circulation import editions, hours, writing
from masthead.circulation import news as the_news
from masthead.circulation.choosing import Choice, Chosen
from masthead.circulation.labels import say
from masthead.circulation.models import Follow, Follower, Newsletter, Number
from masthead.kit import clock
from masthead.mailroom import outbox
from masthead.mailroom.letter import Kind, Letter
from masthead.mailroom.models import Outgoing
from masthead.mailroom.outbox import Planned
from masthead.stories.models import Story

MOST = 25


class CannotSend(Exception):
    """The number was not sent. The message is the sentence for the desk."""


def followers(newsletter: Newsletter) -> QuerySet[Follower]:
    """Who gets it."""
    rows = Follower.objects.filter(follows__kind=Follow.Kind.NEWSLETTER, follows__target=newsletter.pk, follows__confirmed=True)
    return rows.filter(left_at=None).exclude(confirmed_at=None)


@transaction.atomic
def send(number: Number) -> int:
    """Send a number to everybody who follows its newsletter, once; returns to how many. Raises CannotSend."""
    number = Number.objects.select_for_update(of=("self",)).select_related("newsletter__title").get(pk=number.pk)
    if number.sent_at:
        raise CannotSend(f"This number was sent on {number.sent_at:%d %b at %H:%M} UTC. It is not sent twice.")
    if not number.subject.strip() or not (number.introduction.strip() or chosen_of(number)):
        raise CannotSend("It needs a subject, and an introduction or a story that readers may see. Nothing was sent.")
    title = number.newsletter.title
    number.sent_at = clock.now()
    number.reach = outbox.plan(
        Planned(
            title=title, key=f"newsletter:{number.pk}:{follower.pk}", to=follower.to, kind=Kind.LETTER, composer="newsletter",
            about={"follower": follower.pk, "number": number.pk}, good_until=clock.now() + hours.LATE * 3,
        )
        for follower in followers(number.newsletter).order_by("pk").iterator(2000)
    )  # fmt: skip
    number.save(update_fields=["sent_at", "reach"])
    return number.reach


def chosen_of(number: Number) -> Chosen:
    """Its stories that readers may see now, in the desk's order."""
    items = items_of(number.newsletter.title_id, number.picks[:MOST])
    may = the_news.readable(items)
    return Chosen(tuple(Choice(items[pk], ()) for pk in number.picks[:MOST] if pk in may), ())


def items_of(title: int, pks: Iterable[int]) -> dict[int, the_news.Item]:
    """Stories as letters show them, however old they are."""
    rows = Story.objects.filter(title=title, pk__in=list(pks)).exclude(path=None)
    found = list(rows.select_related("section", "agency", "title").prefetch_related("credits"))
    return {story.pk: the_news.item_of(story, set()) for story in found}


def compose(row: Outgoing) -> Letter | None:
    """The number, as its stories stand now."""
    follower = editions.active(row)
    number = Number.objects.select_related("newsletter__title").filter(pk=row.about["number"]).first()
    if follower is None or number is None:
        return None
    kept = follower.follows.filter(kind=Follow.Kind.NEWSLETTER, target=number.newsletter_id, confirmed=True)
    return letter_of(number, follower, row.key) if kept.exists() else None


def letter_of(number: Number, follower: Follower, key: str = "") -> Letter | None:
    """The letter; with a `key` it is written down that the follower had its stories."""
    chosen, newsletter = chosen_of(number), number.newsletter
    introduction = tuple(p.strip() for p in number.introduction.split("\n\n") if p.strip())
    if not chosen and not introduction:
        return None
    if key and chosen:
        editions.note_sent(follower, key, chosen)
    return writing.write(
        follower,
        subject=number.subject,
        reason=say("reason_newsletter", writing.language_of(follower), name=newsletter.name),
        list_id=newsletter.slug,
        about=f"newsletter-{newsletter.pk}",
        kicker=newsletter.name,
        introduction=introduction,
        chosen=chosen,
    )


def preview(number: Number) -> Letter | None:
    """The letter as it would leave now, for the desk's eyes: its links to leave are nobody's."""
    return letter_of(number, Follower(pk=0, title=number.newsletter.title, to="preview@example.org"))


def test_send(number: Number, to: str) -> None:
    """Send it to one address of the desk. Raises mailroom.letter.CannotPost, CannotSend."""
    written = letter_of(number, Follower(pk=0, title=number.newsletter.title, to=to))
    if written is None:
        raise CannotSend("There is nothing in it yet. Nothing was sent.")
    trial = Letter(
        title=written.title, to=to, subject=f"[Test] {written.subject}", text=written.text, html=written.html, kind=Kind.NOTICE
    )
    outbox.post(trial, f"test:{number.pk}:{uuid.uuid4().hex[:12]}")
