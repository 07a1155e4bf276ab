"""What comes back: bounces and complaints, told by a sending service (django-anymail's signals, webhooks verified) or found
in a mailbox (`returned`)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from masthead.kit import clock
from masthead.mailroom import suppression
from masthead.mailroom.letter import same
from masthead.mailroom.models import Outgoing, Suppressed
from masthead.titles.models import Title


def listen() -> None:
    """Hear of what a sending service tells, where django-anymail is installed."""
    try:
        from anymail.signals import tracking
    except ImportError:
        return
    tracking.connect(on_event, dispatch_uid="masthead.mailroom", weak=False)


def on_event(sender: Any, event: Any, esp_name: str, **_: Any) -> None:
    """One event of a sending service. Told twice, it does no more."""
    address, why = event.recipient or "", f"{esp_name}: {event.description or event.event_type}"
    if event.event_type == "bounced":
        bounced(address, why, for_good=event.reject_reason in (None, "bounced", "invalid"))
    elif event.event_type == "rejected":
        bounced(address, why, for_good=False)
    elif event.event_type == "complained":
        complained(address, why)
    elif event.event_type == "unsubscribed":
        unwanted(address, why)


@transaction.atomic
def bounced(address: str, why: str, *, for_good: bool, row: Outgoing | None = None) -> None:
    """A letter came back from `address`: `row`, or else the last one that went there. Told twice of one row, it does no more."""
    if row and row.state == "bounced":
        return
    last = row or Outgoing.objects.filter(to__iexact=same(address), state="sent").order_by("-done_at").first()
    if last:
        Outgoing.objects.filter(pk=last.pk).update(state="bounced", said=why[:400], done_at=clock.now())
    for title in _titles(address):
        if for_good:
            suppression.suppress(title, address, Suppressed.Scope.ALL, why)
        else:
            suppression.doubt(title, address, why)


def complained(address: str, why: str) -> None:
    """The owner of `address` called a letter spam. Nothing but sign-in mail goes there any more."""
    for title in _titles(address):
        suppression.suppress(title, address, Suppressed.Scope.LETTERS, f"Reported as spam. {why}")


def unwanted(address: str, why: str) -> None:
    """The owner of `address` told the service to send no more."""
    for title in _titles(address):
        suppression.suppress(title, address, Suppressed.Scope.LETTERS, f"Unsubscribed. {why}")


def _titles(address: str) -> list[Title]:
    wrote = Outgoing.objects.filter(to__iexact=same(address)).values("title")
    return list(Title.objects.filter(pk__in=wrote)) or list(Title.objects.all()[:1])
