"""What to mark of a post that was found: the words in any of their forms, and the formulas that answer the query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from django.conf import settings

from geeks.rendering import plain_snippet, render_snippet
from geeks.rendering.mathjax import Drawn
from geeks.rendering.maths import lift
from geeks.rendering.shelf import FORMULA, Shelf
from geeks.rendering.source import clean_part
from geeks.search import Query, formula_matches, highlights, stem_matcher

# The best first, and how the page calls them.
CLASSES = {"same": "same formula", "shape": "same shape", "contains": "contains it", "similar": "similar formula"}
FORMULAS_READ = 60  # of one post
BESIDE = 75  # characters shown on each side of a formula that was found; the window round a hit shows 80


class Marker:
    """Reads posts for one query."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.typed = highlights(query)
        self.begins = {word[:3].lower() for word in self.typed}
        self.is_form = stem_matcher(query, settings.SEARCH_LANGUAGE)

    def words(self, text: str) -> list[str]:
        """The query's words as they stand in this text."""
        if not self.typed:
            return []
        near = {word for word in re.findall(r"\w+", text) if word[:3].lower() in self.begins}
        return [*self.typed, *sorted(word for word in near if self.is_form(word))]

    def formulas(self, *texts: str) -> tuple[str, list[str]]:
        """How the formulas of these texts answer the query at best, "" when they do not, and the TeX of those."""
        if not self.query.formulas:
            return "", []
        found = formula_matches(self.query, [tex for text in texts for tex in texs_of(text)][:FORMULAS_READ])
        best = next((name for name in CLASSES if name in found.values()), "")
        return best, [tex for tex, name in found.items() if name == best]

    def snippet(self, text: str, found: Sequence[str], drawn: Drawn | None = None) -> str:
        """Safe HTML of the text round the first formula found, else round the first word found. `drawn` may know
        formulas of the text that its page shows."""
        text = beside(text, *found[:1])
        return marked(render_snippet(text, self.words(text), drawn=drawn), found)

    def plain(self, text: str) -> str:
        """The same as escaped text with its formulas as TeX, its words marked as Stack Exchange's API does."""
        text = beside(text, *self.formulas(text)[1][:1])
        return plain_snippet(text, self.words(text))


def texs_of(text: str) -> list[str]:
    """The TeX of the formulas of a plain text as posts keep it."""
    shelf = Shelf()
    lift(clean_part(text), shelf, code=False)
    return [piece.tex for piece in shelf.formulas]


def beside(text: str, tex: str | None = None) -> str:
    """A piece of `text` with the formula in it, cut between words; the whole text when the formula is not in it."""
    if tex is None:
        return text
    shelf = Shelf()
    line = " ".join(lift(clean_part(text), shelf, code=False).split())
    pieces = shelf.formulas
    at = next((m.start() for m in FORMULA.finditer(line) if pieces[shelf.formula_of(m[0])].tex == tex), None)
    if at is None:
        return text
    start, end = max(0, at - BESIDE), min(len(line), at + BESIDE)
    start = line.find(" ", start, at) + 1 if start else 0
    end = max(line.rfind(" ", at, end), at + 1) if end < len(line) else end
    window = FORMULA.sub(lambda m: f"${pieces[shelf.formula_of(m[0])].tex.strip()}$", line[start:end])
    return f"{'… ' if start else ''}{window}{' …' if end < len(line) else ''}"


def marked(html: str, texs: Iterable[str]) -> str:
    """Safe HTML with a class put on the formulas with this TeX. The markup is the typesetter's own."""
    for tex in texs:
        pattern = rf'(<span class="math)((?: [^"]*)?" data-tex="{re.escape(escape(tex))}")'
        html = re.sub(pattern, r"\1 math-hit\2", html)
    return html


def address(url: str, found: Sequence[str]) -> str:
    """The address of a post that has its page mark what was found there."""
    query = "&".join(f"hl={quote(tex, safe='')}" for tex in found[:3] if len(tex) <= 300)
    return f"{url}?{query}" if query else url
