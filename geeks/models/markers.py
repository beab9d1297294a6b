"""What stands for the values of a query while it is compiled once (prepared.py): each is sure to be found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Value = int | float | str | datetime | tuple[int, ...]

_FIRST_INTEGER = 2_000_000_000  # markers: fit every integer column, and no query says such a number itself
_APART = 1_000_000  # the first markers of two values: the numbers of a list are between them
_FIRST_TIME = datetime(9000, 1, 1, tzinfo=UTC)


def marker_of(value: Value, number: int) -> Value:
    """A value of the same type that the compiled query is sure to hold only in this place."""
    first = _FIRST_INTEGER + _APART * number
    if isinstance(value, tuple):
        return tuple(range(first, first + len(value)))
    if isinstance(value, bool) or value is None:
        raise TypeError("True, False and None make another query: give them as shape.")
    if isinstance(value, int):
        return first
    if isinstance(value, float):
        return first + 0.5
    if isinstance(value, datetime):
        return _FIRST_TIME + timedelta(days=number)
    return f"value number {number} of this query"


def place_of(param: Any, markers: list[Any]) -> Any:
    """`(number,)` of the marker that stands here, `(number, index)` in a list; any other parameter is itself.

    Of numbers Django says to PostgreSQL how wide their column is. What is asked later goes without: a value that is too
    large for the column then finds nothing, where it would be an error."""
    for number, marker in enumerate(markers):
        if isinstance(marker, tuple):
            if isinstance(param, int) and param in marker:
                return number, marker.index(param)
        elif isinstance(param, type(marker)) and param == marker:
            return (number,)
    return param
