"""The engine within its process: cache, threads, forks, memory."""

import gc
import os
import resource
import threading
import time
import tracemalloc
from types import SimpleNamespace

import pytest

from geeks.rendering import mathjax
from geeks.rendering.mathjax import cache, engine, typesetting


@pytest.fixture
def starts(monkeypatch):
    """Counts how often an engine boots."""
    counted = []

    class Counted(engine.Engine):
        def __init__(self):
            counted.append(1)
            super().__init__()

    monkeypatch.setattr(typesetting, "Engine", Counted)
    mathjax.forget()
    yield counted
    monkeypatch.undo()
    mathjax.forget()


def test_the_same_formula_is_typeset_once(monkeypatch):
    mathjax.forget()
    first = mathjax.typeset([("q+r", False)])[0]
    monkeypatch.setattr(engine.Engine, "typeset", lambda *_: pytest.fail("the cache was not asked"))
    assert mathjax.typeset([("q+r", False)])[0] is first


def test_inline_and_display_are_two_things():
    inline, display = mathjax.typeset([(r"\sum_i", False), (r"\sum_i", True)])
    assert inline.svg != display.svg


def test_a_post_with_macros_takes_nothing_from_the_cache():
    mathjax.typeset([(r"\frac12", False)])
    changed = mathjax.typeset([(r"\def\frac#1#2{Z}", False), (r"\frac12", False)])[1]
    assert "<mi>Z</mi>" in changed.mathml
    assert "<mfrac>" in mathjax.typeset([(r"\frac12", False)])[0].mathml


def test_the_cache_is_bounded_by_bytes(monkeypatch):
    monkeypatch.setattr(cache, "MOST", 5_000)
    mathjax.forget()
    mathjax.typeset([(f"k_{number}", False) for number in range(40)])
    assert 0 < typesetting._shared.cache.bytes <= 5_000
    assert len(typesetting._shared.cache) < 40


def test_the_weight_of_a_formula_is_what_it_takes():
    mathjax.typeset([(f"h_{number}", False) for number in range(50)])  # what all share is there by now
    before, count = typesetting._shared.cache.bytes, 150
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(100, 100 + count):
            mathjax.typeset([(f"h_{{{number}}}+\\frac{{h}}{{{number}}}", False)])
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    counted = typesetting._shared.cache.bytes - before
    assert 0.8 * counted < taken < 1.25 * counted


def test_one_engine_serves_many_posts(starts):
    for number in range(5):
        mathjax.typeset([(f"z^{number}", False)])
    assert len(starts) == 1


def test_a_worn_engine_is_replaced(starts, monkeypatch):
    monkeypatch.setattr(engine, "FORMULAS_A_LIFE", 3)
    mathjax.typeset([(f"w^{number}", False) for number in range(4)])
    mathjax.typeset([("w", False)])
    assert len(starts) == 2


def test_an_engine_that_grew_is_replaced(starts, monkeypatch):
    monkeypatch.setattr(engine, "FORMULAS_A_LOOK", 2)
    for number in range(4):
        mathjax.typeset([(f"o^{number}", False)])
    assert len(starts) == 1
    monkeypatch.setattr(engine, "FULL", 1024 * 1024)
    for number in range(4, 7):
        mathjax.typeset([(f"o^{number}", False)])
    assert len(starts) == 2


def test_an_extension_that_redefines_commands_ends_with_its_post(starts):
    assert mathjax.typeset([(r"\require{physics}\dv{f}{x}", False)])[0].error == ""
    assert "<mo>÷</mo>" in mathjax.typeset([(r"a\div b", False)])[0].mathml
    assert len(starts) == 2


