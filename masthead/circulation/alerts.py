"""Breaking news: the desk presses a button, everybody who asked for alerts gets one letter, and a second one if it was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from masthead.circulation import editions, hours, pushing, writing
from masthead.circulation import news as the_news
from masthead.circulation.choosing import Choice, Chosen
from masthead.circulation.labels import say
from masthead.circulation.models import Alert, Follower
from masthead.kit import clock
from masthead.mailroom import outbox
from masthead.mailroom.letter import Kind, Letter
from masthead.mailroom.models import Outgoing
from masthead.mailroom.outbox import Planned
from masthead.people.models import User
from masthead.stories import gate
from masthead.stories.models import Correction, Story

GOOD_FOR = timedelta(hours=2)
"""An alert that could not leave for so long is news no more: it is held."""
FOLLOWED_UP = timedelta(hours=72)
SAME_STORY = timedelta(hours=6)


class CannotAlert(Exception):
    """The alert was not sent. The message is the sentence for the desk."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Who would get an alert now."""

    now: int
    asleep: int
    """In their quiet hours: they find the story in their next letter."""
    paused: int
    devices: int = 0
    """Browsers that asked for breaking news (web push)."""
    devices_asleep: int = 0


def reach(story: Story) -> Reach:
    """Counted anew whenever it is asked."""
    counted = {"now": 0, "asleep": 0, "paused": 0}
    for follower in _wanting(story):
        counted[_how(follower)] += 1
    awake, asleep = pushing.counted(story.title)
    return Reach(**counted, devices=awake, devices_asleep=asleep)


def _wanting(story: Story) -> Iterator[Follower]:
    rows = Follower.objects.filter(title=story.title_id, alerts=True, left_at=None).exclude(confirmed_at=None)
    return rows.select_related("title").order_by("pk").iterator(2000)


def _how(follower: Follower) -> str:
    now = clock.now()
    if follower.paused_until and follower.paused_until > follower.local(now).date():
        return "paused"
    return "asleep" if hours.is_quiet(follower, now) else "now"


def takes_two() -> bool:
    """Whether an alert leaves only when a second colleague has pressed, too (`alerts.two_people`)."""
    return bool(settings.CONFIG.get("alerts.two_people"))


@transaction.atomic
def send(*, story: Story, words: str, user: User | None = None) -> Alert:
    """Send an alert about a public story; where two are needed, it waits for the second. Raises CannotAlert; then nothing
    was sent."""
    words, now = " ".join(words.split())[:200], clock.now()
    if not words:
        raise CannotAlert("Write what happened, in one line: it is the subject of the letter. Nothing was sent.")
    _check(story)
    if waiting_for(story):
        raise CannotAlert("An alert about this story waits for a second colleague already. Nothing was sent.")
    alert = Alert.objects.create(
        title=story.title, story=story, words=words, at=now, good_until=now + GOOD_FOR, user=user, waiting=takes_two()
    )
    return alert if alert.waiting else _leave(alert)


@transaction.atomic
def second(alert: Alert, user: User) -> Alert:
    """A second colleague agrees, and the alert leaves. Raises CannotAlert; then nothing was sent."""
    alert = Alert.objects.select_for_update(of=("self",)).select_related("story__title", "title").get(pk=alert.pk)
    if not alert.waiting or alert.story is None:
        raise CannotAlert("This alert does not wait any more. Nothing was sent.")
    if alert.user_id == user.pk:
        raise CannotAlert("You wrote this alert; somebody else must agree to it. Nothing was sent.")
    if alert.good_until <= clock.now():
        raise CannotAlert("This alert waited too long to be news. Write it anew. Nothing was sent.")
    _check(alert.story)
    alert.waiting, alert.second, alert.at = False, user, clock.now()
    return _leave(alert)


def put_away(alert: Alert) -> None:
    """An alert that waits is not sent after all."""
    Alert.objects.filter(pk=alert.pk, waiting=True).delete()


def waiting_for(story: Story) -> Alert | None:
    """The alert about `story` that waits for a second colleague, while it is still news."""
    return Alert.objects.filter(story=story, waiting=True, good_until__gt=clock.now()).select_related("user").first()


def _check(story: Story) -> None:
    now = clock.now()
    if not gate.allows(story, now):
        raise CannotAlert("Readers may not see this story now, so no alert can lead to it. Nothing was sent.")
    if Alert.objects.filter(story=story, at__gt=now - SAME_STORY, waiting=False).exists():
        raise CannotAlert("An alert about this story went out in the last six hours; one story, one alert. Nothing was sent.")


