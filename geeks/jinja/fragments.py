"""Pieces of pages that are made once and shown again: the row of a list, a comment, the card of an author, the menu.

A piece is remembered under everything that it shows, as it was read from the database at this very request. So it is
never older than the page round it, needs no clearing, and can hold nothing about a reader that its key does not say.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from markupsafe import Markup

from geeks.models.prepared import Read
from geeks.rendering.fragments import Fragments
from geeks.rendering.parts import Part, placed
from geeks.rendering.sanitise import safe

MOST = 8 * 1024 * 1024  # bytes in each web process
# These types and no subclasses: a text that is declared safe equals one that is not.
PLAIN = frozenset({str, int, bool, float, datetime, type(None)})


fragments: Fragments[Any] = Fragments(MOST)
_parts: ContextVar[list[Part]] = ContextVar("parts of the page being laid out")


class Keyed:
    """An object, and `key`: all that a macro shows of it. So what is made of it may be remembered."""

    __slots__ = ("key", "object")

    def __init__(self, key: Hashable, shown: Any) -> None:
        self.key = key
        self.object = shown


def remembered(macro: Any, *arguments: Any) -> Markup:
    """`macro(*arguments)`, made once for the same arguments: plain values, rows as they were read (`Read`) and objects
    with a key (`Keyed`); of the last two the macro, or function, gets the objects. It may show nothing but these and
    what never changes while the process runs, and no other may have its name. With anything else among them it is made
    anew: an object does not say whether it still is what it was."""
    key = _key(macro, arguments)
    if key is None:
        return macro(*arguments)  # type: ignore[no-any-return]
    return fragments.get(key, lambda: macro(*_given(arguments)))  # type: ignore[no-any-return]


def apart(macro: Any, *arguments: Any) -> Markup:
    """The same for a long stretch of a page, which is then looked through, and compressed, once."""

    return _placed(_part(macro, *arguments))


def apart_each(macro: Any, rows: Keyed) -> Markup:
    """`apart` of a list of rows as they were read (`as_read`): when one of them is another, the others have been laid
    out and looked through before."""

    def made() -> Part:
        return Part.joined(_part(macro, row) for row in rows.object)

    return _placed(fragments.get(("each", _key(macro, (rows,))), made, _may_improve))


def apart_together(pieces: Iterable[tuple[Any, ...]]) -> Markup:
    """`apart` of several in a row, each `(macro, *arguments)`: one long stretch, and when one of them is another, the
    others have been laid out and looked through before."""
    pieces = tuple(pieces)
    keys = tuple([_key(macro, arguments) for macro, *arguments in pieces])

    def made() -> Part:
        return Part.joined(_part(*piece) for piece in pieces)

    return _placed(made() if None in keys else fragments.get(("together", *keys), made, _may_improve))


def _part(macro: Any, *arguments: Any) -> Part:
    def made() -> Part:
        return Part(macro(*_given(arguments)))

    key = _key(macro, arguments)
    part: Part = made() if key is None else fragments.get(("apart", *key), made, _may_improve)
    return part


def _placed(part: Part) -> Markup:
    parts = _parts.get()
    parts.append(part)
    return safe(placed(len(parts) - 1))


def as_read(rows: Iterable[Read]) -> Keyed:
    """Rows that the macro gets as they were read, so that it may have each of them remembered."""
    rows = tuple(rows)
    return Keyed(tuple([(row.short, *row.beside.values()) for row in rows]), rows)


def _may_improve(part: Part) -> bool:
    """The next time the server may draw its formulas."""
    return part.undrawn


@contextmanager
def collected() -> Iterator[list[Part]]:
    """What is laid out inside puts its parts into this list."""
    parts: list[Part] = []
    before = _parts.set(parts)
    try:
        yield parts
    finally:
        _parts.reset(before)


def _key(macro: Any, arguments: Sequence[Any]) -> tuple[Hashable, ...] | None:
    # Times of this year are shown without it. A new year begins somewhere every quarter of an hour at most.
    key: list[Hashable] = [getattr(macro, "name", None) or macro.__name__, int(time.time()) // 900]
    for argument in arguments:
        kind = type(argument)
        if kind in PLAIN:
            key.append(argument)
        elif kind is Read:
            key += (argument.short, *argument.beside.values())
        elif kind is Keyed:
            key.append(argument.key)
        elif is_plain(argument):
            key.append(argument)
        else:
            return None
    return tuple(key)


def is_plain(value: Any) -> bool:
    return type(value) in PLAIN or (isinstance(value, tuple) and all(map(is_plain, value)))


def _given(arguments: Sequence[Any]) -> list[Any]:
    return [one.object if isinstance(one, (Read, Keyed)) else one for one in arguments]
