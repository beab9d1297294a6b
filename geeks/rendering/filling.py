"""Formulas back into the safe HTML, headed by the outlines they share: under names of its own in a post's body, under
names that mean the same everywhere in titles, excerpts and comments, of which a page holds many (see `glyphs`)."""

from __future__ import annotations

import hashlib
import html as html_entities
import time
from collections.abc import Mapping, Sequence

from geeks.rendering import mathjax
from geeks.rendering.results import Formula
from geeks.rendering.shelf import FORMULA, Piece, Shelf

SECONDS = 2.0  # of typesetting for one text, its excerpt included
SECONDS_FOR_EXCERPT = 0.7  # at most, of these


def prefix_of(source: str) -> str:
    """The name under which a post's body holds its outlines: no other text of a page has it."""
    return "m" + hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:10]


class Filling:
    """The typeset formulas of one text. With no `seconds` none is typeset: they show their TeX until it is done."""

    def __init__(self, source: str, shelf: Shelf, seconds: float = SECONDS) -> None:
        self._shelf = shelf
        self._prefix = prefix_of(source)
        begun = time.monotonic()
        self._results = _typeset([(piece.tex, piece.display) for piece in shelf.formulas], seconds)
        self._seconds_left = seconds - (time.monotonic() - begun)

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
        return _in_line(text, self._shelf, self._inline(numbers))

    def plain(self, text: str) -> str:
        """A plain text with stand-ins, its formulas in dollars."""
        return self._shelf.fill(text, lambda _, piece: piece.dollars)

    def inline_plain(self, text: str) -> str:
        """A plain text with stand-ins, all its formulas in single dollars."""
        return self._shelf.fill(text, lambda _, piece: f"${piece.tex.strip()}$")

    def _inline(self, numbers: Sequence[int]) -> dict[int, mathjax.Typeset]:
        """The numbered formulas set inline. What stands before them is typeset again, for it may define their commands;
        a display that cannot stand in a line, or not in time, keeps its own drawing."""
        results = {number: self._results[number] for number in numbers}
        displays = [number for number in numbers if self._shelf.formulas[number].display]
        if not displays:
            return results
        before = enumerate(self._shelf.formulas[: max(displays) + 1])
        formulas = [(piece.tex, piece.display and number not in results) for number, piece in before]
        again = _typeset(formulas, min(self._seconds_left, SECONDS_FOR_EXCERPT))
        return results | {number: again[number] for number in displays if not again[number].error}

    def _formula(self, number: int, piece: Piece, prefix: str) -> str:
        return mathjax.formula_html(piece.tex, piece.display, self._results[number], prefix)


def line(text: str, shelf: Shelf, drawn: mathjax.Drawn | None = None) -> str:
    """A plain text with stand-ins as safe HTML, all its formulas inline. `drawn` may know those that were drawn in the
    lines of the text."""
    pieces = shelf.formulas
    inline = {piece.tex for piece in pieces if not piece.display}
    known = None if drawn is None else (lambda tex: drawn(tex) if tex in inline else None)
    results = mathjax.typeset([(piece.tex, False) for piece in pieces], SECONDS, known) if pieces else []
    return _in_line(text, shelf, dict(enumerate(results)))


def _in_line(text: str, shelf: Shelf, results: Mapping[int, mathjax.Typeset]) -> str:
    shown = shelf.fill(
        html_entities.escape(text),
        lambda number, piece: mathjax.formula_html(piece.tex, False, results[number], mathjax.SHARED),
    )
    used = [results[shelf.formula_of(char)] for char in FORMULA.findall(text)]
    return mathjax.glyph_sheet(used, mathjax.SHARED) + shown


def _typeset(formulas: Sequence[tuple[str, bool]], seconds: float) -> list[mathjax.Typeset]:
    if not formulas or seconds <= 0:
        return [mathjax.Typeset() for _ in formulas]
    return mathjax.typeset(formulas, seconds)
