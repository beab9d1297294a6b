"""Compiled queries put together."""

from __future__ import annotations

from tantivy import Occur
from tantivy import Query as Compiled


def times_as_much(part: Compiled, weight: float) -> Compiled:
    return part if weight == 1 else Compiled.boost_query(part, weight)


def either(parts: list[Compiled]) -> Compiled:
    return Compiled.boolean_query([(Occur.Should, part) for part in parts])


def every(parts: list[Compiled]) -> Compiled:
    return Compiled.boolean_query([(Occur.Must, part) for part in parts])


def without(most: Compiled, part: Compiled) -> Compiled:
    return Compiled.boolean_query([(Occur.Must, most), (Occur.MustNot, part)])
