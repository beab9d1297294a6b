"""Work on many ranges of numbers in forked processes of which one reads what they make, in order.

They share what was there when they were forked, and none outlives its reader: each ends when nobody reads its pipe.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from geeks.search.backend import SearchError

Range = tuple[int, int]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_processes(work: Callable[[Range], Any], ranges: list[Range], count: int) -> Iterator[Any]:
    """What `work` gives for each of the ranges, in their order. Raises SearchError when a process fails or dies."""
    context = multiprocessing.get_context("fork")
    workers: list[tuple[BaseProcess, Connection]] = []
    try:
        for number in range(count):
            ours, theirs = context.Pipe(duplex=False)
            process: BaseProcess = context.Process(
                target=_serve, args=(work, ranges[number::count], theirs), daemon=True
            )
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
