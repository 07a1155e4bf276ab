"""Times as editors write them: in the paper's own zone, whatever zone the colleague's machine is in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.widgets import AdminDateTimeInput

from masthead.kit import zones
from masthead.kit.zones import UnclearTime

__all__ = ["PaperTimeField", "UnclearTime", "read", "written"]


def read(text: str, zone: ZoneInfo, which: str = "first") -> datetime | None:
    """The moment (aware, UTC) that a field's text means in `zone`; None for an empty one. Raises UnclearTime.

    Of a time that comes twice when the clocks go back, `which` is meant; where an hour matters, pass "" and ask.
    """
    return zones.local(text, zone, which) if text.strip() else None


def written(at: datetime | None, zone: ZoneInfo) -> str:
    """How `at` stands in a field of a form."""
    return zones.written(at, zone)[0] if at else ""


class PaperTimeField(forms.DateTimeField):
    """Reads and writes `2026-10-25 01:30`, with `first` or `second` behind it where the clocks go back over it."""

    zone = ZoneInfo("UTC")

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": AdminDateTimeInput, "required": False} | options)

    def of(self, zone: ZoneInfo) -> PaperTimeField:
        """Have the field speak the time of `zone`, and say so."""
        self.zone = zone
        self.help_text = f"{self.help_text} Time of the paper, {zone.key}.".strip()
        return self

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        text, which = zones.written(value if value.tzinfo else value.replace(tzinfo=UTC), self.zone)
        return f"{text.replace('T', ' ')} {which}".strip()

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime) or not value:
            return value or None
        text, which = str(value).strip(), ""
        for word in ("first", "second"):
            if text.endswith(f" {word}"):
                text, which = text.removesuffix(word).strip(), word
        try:
            return zones.local(text, self.zone, which)
        except zones.TwiceTime as twice:
            raise ValidationError(f"{twice} Write “first” or “second” behind the time.") from None
        except zones.UnclearTime as unclear:
            raise ValidationError(str(unclear)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True
