"""How an object is made: one method a field, asked only for the fields that the filter wants."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any, ClassVar

from django.conf import settings

from geeks.api.filters import Filter
from geeks.api.shapes import Shape
from geeks.rendering.portable import portable


class Objects:
    """The objects of one page. A subclass has a method for each field of its `shape`, called with the row; what many
    rows need is read once and kept on the instance."""

    shape: ClassVar[type[Shape]]

    def __init__(self, rows: Iterable[Any], wanted: Filter) -> None:
        self.rows, self.wanted = list(rows), wanted

    def all(self) -> list[dict[str, Any]]:
        makers = [(name, getattr(self, name)) for name in self.wanted.fields(self.shape)]
        return [{name: value for name, make in makers if (value := make(row)) is not None} for row in self.rows]


def in_order(rows: Iterable[Any], ids: list[Any]) -> list[Any]:
    by_id = {row.pk: row for row in rows}
    return [by_id[number] for number in ids if number in by_id]


def text(plain: str) -> str:
    """A title or a name as the API tells it: its HTML-escaped form, with Stack Exchange's spelling of quotes."""
    return escape(plain).replace("&#x27;", "&#39;")


def body(stored: str) -> str:
    """Stored HTML as it can stand on somebody else's page."""
    return portable(stored, settings.SITE_URL)


def address(path: str) -> str:
    return settings.SITE_URL + path


@lru_cache(maxsize=1)
def favicon() -> str:
    """The picture of somebody who has none."""
    return f"{settings.SITE_URL}/favicon.ico"
