"""The history of a post: every version, each shown as what it changed."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from geeks.jinja.responses import render
from geeks.models import Page, Post, PostEvent, Revision, Tag
from geeks.models.user import unread_of
from geeks.views.access import post_for
from geeks.views.lists import page_of

REVISIONS_A_PAGE = 20
EVENTS_A_PAGE = 100
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
    post = post_for(request, post_id, wikis=True)
    page = page_of(
        request, Revision.objects.filter(post=post).select_related("editor", "category"), ("-number",), REVISIONS_A_PAGE
    )
    neighbours = {step for row in page.rows for step in (row.number - 1, row.number + 1)}
    around = {row.number: row for row in Revision.objects.filter(post=post, number__in=neighbours)}
    budget = Budget(PAIRS_A_PAGE)
    rows: list[dict[str, Any]] = [
        {"revision": row, "when": row.created, **_changes(around.get(row.number - 1), row, budget)} for row in page.rows
    ]
    rows += [{"event": event, "when": event.created} for event in _events(post, page, around)]
    rows.sort(key=lambda row: row["when"], reverse=True)
    context = {"post": post, "page": page, "rows": rows, "tag": _tag_of(post), "robots": "noindex"}
    return render(request, "revisions/index.html", context)


def _events(post: Post, page: Page, around: dict[int, Revision]) -> list[PostEvent]:
    """What else happened in the time that this page of revisions covers."""
    events = PostEvent.objects.filter(post=post).select_related("user").defer("text", *unread_of("user"))
    if page.rows and (later := around.get(page.rows[0].number + 1)):
        events = events.filter(created__lt=later.created)
    if page.next:
        events = events.filter(created__gte=page.rows[-1].created)
    return list(events.order_by("-created", "-id")[:EVENTS_A_PAGE])


def _tag_of(post: Post) -> Tag | None:
    """The tag that a text is about."""
    return Tag.objects.filter(Q(wiki_post=post) | Q(excerpt_post=post)).first() if post.is_wiki else None


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
