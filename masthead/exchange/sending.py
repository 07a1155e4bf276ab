"""Our stories to other houses: ninjs, signed after Standard Webhooks, repeated until it is taken. A kill goes first."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from django.conf import settings

from masthead.exchange import copying
from masthead.exchange.models import Partner, Sending, Share
from masthead.kit import clock, fetch, html, reach, secrets, webhooks
from masthead.stories.body import to_html
from masthead.stories.models import Story

log = logging.getLogger("masthead.exchange")

NINJS = "http://www.iptc.org/std/ninjs/ninjs-schema_1.4.json"
LONGEST_PAUSE = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=2)
AT_ONCE = 20
_PURPOSE = "partner signatures"


def keep_secret(partner: Partner, text: str) -> None:
    """Seal what the partner's newsroom gave us to sign with (not saved yet)."""
    partner.sealed = secrets.seal(text.strip(), key=settings.SECRET_KEY, purpose=_PURPOSE)


def ninjs(share: Share) -> dict[str, Any]:
    """The story as the partner should have it now; emptied when it may not be shown."""
    story, now = share.story, copying.orders_of(share)
    item: dict[str, Any] = {
        "$schema": NINJS,
        "uri": f"urn:uuid:{story.uid}",
        "type": "text",
        "pubstatus": now.pubstatus,
        "version": str(story.diary.count()),
        "versioncreated": (story.diary.order_by("-id").values_list("at", flat=True).first() or clock.now()).isoformat(),
        "firstcreated": (story.first_published_at or story.filed_at).isoformat(),
        "infosource": [{"name": str(story.agency or story.title)}],
        "provider": story.title.name,
    }
    if now.pubstatus != "usable":
        return {**item, "ednote": now.reason}
    item |= {
        "language": story.spoken_language,
        "headline": story.display_headline,
        "byline": ", ".join(credit.name for credit in story.credits.all()),
        "description_text": html.to_text(story.standfirst),
        "body_xhtml": html.clean_story(to_html(story.body)),
        "embargoed": now.embargo_until.isoformat() if now.embargo_until else "",
        "expires": now.expires_at.isoformat() if now.expires_at else "",
        "copyrightholder": story.rights_holder or story.title.name,
        "copyrightnotice": story.copyright_notice,
        "usageterms": story.usage_terms,
        "link": [{"rel": "canonical", "href": story.full_url}],
        "ednote": _told(story),
    }
    return {name: value for name, value in item.items() if value not in ("", [], {})}


def _told(story: Story) -> str:
    note = story.corrections.first()
    return f"{note.get_kind_display()}: {note.text}" if note else ""


def work_off(allows: reach.Judge = reach.is_public) -> int:
    """Send what is due, kills first; returns how many were taken. A partner that does not answer is asked again for two days."""
    due = Sending.objects.filter(done_at=None, due_at__lte=clock.now(), share__partner__active=True)
    done = 0
    for row in due.select_related("share__story__title", "share__story__agency", "share__partner").order_by("-kill", "id")[:AT_ONCE]:
        done += _send(row, allows)
    return done


def _send(row: Sending, allows: reach.Judge) -> bool:
    partner = row.share.partner
    assert partner
    said = ninjs(row.share)
    body = json.dumps(said, ensure_ascii=False).encode()
    try:
        key = secrets.unseal(partner.sealed, key=settings.SECRET_KEY, purpose=_PURPOSE)
        headers = webhooks.headers(key, f"{row.pk}-{said['version']}", body)
        name = f"{row.share.story.uid}-{said['version']}.json"
        fetch.send("POST", partner.address, body, headers={**headers, "Content-Type": "application/json", "Masthead-Filename": name}, allows=allows)
    except (fetch.NotFetched, secrets.CannotOpen, ValueError) as error:
        return _later(row, str(error))
    row.done_at, row.said = clock.now(), ""
    row.save(update_fields=["done_at", "said"])
    return True


def _later(row: Sending, why: str) -> bool:
    row.tries, row.said = row.tries + 1, why[:300]
    row.due_at = clock.now() + min(timedelta(seconds=2 ** min(row.tries, 10)), LONGEST_PAUSE)
    if row.due_at - row.share.offered_at > GIVEN_UP_AFTER and row.tries > 150:
        row.done_at = clock.now()
    row.save(update_fields=["tries", "said", "due_at", "done_at"])
    log.warning("%s did not take a story: %s", row.share.partner, why)
    return False
