"""What several processes make comes in order and whole, and a failure is told."""

from __future__ import annotations

import multiprocessing
import os
import signal

import pytest

from geeks.search import SearchError
from geeks.search.processes import in_processes


def squares(ids):
    return [number * number for number in range(ids[0], ids[1] + 1)]


RANGES = [(start, start + 9) for start in range(0, 200, 10)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_several_processes_make_comes_in_order_and_whole(count):
    made = [number for batch in in_processes(squares, RANGES, count) for number in batch]
    assert made == [number * number for number in range(200)]
    assert multiprocessing.active_children() == []


def test_an_error_in_a_process_is_told_and_all_of_them_end():
    def work(ids):
        return squares(ids) if ids[0] < 50 else [1 / 0]

    with pytest.raises(SearchError, match="ZeroDivisionError"):
        list(in_processes(work, RANGES, 2))
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_is_told():
    def work(ids):
        if ids[0] == 50:
            os.kill(os.getpid(), signal.SIGKILL)
        return squares(ids)

    with pytest.raises(SearchError, match="ended"):
        list(in_processes(work, RANGES, 2))


def test_processes_end_when_nobody_wants_more():
    made = in_processes(squares, RANGES, 2)
    assert next(made)[1] == 1
    made.close()
    assert multiprocessing.active_children() == []
