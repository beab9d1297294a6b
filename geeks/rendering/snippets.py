"""The window of a text round the words that were searched for, hits marked, formulas typeset and never cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from html import escape

from geeks.rendering import mathjax
from geeks.rendering.filling import line
from geeks.rendering.fragments import Fragments
from geeks.rendering.maths import lift
from geeks.rendering.shelf import FORMULA, Shelf
from geeks.rendering.source import clean_part

# A formula that the server could not draw yet: it carries its source instead of a picture.
UNDRAWN = ('">\\(', '">\\[')
# What may come out better next time: these, and formulas for which there was no time.
_UNFINISHED = (*UNDRAWN, 'class="math-error"')

_snippets: Fragments[str] = Fragments(4 * 1024 * 1024)
_SPREAD = 80  # characters shown before the first hit
_MOST_FORMULAS = 12
_COMMAND = re.compile(r"\\[A-Za-z]+")
_DEFINED = re.compile(r"\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator|g?def|let)\*?\s*\{?\s*(\\[A-Za-z]+)")


def render_snippet(text: str, words: Sequence[str], length: int = 240, drawn: mathjax.Drawn | None = None) -> str:
    """Safe HTML of about `length` characters of `text` (as in Rendered.text) round the first hit of `words`.

    A formula counts as one word of its TeX's length, at most ten characters. Hits stand in `<mark>`. What many search
    for is found many times, so snippets are remembered. `drawn` may know formulas that the text's page shows.
    """

    def made() -> str:
        marked, few = _marked_window(text, words, length)
        return line(marked, few, drawn).replace("\0", "<mark>").replace("\1", "</mark>")

    digest = sha256(text.encode("utf-8", "surrogatepass")).digest()  # a post is long, and its snippet is short
    return _snippets.get((digest, *words, length), made, unless=lambda html: any(mark in html for mark in _UNFINISHED))


def plain_snippet(text: str, words: Sequence[str], length: int = 240) -> str:
    """The same with its formulas as TeX in dollars and hits in `<span class="highlight">`, as Stack Exchange has it."""
    marked, few = _marked_window(text, words, length)
    shown = few.fill(escape(marked), lambda _, piece: escape(f"${piece.tex.strip()}$"))
    return shown.replace("\0", '<span class="highlight">').replace("\1", "</span>")


def _marked_window(text: str, words: Sequence[str], length: int) -> tuple[str, Shelf]:
    """The piece of text with hits between NUL and SOH, its formulas standing in, and the shelf of these alone."""
    shelf = Shelf()
    words_in_line = " ".join(lift(clean_part(text), shelf, code=False).split())
    hit = _pattern(words)
    window = _window(words_in_line, hit, length, shelf)
    marked = hit.sub(lambda match: f"\0{match[0]}\1", window) if hit else window
    few, ahead = _only(window, shelf)
    numbers = iter(range(ahead, len(few.formulas)))
    return FORMULA.sub(lambda _: few.stand_in(next(numbers)), marked), few


def _pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    wanted = sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True)[:20]
    if not wanted:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in wanted) + r")\w{0,12}", re.IGNORECASE)


def _window(line: str, hit: re.Pattern[str] | None, length: int, shelf: Shelf) -> str:
    found = hit.search(line) if hit else None
    start = max(0, (found.start() if found else 0) - _SPREAD)
    if start:
        space = line.find(" ", start)
        start = space + 1 if 0 <= space <= (found.start() if found else 0) else start
    end, room, formulas = start, length, 0
    for match in re.finditer(r"\S+\s?", line[start:]):
        inside = FORMULA.findall(match[0])
        room -= len(match[0]) + sum(min(len(shelf.formulas[shelf.formula_of(char)].tex), 10) for char in inside)
        formulas += len(inside)
        if (room < 0 or formulas > _MOST_FORMULAS) and end > start:
            break
        end = start + match.end()
    before = "… " if start else ""
    after = " …" if end < len(line) else ""
    return f"{before}{line[start:end].strip()}{after}"


def _only(window: str, shelf: Shelf) -> tuple[Shelf, int]:
    """A shelf with the window's formulas, so that no other is typeset, behind those that define the commands they use;
    and how many these are."""
    numbers = [shelf.formula_of(char) for char in FORMULA.findall(window)]
    shown = [shelf.formulas[number] for number in numbers]
    used = set(_COMMAND.findall(" ".join(piece.tex for piece in shown)))
    before = shelf.formulas[: max(numbers, default=0)] if used else []
    defining = [piece for piece in before if used.intersection(_DEFINED.findall(piece.tex)) and piece not in shown]
    ahead = defining[:_MOST_FORMULAS]
    return Shelf([*ahead, *shown]), len(ahead)
