"""The history of a post: every version, each shown as what it changed."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geeks.models import Revision
from geeks.views.access import post_for
from geeks.views.lists import page_of

REVISIONS_A_PAGE = 20
# A word with the space after it, or a whole formula: a formula is one thing, changed or not.
PIECE = re.compile(r"\$\$.{1,4000}?\$\$\s*|\$[^$\n]{1,1000}\$\s*|\S+\s*|\s+", re.DOTALL)
# How many pairs of equal pieces may be looked at for a page of revisions, and for one of them. The time a comparison
# takes grows with them: a text that says the same word again and again has millions, and would take half a minute.
PAIRS_A_PAGE, PAIRS = 1_000_000, 300_000


@dataclass(frozen=True)
class Piece:
    """A run of text of one kind: "same", "added" or "removed"."""

    kind: str
    text: str


@dataclass
class Budget:
    """What may still be spent on comparing, in pairs of equal pieces."""

    left: int

    def allows(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether these may be compared; if so, their pairs are spent."""
        counts = Counter(after)
        pairs = sum(counts[piece] for piece in before)
        if pairs > min(self.left, PAIRS):
            return False
        self.left -= pairs
        return True


@require_safe
def index(request: HttpRequest, post_id: int) -> HttpResponse:
    post = post_for(request, post_id)
    page = page_of(
        request, Revision.objects.filter(post=post).select_related("editor", "category"), ("-number",), REVISIONS_A_PAGE
    )
    earlier = Revision.objects.filter(post=post, number__in=[row.number - 1 for row in page.rows])
    before = {row.number + 1: row for row in earlier}
    budget = Budget(PAIRS_A_PAGE)
    rows = [{"revision": row, **_changes(before.get(row.number), row, budget)} for row in page.rows]
    return render(request, "revisions/index.html", {"post": post, "page": page, "rows": rows, "robots": "noindex"})


def _changes(old: Revision | None, new: Revision, budget: Budget) -> dict[str, object]:
    """What each part of a revision changed, as runs of pieces; of the first revision everything is there as it was."""
    if old is None:
        return {"first": True, "title": [Piece("same", new.title)], "body": [Piece("same", new.body)], "tags": []}
    return {
        "first": False,
        "title": compare(old.title, new.title, budget) if old.title != new.title else [],
        "body": compare(old.body, new.body, budget) if old.body != new.body else [],
        "tags": compare(old.tags, new.tags, budget) if old.tags != new.tags else [],
    }


def compare(old: str, new: str, budget: Budget | None = None) -> list[Piece]:
    """Two texts -> runs of what stayed, what went and what came: word by word with formulas whole, line by line where
    that would take too long, and where that would too, all between the first and the last change as changed."""
    budget = budget or Budget(PAIRS_A_PAGE)
    before, after = PIECE.findall(old), PIECE.findall(new)
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    head, tail = "".join(before[:start]), "".join(before[len(before) - end :])
    before, after = before[start : len(before) - end], after[start : len(after) - end]
    if not budget.allows(before, after):
        before, after = ("".join(pieces).splitlines(keepends=True) for pieces in (before, after))
        if not budget.allows(before, after):
            before, after = ["".join(before)], ["".join(after)]
    runs = [Piece("same", head), *_runs(before, after), Piece("same", tail)]
    return [run for run in runs if run.text]


def _shared(before: Sequence[str], after: Sequence[str]) -> int:
    """How many pieces both begin with."""
    pairs = zip(before, after, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for what, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(before[i:j]))
            continue
        yield Piece("removed", "".join(before[i:j]))
        yield Piece("added", "".join(after[k:m]))
