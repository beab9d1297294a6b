"""Posts are made ready for a new index in several processes: in order, all of them, and a failure is told."""

from __future__ import annotations

import multiprocessing
import os
import signal

import pytest

from geeks.search import SearchError
from geeks.tasks import preparing
from geeks.tasks.gathering import documents
from tests import make


def squares(ids):
    return [number * number for number in range(ids[0], ids[1] + 1)]


RANGES = [(start, start + 9) for start in range(0, 200, 10)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_several_processes_make_comes_in_order_and_whole(count):
    made = [number for batch in preparing.in_processes(squares, RANGES, count) for number in batch]
    assert made == [number * number for number in range(200)]
    assert multiprocessing.active_children() == []


def test_an_error_in_a_process_is_told_and_all_of_them_end():
    def work(ids):
        return squares(ids) if ids[0] < 50 else [1 / 0]

    with pytest.raises(SearchError, match="ZeroDivisionError"):
        list(preparing.in_processes(work, RANGES, 2))
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_is_told():
    def work(ids):
        if ids[0] == 50:
            os.kill(os.getpid(), signal.SIGKILL)
        return squares(ids)

    with pytest.raises(SearchError, match="ended"):
        list(preparing.in_processes(work, RANGES, 2))


def test_processes_end_when_nobody_wants_more():
    made = preparing.in_processes(squares, RANGES, 2)
    assert next(made)[1] == 1
    made.close()
    assert multiprocessing.active_children() == []


@pytest.mark.django_db
def test_ranges_of_ids_hold_every_post_that_can_be_found_once(monkeypatch):
    monkeypatch.setattr(preparing, "POSTS", 2)
    ids = [make.question().pk for _ in range(7)]
    ranges, count = preparing._ranges()
    assert count == 7
    assert len(ranges) > 2
    read = [one.id for first, last in ranges for one in preparing.documents_between(first, last)]
    assert read == ids == [one.id for one in sorted(documents(ids), key=lambda one: one.id)]


@pytest.mark.django_db
def test_a_small_site_starts_no_process():
    assert preparing.processes_for(100) == 1