def _leave(alert: Alert) -> Alert:
    alert.reach = outbox.plan(_planned(alert, f) for f in _wanting(alert.story) if _how(f) == "now")  # type: ignore[arg-type]
    alert.devices = pushing.plan(alert)
    alert.save()
    return alert


def key_of(alert: Alert, follower: int, about: str = "") -> str:
    return f"alert:{alert.pk}{f':{about}' if about else ''}:{follower}"


def _planned(alert: Alert, follower: Follower) -> Planned:
    return Planned(
        title=alert.title, key=key_of(alert, follower.pk), to=follower.to, kind=Kind.ALERT, composer="alert",
        about={"follower": follower.pk, "alert": alert.pk}, good_until=alert.good_until,
    )  # fmt: skip


def compose(row: Outgoing) -> Letter | None:
    """The alert, or what follows it, as things stand now: a killed story's alert does not leave any more."""
    follower, alert = editions.active(row), Alert.objects.select_related("story").filter(pk=row.about["alert"]).first()
    if follower is None or alert is None:
        return None
    if about := row.about.get("about"):
        return _follow_up(row, follower, alert, about)
    if alert.story is None or alert.followed_up == "withdrawn" or not gate.allows(alert.story):
        return None
    said = (alert.words,) if alert.words != alert.story.display_headline else ()
    return _letter(row, follower, alert, subject=alert.words, introduction=said)


def _follow_up(row: Outgoing, follower: Follower, alert: Alert, about: str) -> Letter | None:
    first, language = key_of(alert, follower.pk), writing.language_of(follower)
    if about == "withdrawn":
        return writing.write(
            follower, subject=say("subject_withdrawn", language), reason=say("reason_alert", language), kind=Kind.ALERT, list_id="alerts",
            about="alerts", kicker=say("breaking", language), introduction=(say("alert_withdrawn", language),), follows=first,
        )  # fmt: skip
    if alert.story is None or not gate.allows(alert.story):
        return None
    return _letter(row, follower, alert, subject=say("subject_corrected", language, words=alert.words), introduction=(alert.note,), follows=first)


def _letter(
    row: Outgoing, follower: Follower, alert: Alert, *, subject: str, introduction: tuple[str, ...], follows: str = ""
) -> Letter | None:
    news = the_news.of(follower.title)
    item = news.items.get(alert.story_id or 0)
    if item is None:
        return None
    chosen = Chosen((Choice(item, ()),), ())
    editions.note_sent(follower, row.key, chosen)
    language = writing.language_of(follower)
    return writing.write(
        follower, subject=subject, reason=say("reason_alert", language), kind=Kind.ALERT, list_id="alerts", about="alerts",
        kicker=say("breaking", language), introduction=introduction, chosen=chosen, news=news, follows=follows, good_until=row.good_until,
    )  # fmt: skip


def withdrawn(story: Story) -> int:
    """The story was killed or withdrawn: tell those who got its alert, and nobody else. Returns how many."""
    return sum(_tell(alert, "withdrawn", "") for alert in _lately(story).exclude(followed_up="withdrawn"))


def corrected(story: Story) -> int:
    """The story was corrected: tell those who got its alert, once a correction."""
    serious = (Correction.Kind.CORRECTION, Correction.Kind.EDITORS_NOTE)
    note = story.corrections.filter(kind__in=serious, automatic=False).order_by("-at", "-id").first()
    if note is None:
        return 0
    fresh = [alert for alert in _lately(story).filter(followed_up="") if note.at > alert.at]
    return sum(_tell(alert, "corrected", f"{say(f'note_{note.kind}', story.title.language)} {note.text}") for alert in fresh)


def _lately(story: Story) -> QuerySet[Alert]:
    return Alert.objects.filter(story=story, waiting=False, at__gt=clock.now() - FOLLOWED_UP).select_related("title")


@transaction.atomic
def _tell(alert: Alert, about: str, note: str) -> int:
    rows = Outgoing.objects.filter(key__startswith=f"alert:{alert.pk}:", composer="alert")
    if about == "withdrawn":
        waiting = [r.key for r in rows.filter(state="queued") if "about" not in r.about]
        outbox.drop(waiting, "Its story was withdrawn.")
    # “Unsure” counts as told: who may have got the alert must get this.
    reached = [r for r in rows.filter(state__in=("sent", "unsure", "handed over")) if "about" not in r.about]
    alert.followed_up, alert.note = about, note
    alert.save(update_fields=["followed_up", "note"])
    pushing.follow_up(alert, about)
    return outbox.plan(
        Planned(
            title=alert.title, key=key_of(alert, row.about["follower"], about), to=row.to, kind=Kind.ALERT, composer="alert",
            about={**row.about, "about": about}, good_until=clock.now() + timedelta(hours=24),
        )
        for row in reached
    )  # fmt: skip
