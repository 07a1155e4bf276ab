"""Breaking news on a browser's own screen. One story is one notification: what follows replaces it where it stands.

The words are read from the gate when the push leaves. A push that follows a kill says only that the alert was withdrawn;
push services that still hold the first one replace it by its Topic (RFC 8030), browsers that show it by its tag.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F

from masthead.circulation import devices, hours
from masthead.circulation.labels import say
from masthead.circulation.models import Alert, Device
from masthead.kit import clock, webpush
from masthead.mailroom import parcels, setting
from masthead.mailroom.models import Parcel
from masthead.mailroom.parcels import Packed, Wanted
from masthead.stories import gate
from masthead.titles.models import Title, direction

NAME = "push"
FOLLOW_UP_GOOD_FOR = timedelta(hours=24)


def plan(alert: Alert) -> int:
    """Plan a push to every browser that is not in its quiet hours; returns how many."""
    return parcels.plan(NAME, _wanted(alert))


def _wanted(alert: Alert) -> Iterator[Wanted]:
    for device in devices.reachable(alert.title).iterator(2000):
        if not hours.is_quiet(device, clock.now()):
            yield _one(alert, device, "", alert.good_until)


def _one(alert: Alert, device: Device, about: str, good_until: object) -> Wanted:
    return Wanted(
        title=alert.title, key=f"push:{alert.pk}:{about or 'first'}:{device.pk}", host=urlsplit(device.endpoint).netloc,
        about={"device": device.pk, "alert": alert.pk, "about": about}, good_until=good_until,  # type: ignore[arg-type]
    )  # fmt: skip


def follow_up(alert: Alert, about: str) -> int:
    """Tell the browsers that may show the alert that it was `corrected` or `withdrawn`; returns how many."""
    rows = Parcel.objects.filter(way=NAME, key__startswith=f"push:{alert.pk}:first:")
    if about == "withdrawn":
        # Those under way may arrive: a try is not taken back.
        parcels.drop(rows.filter(state="queued", tries=0), "Its story was withdrawn.")
    reached = rows.filter(state="sent") | rows.filter(state="queued", tries__gt=0)
    pks, good_until = [row.about["device"] for row in reached.only("about").iterator(2000)], clock.now() + FOLLOW_UP_GOOD_FOR
    known = (d for n in range(0, len(pks), 500) for d in Device.objects.filter(pk__in=pks[n : n + 500]))
    return parcels.plan(NAME, (_one(alert, device, about, good_until) for device in known))


def counted(title: Title) -> tuple[int, int]:
    """Browsers that an alert would reach now, and those in their quiet hours."""
    asleep = [hours.is_quiet(device, clock.now()) for device in devices.reachable(title).iterator(2000)]
    return len(asleep) - sum(asleep), sum(asleep)


class Pushes:
    """How pushes are written, and what becomes of their browsers."""

    again_after_restore = False

    def pack(self, parcel: Parcel) -> Packed | None:
        """The alert as things stand now, sealed for its browser."""
        device = devices.reachable(parcel.title).filter(pk=parcel.about["device"]).first()
        alert = Alert.objects.select_related("story", "title").filter(pk=parcel.about["alert"]).first()
        said = message(alert, parcel.about["about"]) if alert else None
        if device is None or alert is None or said is None:
            return None
        left = parcel.good_until - clock.now() if parcel.good_until else FOLLOW_UP_GOOD_FOR
        body = webpush.sealed(json.dumps(said, ensure_ascii=False).encode(), p256dh=device.p256dh, auth=device.auth)
        headers = {
            "Authorization": webpush.word(device.endpoint, secret=settings.SECRET_KEY, contact=_contact(alert.title), at=clock.now()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(0, int(left.total_seconds()))),
            "Topic": topic_of(alert),
            "Urgency": "high",
        }
        return Packed(device.endpoint, body, headers)

    def arrived(self, parcel: Parcel) -> None:
        """The browser's maker took it."""
        Device.objects.filter(pk=parcel.about["device"]).update(worked_at=clock.now(), refusals=0)

    def nobody(self, parcel: Parcel) -> None:
        """404 or 410, and nothing else, ends a subscription."""
        Device.objects.filter(pk=parcel.about["device"]).delete()

    def refused(self, parcel: Parcel, said: str) -> None:
        """For another reason: perhaps ours, and mended tomorrow."""
        Device.objects.filter(pk=parcel.about["device"]).update(refusals=F("refusals") + 1)


def topic_of(alert: Alert) -> str:
    """One word a story, the same for all that is ever said of it: 32 letters, as RFC 8030 allows."""
    told = f"{alert.title_id} {alert.story_id or f'alert {alert.pk}'}"
    return base64.urlsafe_b64encode(hashlib.blake2b(told.encode(), digest_size=24).digest()).decode("ascii")


def message(alert: Alert, about: str = "") -> dict[str, object] | None:
    """What the browser is to show now; None when there is nothing to say. The worker (`sw.js`) knows these names."""
    title = alert.title
    said: dict[str, object] = {"tag": topic_of(alert), "lang": title.language, "dir": direction(title.language), "at": int(alert.at.timestamp())}
    if about == "withdrawn":
        return said | {"head": say("push_withdrawn", title.language, name=title.name), "body": say("push_withdrawn_said", title.language), "path": "/", "still": True}
    if alert.story is None or alert.followed_up == "withdrawn" or not gate.allows(alert.story):
        return None
    said |= {"path": alert.story.path or "/", "still": False}
    if about == "corrected" or alert.followed_up == "corrected":
        return said | {"head": say("push_corrected", title.language, name=title.name), "body": f"{alert.words}\n{alert.note}"[:600]}
    return said | {"head": title.name, "body": alert.words}


def _contact(title: Title) -> str:
    return f"mailto:{title.contact_email or setting.sender(title).address}"
