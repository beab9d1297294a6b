"""Keyed paging: a page starts after a key, not after a count, so page 10,000 costs what page 1 costs.

A cursor is the ordering key of a row, written as text into the URL; it is checked, never trusted.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet

from geeks import policy
from geeks.models.prepared import Asked, Read

LARGEST = 2**63 - 1
BESIDE_THE_TAG = "beside_the_tag_"  # begins the names that a queryset has for columns of `Tagging`


class BadCursor(ValueError):
    """A cursor that this list cannot have given out."""


@dataclass(frozen=True)
class Page:
    """`rows` of one page; `next` and `previous` are cursors for `?after=` and `?before=`, "" where there is none."""

    rows: Sequence[Any]
    next: str = ""
    previous: str = ""

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def paginate(
    queryset: QuerySet[Any] | Asked,
    order: tuple[str, ...],
    after: str = "",
    before: str = "",
    size: int = policy.PAGE_SIZE,
    finish: Callable[[Any], Any] | None = None,
) -> Page:
    """One page of `queryset` ordered by `order` (one column and the primary key, both in the same direction, as
    ("-score", "-id")). Raises BadCursor. `finish` may turn the rows into something else once they are read. Of a
    prepared query the rows are those that were read (`Read`)."""
    back = bool(before)
    cursor = before or after
    prepared = isinstance(queryset, Asked)
    model = queryset.prepared.model if prepared else queryset.model
    values = tuple(_read(model, [column.lstrip("-") for column in order], cursor)) if cursor else ()
    if prepared:
        rows = queryset.reads((part, order, back, size), values)
    else:
        rows = list(part(queryset, values, order, back, size))
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    has_next = more if not back else bool(rows)
    has_previous = more if back else bool(cursor and rows)
    page = Page(
        rows,
        next=cursor_of(rows[-1], order) if rows and has_next else "",
        previous=cursor_of(rows[0], order) if rows and has_previous else "",
    )
    return page if finish is None else Page(finish(page.rows), page.next, page.previous)


def part(
    queryset: QuerySet[Any], values: tuple[Any, ...], order: tuple[str, ...], back: bool, size: int
) -> QuerySet[Any]:
    """The rows behind (with `back`: before) the one with these `values` in its columns of `order`, and one more."""
    if values:
        queryset = queryset.filter(_beyond([column_of(queryset, column) for column in order], order, values, back))
    return in_order(queryset, tuple(_turned(column) for column in order) if back else order)[: size + 1]


def cursor_of(row: Any, order: tuple[str, ...]) -> str:
    """The cursor of the page that begins after (or ends before) `row` in a list of this order."""
    # Of a row as it was read no object is made yet: what is to stand beside it comes later.
    of = row.column if isinstance(row, Read) else partial(getattr, row)
    values = [of(column.lstrip("-")) for column in order]
    texts = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def in_order(queryset: QuerySet[Any], order: tuple[str, ...]) -> QuerySet[Any]:
    """`queryset` by these columns, as `column_of` reads them."""
    return queryset.order_by(*(f"{'-' * column.startswith('-')}{column_of(queryset, column)}" for column in order))


def column_of(queryset: QuerySet[Any], column: str) -> str:
    """What stands for a column in filters and orders: of posts that were found by a tag, its copy beside the tag."""
    column = column.lstrip("-")
    copy = f"{BESIDE_THE_TAG}{column}"
    return copy if copy in queryset.query.annotations else column


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _beyond(names: list[str], order: tuple[str, ...], values: tuple[Any, ...], back: bool) -> Q:
    lookup = "lt" if order[0].startswith("-") != back else "gt"
    if len(names) == 1:
        return Q(**{f"{names[0]}__{lookup}": values[0]})
    # The first condition is implied by the second; it is what lets the database walk the index.
    return Q(**{f"{names[0]}__{lookup}e": values[0]}) & (
        Q(**{f"{names[0]}__{lookup}": values[0]}) | Q(**{names[0]: values[0], f"{names[1]}__{lookup}": values[1]})
    )


def _read(model: type[models.Model], names: list[str], cursor: str) -> list[Any]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        texts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(texts, list) or len(texts) != len(names):
            raise ValueError
        return [_value(model, name, text) for name, text in zip(names, texts, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, FieldDoesNotExist):
        raise BadCursor("This page's address has been changed or cut. Start again from the first page.") from None


def _value(model: type[models.Model], name: str, text: Any) -> Any:
    field = model._meta.get_field(name)
    if isinstance(field, models.DateTimeField):
        value = datetime.fromisoformat(text)
        if value.tzinfo is None:
            raise ValueError
        return value.astimezone(UTC)  # overflows here, and is caught, rather than in the database's adapter
    if isinstance(field, models.FloatField):
        if isinstance(text, bool) or not isinstance(text, (int, float)) or not math.isfinite(text):
            raise ValueError
        return float(text)
    if isinstance(field, models.IntegerField):
        if isinstance(text, bool) or not isinstance(text, int) or abs(text) > LARGEST:
            raise ValueError
        return text
    if not isinstance(text, str) or "\x00" in text or len(text) > 300:
        raise ValueError
    text.encode()  # half of a surrogate pair is no text that a database takes
    return text
