"""Requests of a process go one after another, readers first, and nobody holds up the others for long."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from geeks import lanes
from geeks.lanes import Lane, aside, give_way, turn

SECONDS = 20  # nothing here waits so long unless it is broken


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(lanes, "PATIENCE", SECONDS)
    monkeypatch.setattr(lanes, "PATIENCE_OF_READERS", SECONDS)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(20) as pool:
        yield pool


def until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def waiting(lane):
    return len(lane._others._waiters) + len(lane._readers._waiters)


def test_requests_go_on_one_after_the_other(pool):
    """Each of eight notes that it is inside, and alone."""
    inside, most, lock, lane = 0, 0, threading.Lock(), Lane(1)

    def go(reads):
        nonlocal inside, most
        with turn(lane, reads):
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.01)  # long enough for the others to come
            with lock:
                inside -= 1

    for come in [pool.submit(go, bool(number % 2)) for number in range(8)]:
        come.result(SECONDS)
    assert most == 1
    assert lane._free == 1


def test_as_many_as_are_allowed_go_abreast(pool):
    lane, together = Lane(2), threading.Barrier(2, timeout=SECONDS)

    def go():
        with turn(lane, reads=True):
            together.wait()

    for come in [pool.submit(go) for _ in range(2)]:
        come.result(SECONDS)


def test_readers_go_before_those_who_came_earlier_to_change_something(pool):
    lane, order, leave = Lane(1), [], threading.Event()

    def go(name, reads, wait=None):
        with turn(lane, reads):
            order.append(name)
            assert wait is None or wait.wait(SECONDS)

    come = [pool.submit(go, "first", True, leave)]
    until(lambda: order)
    for number, (name, reads) in enumerate([("writer 1", False), ("writer 2", False), ("reader", True)], 1):
        come.append(pool.submit(go, name, reads))
        until(lambda number=number: waiting(lane) == number)
    leave.set()
    for one in come:
        one.result(SECONDS)
    assert order == ["first", "reader", "writer 1", "writer 2"]


def test_two_places_that_become_free_at_once_are_both_taken(pool):
    """By a reader and by who waits behind him, though both who leave wake the reader."""
    lane, hold, went = Lane(2), threading.Event(), threading.Event()

    def go(reads):
        with turn(lane, reads):
            if reads:
                assert hold.wait(SECONDS)
            else:
                went.set()

    assert lane.enter(reads=True)
    assert lane.enter(reads=True)
    come = [pool.submit(go, True), pool.submit(go, False)]
    until(lambda: waiting(lane) == 2)
    before = sys.getswitchinterval()
    sys.setswitchinterval(10)  # the reader cannot come between
    try:
        lane.leave()
        lane.leave()
    finally:
        sys.setswitchinterval(before)
    assert went.wait(5)
    hold.set()
    for one in come:
        one.result(SECONDS)


def test_one_that_changes_something_lets_a_reader_go_first(pool):
    lane, order, in_the_middle = Lane(1), [], threading.Event()

    def write():
        with turn(lane, reads=False):
            order.append("half")
            in_the_middle.set()
            until(lambda: lane.readers_wait)
            give_way()
            order.append("whole")

    def read():
        assert in_the_middle.wait(SECONDS)
        with turn(lane, reads=True):
            order.append("read")

    for come in [pool.submit(write), pool.submit(read)]:
        come.result(SECONDS)
    assert order == ["half", "read", "whole"]


def test_a_reader_gives_way_to_nobody(pool):
    lane, order, inside = Lane(1), [], threading.Event()

    def read(name, first):
        if not first:
            assert inside.wait(SECONDS)
        with turn(lane, reads=True):
            inside.set()
            if first:
                until(lambda: lane.readers_wait)
                give_way()
            order.append(name)

    for come in [pool.submit(read, "first", True), pool.submit(read, "second", False)]:
        come.result(SECONDS)
    assert order == ["first", "second"]


def test_who_waits_for_something_else_leaves_the_lane(pool):
    lane, done = Lane(1), threading.Event()

    def typeset():
        with turn(lane, reads=False), aside():
            assert done.wait(SECONDS)

    def other():
        with turn(lane, reads=False):
            done.set()

    first = pool.submit(typeset)
    until(lambda: lane._free == 1)
    pool.submit(other).result(SECONDS)
    first.result(SECONDS)
    assert lane._free == 1


@pytest.mark.parametrize("reads", [True, False])
def test_one_that_takes_long_does_not_hold_up_the_others(pool, monkeypatch, reads):
    monkeypatch.setattr(lanes, "PATIENCE", 0.01)
    monkeypatch.setattr(lanes, "PATIENCE_OF_READERS", 0.01)
    lane, long = Lane(1), threading.Event()

    def go(leave):
        with turn(lane, reads):
            assert leave.wait(SECONDS)

    short = threading.Event()
    short.set()
    first = pool.submit(go, long)
    until(lambda: lane._free == 0)
    pool.submit(go, short).result(SECONDS)
    assert not first.done()
    assert lane._free == 0  # who went beside it gave nothing back
    long.set()
    first.result(SECONDS)
    assert lane._free == 1


def test_outside_of_a_request_nothing_waits():
    give_way()
    with aside():
        pass


def test_a_fault_inside_frees_the_lane():
    lane = Lane(1)
    with pytest.raises(RuntimeError, match="broken"), turn(lane, reads=False), aside():
        raise RuntimeError("broken")
    assert lane._free == 1
