"""Pieces of pages that are made once and shown again: the row of a list, a comment, the card of an author, the menu.

A piece is remembered under everything that it shows, as it was read from the database at this very request. So it is
never older than the page round it, needs no clearing, and can hold nothing about a reader that its key does not say.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator
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
LONG = 300  # characters
# These types and no subclasses: a text that is declared safe equals one that is not.
PLAIN = frozenset({str, int, bool, float, datetime, type(None)})


fragments: Fragments[Any] = Fragments(MOST)
_parts: ContextVar[list[Part]] = ContextVar("parts of the page being laid out")


def short(value: Hashable) -> Hashable:
    """In the place of a long text of a row its length and Python's keyed hash: a row of a list has 30 KB of formulas.
    Its number and all its short columns stand beside it, so at the very worst, once in 10¹⁸ edits, an old text is
    shown."""
    return (len(value), hash(value)) if type(value) is str and len(value) > LONG else value


def remembered(macro: Any, *arguments: Any) -> Markup:
    """`macro(*arguments)`, made once for the same arguments: plain values, and rows as they were read (`Read`), of
    which the macro gets the objects. It may show nothing but these and what never changes while the process runs, and
    no other macro may have its name. With anything else among them it is made anew: an object does not say whether it
    still is what it was."""
    key = _key(macro, arguments)
    if key is None:
        return macro(*arguments)  # type: ignore[no-any-return]
    return fragments.get(key, lambda: macro(*_given(arguments)))  # type: ignore[no-any-return]


def apart(macro: Any, *arguments: Any) -> Markup:
    """The same for a long stretch of a page, which is also compressed once. A macro of a list of rows gets the rows as
    they were read, so that it may have each of them remembered."""

    def made() -> Part:
        return Part(macro(*arguments))

    parts, key = _parts.get(), _key(macro, arguments)
    parts.append(made() if key is None else fragments.get(("apart", *key), made, _may_improve))
    return safe(placed(len(parts) - 1))


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


def _key(macro: Any, arguments: tuple[Any, ...]) -> tuple[Hashable, ...] | None:
    # Times of this year are shown without it. A new year begins somewhere every quarter of an hour at most.
    key: list[Hashable] = [macro.name, int(time.time()) // 900]
    for argument in arguments:
        if isinstance(argument, Read):
            key += (*map(short, argument.key), *argument.beside.values())
        elif is_plain(argument):
            key.append(argument)
        else:
            return None
    return tuple(key)


def is_plain(value: Any) -> bool:
    return type(value) in PLAIN or (isinstance(value, tuple) and all(map(is_plain, value)))


def _given(arguments: tuple[Any, ...]) -> list[Any]:
    return [one.object if isinstance(one, Read) else one for one in arguments]
