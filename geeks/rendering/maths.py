"""The formula tokeniser: lifts every formula and every code span out of a text before Markdown can touch it.

Formulas are `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]` (Stack Exchange's typed `\\\\(…\\\\)` too) and bare AMS environments.
A `$` opens before a non-space and closes after a non-space and not before a digit; the next unescaped `$` outside
braces decides, and if it cannot close, the opener is money. Code spans, tags, addresses and link targets win over
dollars; no formula crosses a blank line or a code span. Each text is walked once; failed searches are remembered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from geeks.rendering.chunk import Chunk
from geeks.rendering.shelf import Shelf
from geeks.rendering.tokens import FENCE


def lift(text: str, shelf: Shelf, code: bool = True) -> str:
    """A text without block structure (a title, a comment) with its formulas and code spans on the shelf."""
    lines = text.split("\n")
    lifter = Lifter(shelf, code)
    done: list[str] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            done.append("")
            at += 1
            continue
        line, used = lifter.take(lines, at)
        done.append(line)
        at += used
    return "\n".join(done)


class Lifter:
    """Lifts formulas and code spans line by line, for a parser that decides line by line what a line is."""

    def __init__(self, shelf: Shelf, code: bool = True) -> None:
        self.shelf = shelf
        self.code = code
        self.depth = 0  # of the containers round the lines; each level remembers the chunk it is in
        self._levels: dict[int, tuple[Sequence[str], int, int, Chunk]] = {}

    def line(self, text: str) -> str:
        """One line that ends its block (a heading) with stand-ins."""
        return Chunk(text).walk(0, self.shelf, self.code)[0]

    def row(self, text: str, columns: int) -> str:
        """A table row with stand-ins; a bar in a formula is no border unless the row then lacks cells."""
        marks = len(self.shelf.formulas), len(self.shelf.kept)
        lifted = Chunk(text, row=True).walk(0, self.shelf, self.code)[0]
        if len(cells(lifted)) >= columns:
            return lifted
        pieces = self.shelf.formulas[marks[0] :], self.shelf.kept[marks[1] :]
        del self.shelf.formulas[marks[0] :], self.shelf.kept[marks[1] :]
        plain = Chunk(text, row=True, bars=False).walk(0, self.shelf, self.code)[0]
        if len(cells(plain)) <= columns:
            return plain
        self.shelf.formulas[marks[0] :], self.shelf.kept[marks[1] :] = pieces
        return lifted

    def take(self, lines: Sequence[str], at: int) -> tuple[str, int]:
        """Line `at` with stand-ins, and how many lines it used up: a formula may run over line ends."""
        level = self._levels.get(self.depth)
        if level is None or level[0] is not lines or not level[1] <= at < level[2]:
            end = at + 1
            while end < len(lines) and lines[end].strip() and not FENCE.match(lines[end]):
                end += 1
            level = lines, at, end, Chunk("\n".join(lines[at:end]))
            self._levels[self.depth] = level
        _, first, _, chunk = level
        return chunk.walk(chunk.starts[at - first], self.shelf, self.code)


def cells(row: str) -> list[str]:
    """The cells of a table row whose formulas and code are lifted: split at bars without a backslash."""
    row = row.strip()
    row = row[1:] if row.startswith("|") else row
    found = re.split(r"(?<!\\)\|", row)
    if len(found) > 1 and not found[-1].strip():
        found.pop()
    return [cell.strip().replace("\\|", "|") for cell in found]
