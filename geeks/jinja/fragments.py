"""Pieces of pages that are made once and shown again: the row of a list, a post with its comments.

A piece is remembered under everything that it shows, as it was read from the database at this very request. So it is
never older than the page round it, needs no clearing, and can hold nothing about a reader that its key does not say.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

from django.utils import timezone
from markupsafe import Markup

from geeks.models.prepared import Read

MOST = 24 * 1024 * 1024  # bytes in each web process
# These types and no subclasses: a text that is declared safe equals one that is not.
PLAIN = frozenset({str, int, bool, float, datetime, type(None)})
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


def remembered(macro: Any, *arguments: Any) -> Markup:
    """`macro(*arguments)`, made once for the same arguments: plain values, and rows as they were read (`Read`), of
    which the macro gets the objects. It may show nothing but these and what never changes while the process runs. With
    anything else among them it is made anew: an object does not say whether it still is what it was."""
    # Times of this year are shown without it.
    key: list[Hashable] = [macro.name, timezone.localtime().year]
    for argument in arguments:
        if isinstance(argument, Read):
            key += (argument.key, *argument.beside.values())
        elif type(argument) in PLAIN or (isinstance(argument, tuple) and all(type(one) in PLAIN for one in argument)):
            key.append(argument)
        else:
            return macro(*arguments)  # type: ignore[no-any-return]
    return fragments.get(
        tuple(key), lambda: macro(*(one.object if isinstance(one, Read) else one for one in arguments))
    )


def length_of(key: Any) -> int:
    """Characters of all texts in a key."""
    if isinstance(key, str):
        return len(key)
    return sum(map(length_of, key)) if isinstance(key, tuple) else 0
