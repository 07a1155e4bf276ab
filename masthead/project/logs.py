"""What is written down of faults and work: in lines or JSON, without anybody's address, name or secret."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_HIDDEN = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "(address)"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"), "(number)"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])|(?<![\w:])::1(?![\w:])"), "(number)"),
    (re.compile(r"(://)[^/\s:@]*:[^/\s@]*@"), r"\1(secret)@"),
    (re.compile(r"(/(?:follow/\w+|wire/push|gateway|preview)/)[\w:.~-]{12,}"), r"\1(word)"),
    (re.compile(r"(\?)[^\s\"'<>]*=[^\s\"'<>]*"), r"\1(question)"),
    (re.compile(r"(?i)((?:password|token|secret|authorization|cookie|dsn)['\"]?\s*[:=]\s*)(?:Bearer\s+)?['\"]?[^\s,;'\"]+"), r"\1(secret)"),
)
"""Mail and net addresses, passwords in addresses, words in links that open something, what was asked for."""
_LOCAL = re.compile(r"\b(?:127\.0\.0\.1|0\.0\.0\.0)\b")


def scrub(said: str) -> str:
    """`said` without what tells of a person or opens a door."""
    said = _LOCAL.sub("(here)", said)
    for pattern, instead in _HIDDEN:
        said = pattern.sub(instead, said)
    return said


class Line(logging.Formatter):
    """A line a record, as a person reads it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


class Json(logging.Formatter):
    """An object a record, as machines read it: time, level, room, what, and the fault's trace."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "room": record.name,
            "what": scrub(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            said["fault"] = record.exc_info[0].__name__
            said["trace"] = scrub("".join(traceback.format_exception(*record.exc_info)))
        if status := getattr(record, "status_code", None):
            said["status"] = status
        return json.dumps(said, ensure_ascii=False)


def configured(form: str, errors: Path) -> dict[str, Any]:
    """Django's LOGGING. `form` is line or json; faults are written to the file `errors` too."""
    formatters = {"line": {"()": Line}, "json": {"()": Json}}
    report = {
        "class": "logging.handlers.RotatingFileHandler",
        "filename": str(errors),
        "maxBytes": 2_000_000,
        "backupCount": 3,
        "delay": True,
        "encoding": "utf-8",
        "level": "ERROR",
        "formatter": form,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}, "errors": report},
        "root": {"handlers": ["stderr", "errors"], "level": "WARNING"},
        "loggers": {
            "masthead": {"level": "INFO"},
            # Its own handlers would write unscrubbed lines; what is left to them is nothing.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }


def report_to(dsn: str, release: str) -> None:
    """Send faults to a Sentry-compatible service, scrubbed, without bodies, cookies, headers or variables. Raises ImportError."""
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        release=release,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        default_integrations=True,
        before_send=_before_send,
    )


def _before_send(event: Any, hint: Any) -> Any:
    request = event.get("request") or {}
    event["request"] = {"method": request.get("method", ""), "url": scrub(str(request.get("url", "")))}
    for name in ("user", "server_name", "breadcrumbs", "modules"):
        event.pop(name, None)
    return _scrubbed(event)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: _scrubbed(one) for key, one in value.items()}
    return [_scrubbed(one) for one in value] if isinstance(value, (list, tuple)) else value
