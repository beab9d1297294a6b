"""All posts, made ready for a new index: read from the database and prepared in as many processes as there are cores.

The processes are forked, so that nothing is set up again, and each has a connection of its own. On one core, for a few
thousand posts, and where a process cannot be forked, the same work is done in place.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.db import connection, connections
from django.db.models import Count, Max, Min

from geeks.models import Post
from geeks.search import Backend
from geeks.search.processes import cores, in_processes
from geeks.tasks.gathering import documents_between

POSTS = 500  # of a batch, on average
WORTH_PROCESSES = 20_000  # posts
MOST_PROCESSES = 8

Range = tuple[int, int]


def all_prepared(backend: Backend) -> Iterator[list[Any]]:
    """Every post that readers may find, by id, in batches that `backend.index` takes."""
    prepare = backend.preparation()

    def work(ids: Range) -> list[Any]:
        return [prepare(document) for document in documents_between(*ids)]

    ranges, count = id_ranges()
    processes = processes_for(count)
    if processes > 1:
        connections.close_all()  # nothing of them may come into the processes
        yield from in_processes(work, ranges, processes)
    else:
        yield from map(work, ranges)


def id_ranges() -> tuple[list[Range], int]:
    """Ranges of ids with about as many posts each, and how many posts there are, deleted ones too: to look at each
    takes half an hour where a million questions lie on a slow disk."""
    found = Post.objects.aggregate(first=Min("pk"), last=Max("pk"), count=Count("pk"))
    if not found["count"]:
        return [], 0
    first, last, count = found["first"], found["last"], found["count"]
    step = max(POSTS, (last - first + 1) * POSTS // count)
    return [(start, start + step - 1) for start in range(first, last + 1, step)], count


def processes_for(count: int) -> int:
    """How many processes are worth starting for so many posts; 1: none beside this one."""
    if count < WORTH_PROCESSES or connection.in_atomic_block or sys.platform == "win32":
        return 1
    return min(cores(), MOST_PROCESSES)
