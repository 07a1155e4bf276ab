"""A sending service, by way of django-anymail: the optional extra `services`."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage as Parsed
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection

from masthead.mailroom import setting
from masthead.mailroom.transports.base import Outcome, Result

_MADE_BY_DJANGO = {"from", "to", "subject", "mime-version", "content-type", "content-transfer-encoding"}


class Service:
    """Hands each letter to the service's own programming interface."""

    def __init__(self) -> None:
        try:
            self._connection = get_connection(f"anymail.backends.{setting.said('service').lower()}.EmailBackend")
        except ImportError:
            raise setting.CannotMail(
                f"mail.service = “{setting.said('service')}” needs django-anymail (pip install 'masthead[services]'),"
                " and must be the name of one of its services."
            ) from None

    def send(self, *, sender: str, to: str, message: bytes, name: str) -> Result:
        from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused

        letter = _for_django(message, to)
        try:
            self._connection.send_messages([letter])
        except AnymailRecipientsRefused as error:
            return Result(Outcome.NOBODY, str(error)[:300])
        except AnymailAPIError as error:
            return Result(*_meaning(error))
        except AnymailError as error:
            return Result(Outcome.NEVER, str(error)[:300])
        except OSError as error:
            # The service may have heard us or not.
            return Result(Outcome.UNSURE, str(error)[:300])
        status: Any = getattr(letter, "anymail_status", None)
        return Result(Outcome.TAKEN, f"{setting.said('service')}: {getattr(status, 'message_id', '') or 'taken'}")

    def rest(self) -> None:
        self._connection.close()


def _meaning(error: Any) -> tuple[Outcome, str]:
    code, said = getattr(error, "status_code", None), " ".join(str(error).split())[:300]
    if code is None:
        return Outcome.UNSURE, said
    if code in (401, 403, 429) or code >= 500:
        return Outcome.STOPPED, said
    return Outcome.NEVER, said


def _for_django(message: bytes, to: str) -> EmailMultiAlternatives:
    parsed: Parsed = email.message_from_bytes(message, policy=email.policy.default)  # type: ignore[assignment]
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    extra = {k: str(v) for k, v in parsed.items() if k.lower() not in _MADE_BY_DJANGO}
    made = EmailMultiAlternatives(
        str(parsed["Subject"]), text.get_content() if text else "", str(parsed["From"]), [to], headers=extra
    )
    if html:
        made.attach_alternative(html.get_content(), "text/html")
    return made