def test_several_threads_get_their_own_answers():
    expected = {number: mathjax.typeset([(f"t^{{{number}}}", False)])[0].mathml for number in range(40)}
    mathjax.forget()
    found = {}

    def work(share):
        for number in range(share, 40, 4):
            found[number] = mathjax.typeset([(f"t^{{{number}}}", False)])[0].mathml

    threads = [threading.Thread(target=work, args=(share,)) for share in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_a_formula_has_its_time_while_other_threads_calculate(starts, monkeypatch):
    """As if three more threads took the processor: of what the process's clock counts, a quarter is the engine's."""
    row = "+".join(f"\\frac{{x_{number}}}{{y}}" for number in range(20))
    long = [(r"\begin{aligned}" + r"\\".join([row] * 8) + r"\end{aligned}", True)]
    mathjax.typeset([("x", False)])
    begun = time.process_time()
    assert mathjax.typeset(long)[0].error == ""
    monkeypatch.setattr(typesetting, "SECONDS_A_FORMULA", 0.5 * (time.process_time() - begun))
    mathjax.forget()
    clock = SimpleNamespace(thread_time=lambda: time.thread_time() / 4, monotonic=time.monotonic)
    monkeypatch.setattr(typesetting, "time", clock)
    assert mathjax.typeset(long)[0].error == ""
    assert len(starts) > 2  # it was stopped, and begun again


def test_a_bomb_is_not_tried_for_ever_while_other_threads_calculate():
    post = typesetting._Post(typesetting._shared, [("x", False)], [None], False, 2.0)
    assert post._robbed_of(1.0, 0.5)
    assert post._robbed_of(1.0, 0.1)
    assert post.robbed == typesetting.MOST_ROBBED
    assert not post._robbed_of(1.0, 0.1)
    assert not typesetting._Post(typesetting._shared, [("x", False)], [None], False, 2.0)._robbed_of(1.0, 0.8)


def test_what_is_left_of_a_posts_time_bounds_a_formula_that_begins_again(monkeypatch):
    """The process's clock may run for longer, and the rest of it be this thread's alone."""
    mathjax.forget()
    mathjax.typeset([("x", False)])
    given = []

    def stopped(self, number, tex, display, last, seconds):
        given.append(seconds)
        raise engine.OutOfTime("too long")

    monkeypatch.setattr(engine.Engine, "typeset", stopped)
    assert mathjax.typeset([(r"robbed^1", False)])[0].error == "too long"
    assert len(given) >= 2
    assert given[1] > given[0]
    assert all(0 < seconds <= typesetting.SECONDS_A_POST for seconds in given)
    mathjax.forget()


def test_a_formula_that_had_its_time_is_not_tried_again_at_once(monkeypatch):
    mathjax.forget()
    calls = []

    def long(self, number, tex, display, last, seconds):
        calls.append(tex)
        end = time.thread_time() + typesetting.SECONDS_A_FORMULA
        while time.thread_time() < end:
            pass
        raise engine.OutOfTime("too long")

    monkeypatch.setattr(typesetting, "SECONDS_A_FORMULA", 0.2)
    monkeypatch.setattr(engine.Engine, "typeset", long)
    for _ in range(2):
        assert mathjax.typeset([(r"bomb^1", False)], seconds=0.3)[0].error == "too long"
    assert len(calls) == 1
    mathjax.forget()


def test_a_forked_process_starts_its_own_engine():
    before = mathjax.typeset([("f+g", False)])[0]
    child = os.fork()
    if not child:
        after = mathjax.typeset([("f+g", False)])[0]
        os._exit(0 if after == before else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_nested_formulas_have_stack_enough_in_any_thread():
    before = threading.stack_size(256 * 1024)
    try:
        deep = []
        tex = r"\cfrac{1}{1+" * 20 + "x" + "}" * 20
        thread = threading.Thread(target=lambda: deep.extend(mathjax.typeset([(tex, True)])))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert deep[0].error == ""


def test_a_thousand_formulas_need_little_memory():
    mathjax.typeset([("m", False)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(1_000):
        mathjax.typeset([(rf"m_{{{number}}}+\frac{{1}}{{{number}}}", False)])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120_000  # KB
