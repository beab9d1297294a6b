"""The wrapper that every answer comes in: `items`, `has_more`, the quota, and by filter `total` and the page."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from geeks.api.errors import Refused, bad
from geeks.api.filters import NAMES, Filter, filter_of
from geeks.api.paging import Page
from geeks.api.parameters import Asked, Paged
from geeks.api.shapes import Shape, Wrapper


def wrapped(
    request: HttpRequest,
    asked: Asked,
    shape: type[Shape],
    make: Any,
    page: Page,
    backoff: int | None = None,
) -> HttpResponse:
    """The answer with the objects that `make(ids, filter)` gives; neither they nor the total are read unless wanted."""
    wanted = filter_of(asked.filter)
    values = {
        "items": lambda: make(page.ids, wanted) if page.ids else [],
        "has_more": lambda: page.has_more,
        "quota_max": lambda: request.quota.most,  # type: ignore[attr-defined]
        "quota_remaining": lambda: request.quota.remaining,  # type: ignore[attr-defined]
        "backoff": lambda: backoff,
        "page": lambda: asked.page if isinstance(asked, Paged) else 1,
        "page_size": lambda: asked.pagesize if isinstance(asked, Paged) else len(page.ids),
        "total": page.total,
        "type": lambda: NAMES[shape],
    }
    found = {name: values[name]() for name in wanted.fields(Wrapper)}
    return as_json({name: value for name, value in found.items() if value is not None})


def wrapped_items(request: HttpRequest, asked: Asked, shape: type[Shape], items: list[dict[str, Any]]) -> HttpResponse:
    """The answer with a few objects that are made already, all on one page; the filter still says which fields."""

    def make(found: list[dict[str, Any]], wanted: Filter) -> list[dict[str, Any]]:
        fields = wanted.fields(shape)
        return [{name: item[name] for name in fields if item.get(name) is not None} for item in found]

    return wrapped(request, asked, shape, make, Page(items, False, lambda: len(items)))


def demand_a_page(asked: Paged) -> None:
    """A page of no items is for those who only count."""
    if asked.pagesize == 0 and filter_of(asked.filter).has(".items"):
        raise bad("`pagesize` is from 1 to 100; 0 goes with the filter total.")


def refused(refusal: Refused) -> HttpResponse:
    return as_json(refusal.body, status=400)


def as_json(value: Any, status: int = 200) -> HttpResponse:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text.encode("utf-8", "replace"), "application/json; charset=utf-8", status=status)
