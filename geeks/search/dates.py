"""Dates as a search spells them, as Unix seconds: `2012`, `2012-04..2012-05`, `1m`, `3m..`. Everything is UTC.

As on Stack Exchange a single `1m` is the calendar month before this one, while in a range `3m` is the same day three
months ago.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta

_ABSOLUTE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_RELATIVE = re.compile(r"(\d{1,4})([ymwd])", re.ASCII | re.IGNORECASE)

Span = tuple[int | None, int | None]


def seconds_of(value: str, now: datetime) -> Span | None:
    """First and last second that `value` means, None for an open end; None for what is no date or does not exist."""
    value = value.strip().lower()
    today = (now if now.tzinfo else now.replace(tzinfo=UTC)).astimezone(UTC).date()
    if ".." not in value:
        days = _period(value) or _before(value, today)
        return _seconds(*days) if days else None
    first, _, last = value.partition("..")
    low = (_period(first) or _ago(first, today)) if first else None
    high = (_period(last) or _ago(last, today)) if last else None
    if (first and not low) or (last and not high) or not (first or last):
        return None
    return _seconds(low[0] if low else None, high[1] if high else None)


def _seconds(first: date | None, last: date | None) -> Span:
    low = calendar.timegm(first.timetuple()) if first else None
    return low, calendar.timegm(last.timetuple()) + 86_399 if last else None


def _period(text: str) -> tuple[date, date] | None:
    """First and last day of a year, a month or a day."""
    match = _ABSOLUTE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:  # no such day
        return None
    if day is not None:
        return first, first
    return first, _last_day(first) if month is not None else date(first.year, 12, 31)


def _before(text: str, today: date) -> tuple[date, date] | None:
    """The calendar year, month, week or day that was so many before this one."""
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return None
    count, unit = int(match[1]), match[2].lower()
    day = _shifted(today, count, unit)
    if day is None or unit == "d":
        return (day, day) if day else None
    if unit == "w":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "m":
        return day.replace(day=1), _last_day(day)
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _ago(text: str, today: date) -> tuple[date, date] | None:
    """The same day so many years, months, weeks or days ago."""
    match = _RELATIVE.fullmatch(text)
    day = _shifted(today, int(match[1]), match[2].lower()) if match else None
    return (day, day) if day else None


def _shifted(today: date, count: int, unit: str) -> date | None:
    if unit in "dw":
        ordinal = today.toordinal() - count * (7 if unit == "w" else 1)
        return date.fromordinal(ordinal) if ordinal > 366 else None
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    if months < 12:
        return None
    first = date(months // 12, months % 12 + 1, 1)
    # The 31st of a month that has 30 days is its last.
    return first.replace(day=min(today.day, _last_day(first).day))


def _last_day(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
