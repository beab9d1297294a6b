"""Pieces of pages that are made once and shown again: the row of a list, a post with its comments.

A piece is remembered under everything that it shows, as it was read from the database at this very request. So it is
never older than the page round it, needs no clearing, and can hold nothing about a reader that its key does not say.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any

from django.utils import timezone
from markupsafe import Markup

from geeks.models.prepared import Read

MOST = 24 * 1024 * 1024  # bytes in each web process
PYTHONS_OWN = 1_500  # bytes round the texts of a key and its piece


class Fragments:
    """Pieces by their keys, at most `most` bytes. What nobody asked for while the younger half filled up goes."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._young: dict[Hashable, Markup] = {}
        self._old: dict[Hashable, Markup] = {}
        self._size = 0  # of the young

    def get(self, key: Hashable, make: Callable[[], Markup]) -> Markup:
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is None:
                found = make()
            self._keep(key, found)
        return found

    def clear(self) -> None:
        with self._lock:
            self._young, self._old, self._size = {}, {}, 0

    @property
    def size(self) -> int:
        """Bytes, roughly, of the younger half; the older is no larger."""
        return self._size

    def _keep(self, key: Hashable, piece: Markup) -> None:
        size = PYTHONS_OWN + len(piece) + length_of(key)
        if size > self.most // 8:
            return
        with self._lock:
            if self._size + size > self.most // 2:
                self._young, self._old, self._size = {}, self._young, 0
            self._young[key] = piece
            self._size += size


fragments = Fragments()


def remembered(macro: Any, row: Any, *more: Hashable) -> Markup:
    """`macro(row, *more)`; of a `Read` row it is made once for everything that was read. The macro may show nothing
    but its arguments and what never changes while the process runs."""
    if not isinstance(row, Read):
        return macro(row, *more)  # type: ignore[no-any-return]
    # Times of this year are shown without it.
    key = (macro.name, timezone.localtime().year, row.key, (*row.beside.values(),), more)
    return fragments.get(key, lambda: macro(row.object, *more))


def length_of(key: Any) -> int:
    """Characters of all texts in a key."""
    if isinstance(key, str):
        return len(key)
    return sum(map(length_of, key)) if isinstance(key, tuple) else 0
