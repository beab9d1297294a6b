"""The pieces of a query as they stand above its results, each with the address of the same search without it."""

from __future__ import annotations

from dataclasses import dataclass

from geeks.rendering import RenderRefused, render_title
from geeks.search import Formula, Query, Wildcard, Word

FORMULAS_DRAWN = 6


@dataclass(frozen=True)
class Chip:
    """`text` as typed, or `html` of a formula; `rest` is what to search for without it."""

    text: str
    rest: str
    html: str = ""
    without: bool = False


def chips_of(query: Query) -> list[Chip]:
    """A chip for everything but plain words, which the box itself shows well enough."""
    chips, drawn = [], 0
    for clause in query.clauses:
        without = clause.role == "not"
        if not clause.source or (isinstance(clause.term, (Word, Wildcard)) and not without):
            continue
        html = ""
        if isinstance(clause.term, Formula) and drawn < FORMULAS_DRAWN:
            html, drawn = _drawn(clause.term.tex), drawn + 1
        text = clause.source.removeprefix("-") if without else clause.source
        chips.append(Chip(text, query.text_without(clause), html, without))
    return chips


def _drawn(tex: str) -> str:
    try:
        return render_title(f"${' '.join(tex.split())}$").html
    except RenderRefused:
        return ""
