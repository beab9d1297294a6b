"""Formulas back into the safe HTML, headed by the outlines they share: under names of its own in a post's body, under
names that mean the same everywhere in titles, excerpts and comments, of which a page holds many (see `glyphs`)."""

from __future__ import annotations

import hashlib
import html as html_entities
from collections.abc import Sequence

from geeks.rendering import mathjax
from geeks.rendering.results import Formula
from geeks.rendering.shelf import FORMULA, Piece, Shelf


class Filling:
    """The typeset formulas of one text."""

    def __init__(self, source: str, shelf: Shelf) -> None:
        self._shelf = shelf
        self._prefix = "m" + hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:10]
        self._results = _typeset([(piece.tex, piece.display) for piece in shelf.formulas])

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What the author wrote and whether it could be typeset."""
        pairs = zip(self._shelf.formulas, self._results, strict=True)
        return tuple(Formula(piece.tex, piece.display, not result.error, result.error) for piece, result in pairs)

    def body(self, html: str) -> str:
        """The body of a post, headed by the outlines that its formulas share."""
        shown = self._shelf.fill(html, lambda number, piece: self._formula(number, piece, self._prefix))
        return mathjax.glyph_sheet(self._results, self._prefix) + shown

    def phrase(self, html: str) -> str:
        """Phrasing content (a comment, a title) with its formulas as they were written."""
        shown = self._shelf.fill(html, lambda number, piece: self._formula(number, piece, mathjax.SHARED))
        return mathjax.glyph_sheet(self._results, mathjax.SHARED) + shown

    def excerpt(self, text: str) -> str:
        """A plain text with stand-ins as safe HTML, all its formulas inline."""
        numbers = [self._shelf.formula_of(char) for char in FORMULA.findall(text)]
        pieces = [self._shelf.formulas[number] for number in numbers]
        if any(piece.display for piece in pieces):
            results = dict(zip(numbers, _typeset([(piece.tex, False) for piece in pieces]), strict=True))
        else:
            results = {number: self._results[number] for number in numbers}
        shown = self._shelf.fill(
            html_entities.escape(text),
            lambda number, piece: mathjax.formula_html(piece.tex, False, results[number], mathjax.SHARED),
        )
        return mathjax.glyph_sheet(results.values(), mathjax.SHARED) + shown

    def plain(self, text: str) -> str:
        """A plain text with stand-ins, its formulas in dollars."""
        return self._shelf.fill(text, lambda _, piece: piece.dollars)

    def inline_plain(self, text: str) -> str:
        """A plain text with stand-ins, all its formulas in single dollars."""
        return self._shelf.fill(text, lambda _, piece: f"${piece.tex.strip()}$")

    def _formula(self, number: int, piece: Piece, prefix: str) -> str:
        return mathjax.formula_html(piece.tex, piece.display, self._results[number], prefix)


def _typeset(formulas: Sequence[tuple[str, bool]]) -> list[mathjax.Typeset]:
    return mathjax.typeset(formulas) if formulas else []
