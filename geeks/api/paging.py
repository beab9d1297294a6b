"""One page of a list, read along an index.

`page` is an offset, as in Stack Exchange's API; it is counted off on the narrow index and only the page's own rows are
read. Beyond `DEEPEST` a page begins where the page before it ended, which is remembered for some minutes: whoever walks
page by page can walk a list of any length, and nobody can make the database count off a million rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest

from geeks.api.errors import bad
from geeks.api.parameters import LAST_SECOND, Dated, Ordered, Paged, when, whole_number
from geeks.models import paginate
from geeks.models.paging import column_of, cursor_of, in_order

DEEPEST = 10_000
REMEMBERED_SECONDS = 900
# What does not change which list a page is of.
NOT_THE_LIST = ("page", "key", "access_token", "filter")


@dataclass(frozen=True)
class Page:
    """The ids of one page in their order; `total` counts the whole list and is called only when somebody asks."""

    ids: list[Any]
    has_more: bool
    total: Callable[[], int]


def page_of(request: HttpRequest, asked: Ordered, rows: QuerySet[Any], column: str) -> Page:
    """The page that `asked` asks for of `rows`, by `column`; `min` and `max` bound that column."""
    rows = _bounded(rows, asked, column)
    order = (f"-{column}", "-id") if asked.order == "desc" else (column, "id")
    begin, size = (asked.page - 1) * asked.pagesize, asked.pagesize
    narrow = rows.only("id", column)
    if begin < DEEPEST:
        found = list(in_order(narrow, order)[begin : begin + size + 1])
        kept, more = found[:size], len(found) > size
        next_page = cursor_of(kept[-1], order) if more and kept else ""
    else:
        one = paginate(narrow, order, after=_remembered(request, asked), size=size)
        kept, more, next_page = list(one.rows), bool(one.next), one.next
    if next_page and begin + size >= DEEPEST:
        cache.set(_key(request, asked.page + 1, size), next_page, REMEMBERED_SECONDS)
    return Page([row.pk for row in kept], more, rows.count)


def page_of_many(asked: Ordered, sets: list[QuerySet[Any]], column: str) -> Page:
    """The page of several sets together, each read along its own index, where the whole has none."""
    begin = (asked.page - 1) * asked.pagesize
    end = begin + asked.pagesize
    if begin >= DEEPEST:
        raise bad(
            f"`page` begins {DEEPEST:,} or more items into the list. Narrow it with min, max, fromdate or todate."
        )
    falling = asked.order == "desc"
    order = (f"-{column}", "-id") if falling else (column, "id")
    bounded = [_bounded(rows, asked, column) for rows in sets]
    found = [in_order(rows, order).values_list(column, "id")[: end + 1] for rows in bounded]
    merged = sorted(chain.from_iterable(found), reverse=falling)
    ids = [number for _, number in merged[begin:end]]
    return Page(ids, len(merged) > end, lambda: sum(rows.count() for rows in bounded))


def page_of_numbers(asked: Paged, numbers: list[Any]) -> Page:
    """A page of a list that is in memory already."""
    begin = (asked.page - 1) * asked.pagesize
    end = begin + asked.pagesize
    return Page(numbers[begin:end], len(numbers) > end, lambda: len(numbers))


def dated(rows: QuerySet[Any], asked: Dated, column: str = "created") -> QuerySet[Any]:
    """`fromdate` and `todate` always bound the creation. A second holds all that happened within it."""
    column = column_of(rows, column)
    if asked.fromdate is not None:
        rows = rows.filter(**{f"{column}__gte": when(asked.fromdate)})
    if asked.todate is not None:
        rows = rows.filter(**{f"{column}__lt": when(min(asked.todate + 1, LAST_SECOND))})
    return rows


def _bounded(rows: QuerySet[Any], asked: Ordered, column: str) -> QuerySet[Any]:
    """`min` and `max` are of the kind of the column: Unix seconds, a number or a text."""
    kind = rows.model._meta.get_field(column).get_internal_type()
    column = column_of(rows, column)
    for name, given in (("min", asked.min), ("max", asked.max)):
        if given is None:
            continue
        if kind == "DateTimeField":
            after = name == "max"  # the whole second belongs to it
            lookup, value = ("lt" if after else "gte"), _moment(name, whole_number(name, given), after)
        elif kind == "CharField":
            lookup, value = ("lte" if name == "max" else "gte"), str(given).replace("\x00", "")
        else:
            lookup, value = ("lte" if name == "max" else "gte"), whole_number(name, given)
        rows = rows.filter(**{f"{column}__{lookup}": value})
    return rows


def _moment(name: str, seconds: int, after: bool) -> datetime:
    if not 0 <= seconds <= LAST_SECOND:
        raise bad(f"`{name}` is no date: Unix seconds from 0 to {LAST_SECOND}.")
    return when(min(seconds + after, LAST_SECOND))


def _remembered(request: HttpRequest, asked: Paged) -> str:
    mark: str | None = cache.get(_key(request, asked.page, asked.pagesize))
    if mark is None:
        raise bad(
            f"`page` begins {DEEPEST:,} or more items into the list. Walk there page by page, or narrow the list with "
            "fromdate, todate, min or max."
        )
    return mark


def _key(request: HttpRequest, page: int, size: int) -> str:
    asked = sorted((name, values) for name, values in request.GET.lists() if name not in NOT_THE_LIST)
    list_of = sha256(f"{request.path_info.rstrip('/')} {asked} {page} {size}".encode("utf-8", "replace"))
    return f"api:page:{list_of.hexdigest()[:40]}"
