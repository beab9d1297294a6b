"""The history of a post: every version, each shown as what it changed."""

from __future__ import annotations

import difflib
import re
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
DIFFED = 6_000  # pieces; longer texts are compared line by line, which stays quick


@dataclass(frozen=True)
class Piece:
    """A run of text of one kind: "same", "added" or "removed"."""

    kind: str
    text: str


@require_safe
def index(request: HttpRequest, post_id: int) -> HttpResponse:
    post = post_for(request, post_id)
    page = page_of(
        request, Revision.objects.filter(post=post).select_related("editor", "category"), ("-number",), REVISIONS_A_PAGE
    )
    earlier = Revision.objects.filter(post=post, number__in=[row.number - 1 for row in page.rows])
    before = {row.number + 1: row for row in earlier}
    rows = [{"revision": row, **_changes(before.get(row.number), row)} for row in page.rows]
    return render(request, "revisions/index.html", {"post": post, "page": page, "rows": rows, "robots": "noindex"})


def _changes(old: Revision | None, new: Revision) -> dict[str, object]:
    """What each part of a revision changed, as runs of pieces; of the first revision everything is there as it was."""
    if old is None:
        return {"first": True, "title": [Piece("same", new.title)], "body": [Piece("same", new.body)], "tags": []}
    return {
        "first": False,
        "title": compare(old.title, new.title) if old.title != new.title else [],
        "body": compare(old.body, new.body) if old.body != new.body else [],
        "tags": compare(old.tags, new.tags) if old.tags != new.tags else [],
    }


def compare(old: str, new: str) -> list[Piece]:
    """Two texts -> runs of what stayed, what went and what came, word by word, formulas whole."""
    before, after = PIECE.findall(old), PIECE.findall(new)
    if len(before) + len(after) > DIFFED:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    runs: list[Piece] = []
    for what, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            runs.append(Piece("same", "".join(before[i:j])))
            continue
        runs += [Piece("removed", "".join(before[i:j]))] if j > i else []
        runs += [Piece("added", "".join(after[k:m]))] if m > k else []
    return runs
