"""What the dates of a search mean, to the second."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geeks.search.dates import seconds_of

NOW = datetime(2026, 5, 31, 15, 30, tzinfo=UTC)


def span(value, now=NOW):
    found = seconds_of(value, now)
    return found and tuple("" if end is None else str(datetime.fromtimestamp(end, UTC))[:19] for end in found)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2012", "2012-01-01", "2012-12-31"),
        ("2012..2013", "2012-01-01", "2013-12-31"),
        ("2012-04", "2012-04-01", "2012-04-30"),
        ("2012-04..2012-05", "2012-04-01", "2012-05-31"),
        ("2012-02..2012-02", "2012-02-01", "2012-02-29"),
        ("2012-04-03", "2012-04-03", "2012-04-03"),
        ("2012..", "2012-01-01", ""),
        ("..2012-04", "", "2012-04-30"),
        ("1y", "2025-01-01", "2025-12-31"),
        ("1m", "2026-04-01", "2026-04-30"),
        ("1d", "2026-05-30", "2026-05-30"),
        ("0d", "2026-05-31", "2026-05-31"),
        ("3m", "2026-02-01", "2026-02-28"),
        ("1w", "2026-05-18", "2026-05-24"),
        ("3m..", "2026-02-28", ""),
        ("3m..1m", "2026-02-28", "2026-04-30"),
        ("..1y", "", "2025-05-31"),
        ("2020..10d", "2020-01-01", "2026-05-21"),
    ],
)
def test_a_date_means_these_days(value, first, last):
    assert span(value) == (first and f"{first} 00:00:00", last and f"{last} 23:59:59")


def test_one_month_on_the_15th_of_april_is_march():
    assert span("1m", datetime(2012, 4, 15, tzinfo=UTC)) == ("2012-03-01 00:00:00", "2012-03-31 23:59:59")


def test_days_are_those_of_utc_wherever_the_clock_stands():
    tokyo = datetime.fromisoformat("2026-06-01T03:00:00+09:00")
    assert span("1d", tokyo) == ("2026-05-30 00:00:00", "2026-05-30 23:59:59")


@pytest.mark.parametrize(
    "value",
    [
        "2012-02-30",
        "2012-13",
        "0000",
        "..",
        "",
        "yesterday",
        "5",
        "9999y",
        "2012-04-03-01",
        "1q",
        "3m...1m",
        "2012..x",
        "²012",
    ],
)
def test_what_is_no_date_or_does_not_exist_is_refused(value):
    assert seconds_of(value, NOW) is None


@given(st.text(alphabet="0123456789.-ymwd ", max_size=24))
def test_no_date_raises(value):
    found = seconds_of(value, NOW)
    assert found is None or found != (None, None)
