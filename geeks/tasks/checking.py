"""Whether this host's index holds what the database says may be found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from geeks.models import Outbox
from geeks.models.outbox import ALL_POSTS
from geeks.search import Backend, Entry, PutAside, score_key
from geeks.search.documents import MAX_NUMBER, SCORE_STEP
from geeks.tasks.gathering import findable
from geeks.tasks.preparing import id_ranges

NAMES = {
    "created": "when it was made",
    "active": "its last activity",
    "by_score": "its score",
    "answers": "its answers",
}


def differences(backend: Backend, report: Callable[[int], None] = lambda done: None) -> Iterator[str]:
    """One line for each post about which index and database disagree; `report` hears how many posts were compared.

    What was announced and is not applied yet is no difference: the worker will come to it. Views are written without
    announcing them, and words are not compared: they are renewed together with the last activity. Raises SearchError.
    """
    aside = {one.id: one for one in backend.aside()}
    done = 0
    for first, last in _all_ids():
        # The index first: whatever changes after that is announced, and so among those left out.
        held: dict[int, list[Entry]] = {}
        for entry in backend.entries(first, last):
            held.setdefault(entry.id, []).append(entry)
        right = {entry.id: entry for entry in _right(first, last)}
        lines = {
            post: line
            for post in sorted(held.keys() | right.keys())
            if (line := _difference(held.get(post, []), right.get(post), aside.get(post)))
        }
        waiting = _waiting(backend, set(lines))
        yield from (f"post {post}: {line}" for post, line in lines.items() if post not in waiting)
        done += len(right)
        report(done)


def _all_ids() -> Iterator[tuple[int, int]]:
    """The ranges of posts, and what lies around them."""
    found, _ = id_ranges()
    if not found:
        yield 0, MAX_NUMBER
        return
    yield -MAX_NUMBER, found[0][0] - 1
    yield from found
    yield found[-1][1] + 1, MAX_NUMBER


def _right(first: int, last: int) -> Iterator[Entry]:
    posts = findable().filter(pk__gte=first, pk__lte=last)
    for pk, created, active, score, answers in posts.values_list(
        "pk", "created", "last_activity", "score", "answer_count"
    ):
        key = score_key(score) + pk % SCORE_STEP
        yield Entry(pk, int(created.timestamp()), int(active.timestamp()), key, answers)


def _difference(held: list[Entry], right: Entry | None, aside: PutAside | None) -> str:
    if aside is not None and right is not None:
        return f"was put aside: {aside.reason}"
    if len(held) > 1:
        return f"is in the index {len(held)} times"
    if right is None:
        return "is in the index, but may not be found" if held else ""
    if not held:
        return "is not in the index"
    wrong = [name for column, name in NAMES.items() if getattr(held[0], column) != getattr(right, column)]
    return f"the index has not renewed {', '.join(wrong)}" if wrong else ""


def _waiting(backend: Backend, posts: set[int]) -> set[int]:
    """Those of these posts that are announced as changed and not applied yet."""
    if not posts:
        return posts
    announced = Outbox.objects.filter(pk__gt=backend.checkpoint(), post_id__in=[*posts, ALL_POSTS])
    found = set(announced.values_list("post_id", flat=True))
    return posts if ALL_POSTS in found else found
