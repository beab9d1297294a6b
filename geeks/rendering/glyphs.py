"""Outlines of formulas on a whole page: titles, excerpts and comments each bring theirs, a page keeps one of each.

A list of twenty excerpts repeats the same letters; with each outline once it is a third of the size, and ids stay
unique.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from geeks.rendering.mathjax import SHARED
from geeks.rendering.mathjax.markup import SHEET_HEAD

# Only our own serialiser writes these: the sanitiser lets no `svg` or `path` of a person's through.
_OUTLINE = re.compile(rf'<path id="({SHARED}-[\w-]+)" d="[^"]*"/>')
_EMPTY = re.compile(r'<svg class="math-glyphs"[^>]*><defs></defs></svg>')


def once(page: str, seen: set[str] | None = None) -> str:
    """The page with the first of each shared outline only; none of those `seen`, to which its own are added. Linear in
    its length."""
    if "math-glyphs" not in page:
        return page
    known: set[str] = set() if seen is None else seen

    def first(outline: re.Match[str]) -> str:
        if outline[1] in known:
            return ""
        known.add(outline[1])
        return outline[0]

    return _EMPTY.sub("", _OUTLINE.sub(first, page))


def apart(page: str) -> tuple[str, dict[str, str]]:
    """The page without its shared outlines, and these by their ids."""
    if "math-glyphs" not in page:
        return page, {}
    found: dict[str, str] = {}

    def taken(outline: re.Match[str]) -> str:
        found[outline[1]] = outline[0]
        return ""

    return _EMPTY.sub("", _OUTLINE.sub(taken, page)), found


def sheet_of(outlines: Mapping[str, str]) -> str:
    """The hidden element that holds them."""
    return f"{SHEET_HEAD}<defs>{''.join(outlines.values())}</defs></svg>" if outlines else ""
