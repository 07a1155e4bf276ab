"""Dates as readers read them: in the paper's language and zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime as rfc_5322
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from jinja2 import pass_context
from jinja2.runtime import Context


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Babel's locale for a BCP 47 tag; English when it knows neither the tag nor its language."""
    for tag in (language, language.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def long_date(at: datetime, language: str) -> str:
    """“Sunday, 23 November 2025”."""
    return _day(_date_of(at), "full", language)


def _date_of(at: date) -> date:
    """The day of a moment; of a day itself, too (somebody's birthday has no hour)."""
    return at.date() if isinstance(at, datetime) else at


@lru_cache(maxsize=10_000)
def _day(day: date, form: str, language: str) -> str:
    """Babel reads its patterns anew for each date; a page has a dozen, and days come again and again."""
    if form == "MMMd":
        return format_skeleton(form, day, locale=locale_of(language))
    return format_date(day, form, locale=locale_of(language))


def medium_date(at: datetime, language: str) -> str:
    """“23 Nov 2025”."""
    return _day(_date_of(at), "medium", language)


def short_date(at: datetime, language: str, year: int) -> str:
    """“23 Nov”; with its year when that is not the paper's present one."""
    if at.year != year:
        return medium_date(at, language)
    return _day(_date_of(at), "MMMd", language)


def clock_time(at: datetime, language: str) -> str:
    """“14:05”. Babel's narrow no-break space becomes one that every reader's font has."""
    return _clock(at.hour, at.minute, language)


@lru_cache(maxsize=3_000)
def _clock(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), "short", locale=locale_of(language)).replace("\u202f", "\u00a0")


def zone_name(at: datetime) -> str:
    """“GMT”, “EST”; zones without letters give their offset."""
    name = at.tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" and name else name


def date_and_time(at: datetime, language: str) -> str:
    """“23 Nov 2025, 14:05 GMT”."""
    return f"{medium_date(at, language)}, {clock_time(at, language)}\u00a0{zone_name(at)}"


def iso(at: datetime) -> str:
    """To the second, with the offset: for `datetime` attributes, feeds and structured data."""
    return at.isoformat(timespec="seconds")


def rfc(at: datetime) -> str:
    """The form that RSS wants."""
    return rfc_5322(at.astimezone(UTC), usegmt=True)


def _language(context: Context) -> str:
    return str(context["page"].paper.language)


@pass_context
def date_long_filter(context: Context, at: datetime) -> str:
    return long_date(at, _language(context))


@pass_context
def date_filter(context: Context, at: datetime) -> str:
    return medium_date(at, _language(context))


@pass_context
def date_short_filter(context: Context, at: datetime) -> str:
    return short_date(at, _language(context), context["page"].paper.year)


@pass_context
def time_filter(context: Context, at: datetime) -> str:
    return clock_time(at, _language(context))


@pass_context
def date_time_filter(context: Context, at: datetime) -> str:
    return date_and_time(at, _language(context))
