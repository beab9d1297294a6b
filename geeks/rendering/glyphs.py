"""Outlines of formulas on a whole page: titles, excerpts and comments each bring theirs, a page keeps one of each.

A list of twenty excerpts repeats the same letters; with each outline once it is a third of the size, and ids stay
unique.
"""

from __future__ import annotations

import re

from geeks.rendering.mathjax import SHARED

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


def outlines_of(page: str) -> list[str]:
    """The ids of the shared outlines in it."""
    return _OUTLINE.findall(page) if "math-glyphs" in page else []
