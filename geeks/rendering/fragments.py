"""What took long to make, by everything that they were made of, in bounded memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime
from sys import getsizeof
from typing import Any, Generic, TypeVar

T = TypeVar("T")
SMALL = frozenset({int, float, bool, type(None), datetime})
PYTHONS_OWN = 1_500  # bytes round the texts of a key and its piece


class Fragments(Generic[T]):
    """Pieces by their keys, at most `most` bytes. What nobody asked for while the younger half filled up goes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._young: dict[Hashable, T] = {}
        self._old: dict[Hashable, T] = {}
        self._size = 0  # of the young

    def get(self, key: Hashable, make: Callable[[], T], unless: Callable[[T], bool] = lambda piece: False) -> T:
        """What is remembered under `key`, else what `make` gives, which is remembered `unless` that says otherwise."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is None:
                found = make()
                if unless(found):
                    return found
            self._keep(key, found)
        return found

    def clear(self) -> None:
        with self._lock:
            self._young, self._old, self._size = {}, {}, 0

    @property
    def size(self) -> int:
        """Bytes, roughly, of the younger half; the older is no larger."""
        return self._size

    def _keep(self, key: Hashable, piece: T) -> None:
        size = PYTHONS_OWN + getsizeof(piece) + size_of(key)
        if size > self.most // 8:
            return
        with self._lock:
            if self._size + size > self.most // 2:
                self._young, self._old, self._size = {}, self._young, 0
            self._young[key] = piece
            self._size += size


def size_of(key: Any) -> int:
    """Bytes of all texts in a key. A text with one letter of mathematics takes four for each of its letters."""
    size, groups = 0, [(key,)]
    while groups:
        for one in groups.pop():
            kind = type(one)
            if kind is str:
                size += one.__sizeof__()
            elif kind in SMALL:  # most of a row, which is looked through each time it is read anew
                continue
            elif kind is tuple or kind is frozenset:
                groups.append(one)
            elif isinstance(one, str):  # one that says that it is safe
                size += getsizeof(one)
            elif isinstance(one, tuple):
                groups.append(tuple(one))
    return size
