"""All posts, made ready for a new index: read from the database and prepared in as many processes as there are cores.

The processes are forked, so that nothing is set up again, and each has a connection of its own. On one core, for a few
thousand posts, and where a process cannot be forked, the same work is done in place.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connection, connections
from django.db.models import Count, Max, Min

from geeks.search import Backend, SearchError
from geeks.tasks.gathering import documents_between, findable

POSTS = 500  # of a batch, on average
WORTH_PROCESSES = 20_000  # posts
MOST_PROCESSES = 8

Range = tuple[int, int]


def all_prepared(backend: Backend) -> Iterator[list[Any]]:
    """Every post that readers may find, by id, in batches that `backend.index` takes."""
    prepare = backend.preparation()

    def work(ids: Range) -> list[Any]:
        return [prepare(document) for document in documents_between(*ids)]

    ranges, count = _ranges()
    processes = processes_for(count)
    if processes > 1:
        connections.close_all()  # nothing of them may come into the processes
        yield from in_processes(work, ranges, processes)
    else:
        yield from map(work, ranges)


def _ranges() -> tuple[list[Range], int]:
    """Ranges of ids with about as many posts each, and how many posts there are."""
    found = findable().aggregate(first=Min("pk"), last=Max("pk"), count=Count("pk"))
    if not found["count"]:
        return [], 0
    first, last, count = found["first"], found["last"], found["count"]
    step = max(POSTS, (last - first + 1) * POSTS // count)
    return [(start, start + step - 1) for start in range(first, last + 1, step)], count


def processes_for(count: int) -> int:
    """How many processes are worth starting for so many posts; 1: none beside this one."""
    if count < WORTH_PROCESSES or connection.in_atomic_block or sys.platform == "win32":
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_PROCESSES)


def in_processes(work: Callable[[Range], Any], ranges: list[Range], count: int) -> Iterator[Any]:
    """What `work` gives for each of the ranges, in their order. Raises SearchError when a process fails or dies."""
    context = multiprocessing.get_context("fork")
    workers: list[tuple[BaseProcess, Connection]] = []
    try:
        for number in range(count):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_serve, args=(work, ranges[number::count], theirs), daemon=True)
            process.start()
            theirs.close()
            workers.append((process, ours))
        for number in range(len(ranges)):
            yield _received(workers[number % count][1])
    finally:
        for process, ours in workers:
            ours.close()
            process.terminate()
            process.join()


def _received(ours: Connection) -> Any:
    try:
        failure, result = pickle.loads(ours.recv_bytes())  # noqa: S301 - our own process wrote it
    except EOFError:
        raise SearchError("A process that read posts for the search index ended: perhaps memory ran out.") from None
    if failure:
        raise SearchError(f"A process that read posts for the search index failed: {failure}")
    return result


def _serve(work: Callable[[Range], Any], ranges: list[Range], theirs: Connection) -> None:
    """The life of such a process. It ends when nobody reads any more."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(BrokenPipeError):
        for ids in ranges:
            try:
                message = pickle.dumps(("", work(ids)), pickle.HIGHEST_PROTOCOL)
            except Exception as error:
                theirs.send_bytes(pickle.dumps((f"{type(error).__name__}: {error}", None)))
                return
            theirs.send_bytes(message)
