"""Typesets the formulas of one post: the limits, and a fresh engine after an accident.

One engine a process, booted by the first formula (so never before a fork), in one thread of its own: nested TeX needs
more stack than a server's threads have. Posts that define nothing take single formulas from a cache (cache.py); posts
with macros or labels are typeset whole, in document order.
"""

import logging
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from geeks.lanes import aside
from geeks.rendering.mathjax.cache import Cache
from geeks.rendering.mathjax.drawing import accepted
from geeks.rendering.mathjax.engine import Engine, EngineMissing, Interrupted, OutOfTime
from geeks.rendering.mathjax.result import Typeset

LONGEST = 4_000  # characters of one formula
SECONDS_A_FORMULA = 1.0
SECONDS_A_POST = 2.0  # of CPU; a bomb may overrun its end by half a second; Markdown needs the rest of 3 s
WALL = 4.0  # how many times as long it may take where other work holds the processor
MOST_ROBBED = 4.0  # how many times as long the clock of the process may run, where other threads take a part of it
ROBBED = 0.7  # of its time: a formula that was stopped with less was robbed of the rest
SECONDS_TO_BOOT = 0.4
SLOW_FOR = 60.0  # seconds that an interrupted formula is not tried again; an excerpt or a preview asks at once
THREAD_STACK = 16 * 1024 * 1024  # address space; the engine uses at most its STACK of it

# A formula that defines or refers to something; then the order of the post's formulas matters.
_STATEFUL = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|(?:re)?newenvironment|newcolumntype|def|gdef|"
    r"let|global|begingroup|endgroup|Declare[A-Z]\w*|Newextarrow|definecolor|label|eqref|ref|"
    r"require|unicode)(?![A-Za-z])"
)
_LOST = re.compile("[\0\ud800-\udfff]")  # what JavaScript cannot be handed
_TOO_SLOW = "Too long to typeset: the formulas before this one used up the time of this text; split or simplify it"
# What was typeset is remembered, so the next attempt gets further.
_NOT_YET = "Too long to typeset at once: preview or save again to typeset the rest, or split the text"

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
Drawn = Callable[[str], Typeset | None]


class _Shared:
    """What the threads of one process share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.worker: ThreadPoolExecutor | None = None
        self.engine: Engine | None = None  # touched by the worker alone
        self.problem = ""
        self.slow: OrderedDict[str, tuple[float, str]] = OrderedDict()  # TeX -> (until, error); the worker's, too
        self.cache = Cache()


_shared = _Shared()
_abandoned: list[_Shared] = []


def _after_fork() -> None:
    """A child starts anew: another thread of the parent may have been inside the engine, or held a lock. The old
    engine is kept, unused, because taking it apart in that state could crash."""
    global _shared
    _abandoned.append(_shared)
    _shared = _Shared()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def defines(text: str) -> bool:
    """Whether a formula, or any in a finished text, defines or refers to something: what it says may then be another
    in another place."""
    return _STATEFUL.search(text) is not None


def available() -> bool:
    """Whether formulas are typeset here; boots the engine if need be."""
    return not unavailable_reason()


def unavailable_reason() -> str:
    """Why formulas are not typeset here, with the remedy; "" when they are."""
    if os.environ.get("GEEKS_MATHJAX", "").strip().lower() == "off":
        return "switched off by GEEKS_MATHJAX=off"
    shared = _shared
    if shared.engine is None and not shared.problem:
        _in_worker(shared, lambda: _ready_engine(shared))
    return shared.problem


def typeset(
    formulas: Sequence[tuple[str, bool]], seconds: float = SECONDS_A_POST, drawn: Drawn | None = None
) -> list[Typeset]:
    """The formulas of one post, (TeX between the delimiters, is display), in document order.

    Macros, labels and colours live within this call only. Never raises: what cannot be typeset carries its `error`,
    and where there is no engine every answer is empty. Takes at most about `seconds` of CPU; a bulk job may allow more.
    `drawn` may know what the same post has drawn in its lines already.
    """
    if not formulas:
        return []
    shared = _shared
    stateful = any(defines(tex) for tex, _ in formulas)
    answers: list[Typeset | None] = [_refused_unseen(tex) for tex, _ in formulas]
    if not stateful:
        _look_up(shared.cache, formulas, answers, drawn)
    if any(answer is None for answer in answers):
        if unavailable_reason():
            return [Typeset() for _ in formulas]
        post = _Post(shared, formulas, answers, stateful, seconds)
        _in_worker(shared, post.run)
    return [answer or Typeset() for answer in answers]


def forget() -> None:
    """Drop engine and cache, and a remembered failure to boot; the next formula starts afresh."""
    shared = _shared

    def drop() -> None:
        shared.engine = None
        shared.problem = ""
        shared.slow.clear()
        shared.cache.clear()

    _in_worker(shared, drop)


class _Post:
    """One post on its way through the engine; `run`, in the worker, fills the gaps in `answers`."""

    def __init__(
        self,
        shared: _Shared,
        formulas: Sequence[tuple[str, bool]],
        answers: list[Typeset | None],
        stateful: bool,
        seconds: float,
    ) -> None:
        self.shared = shared
        self.formulas = [(_LOST.sub("\ufffd", tex), display) for tex, display in formulas]
        self.keys = formulas
        self.answers = answers
        self.stateful = stateful
        self.labels = any("\\label" in tex for tex, _ in formulas)
        self.seconds = seconds
        self.begun = (0.0, 0.0)
        self.robbed = 1.0  # seconds of the process's clock to one of this thread's
        self.engine: Engine | None = None

    def run(self) -> None:
        self.begun = (time.thread_time(), time.monotonic())
        later = []
        for number, answer in enumerate(self.answers):
            if answer is None and not self._settle(number, last=False):
                later.append(number)
        for number in later:
            self._settle(number, last=True)
        if self.shared.engine is not None and self.shared.engine.worn:
            self.shared.engine = None

    def _settle(self, number: int, last: bool) -> bool:
        """Answer one formula; False if it points to a label that may still come."""
        tex, display = self.formulas[number]
        if not self.stateful and (known := self.shared.cache.take(self.keys[number])) is not None:
            self.answers[number] = known  # the same formula stood earlier in this post
            return True
        until, error = self.shared.slow.get(tex, (0.0, ""))
        if time.monotonic() < until:
            self.answers[number] = Typeset(error=error)
            return True
        if self._left() <= 0 or not self._engine_for(number):
            reason = _TOO_SLOW if self.stateful else _NOT_YET
            self.answers[number] = Typeset() if self.shared.problem else Typeset(error=reason)
            return True
        assert self.engine is not None
        # An engine that was booted meanwhile may have used up the rest; less than nothing would be no limit.
        left, begun = max(0.0, self._left()), time.thread_time()
        seconds = min(SECONDS_A_FORMULA, left)
        try:
            raw = self.engine.typeset(number, tex, display, last, min(seconds * self.robbed, left))
        except Interrupted as interruption:
            self.shared.engine = self.engine = None
            used = time.thread_time() - begun
            if isinstance(interruption, OutOfTime) and self._robbed_of(seconds, used):
                return self._settle(number, last)
            if self._left() > 0 or used > ROBBED * SECONDS_A_FORMULA:  # else it may only have come too late
                self._note_slow(tex, str(interruption))
            self.answers[number] = Typeset(error=str(interruption))
            return True
        if raw.get("later"):
            return False
        answer = self.answers[number] = accepted(raw, self.engine.glyphs)
        if not self.stateful:
            self.shared.cache.keep(self.keys[number], answer)
        return True

    def _robbed_of(self, seconds: float, used: float) -> bool:
        """Whether a formula that was stopped had used much less than its time, and may have more of the process's."""
        before, more = self.robbed, seconds / max(used, 0.001) if used < ROBBED * seconds else 1.0
        self.robbed = min(MOST_ROBBED, before * more)
        return self.robbed > before

    def _note_slow(self, tex: str, error: str) -> None:
        self.shared.slow[tex] = (time.monotonic() + SLOW_FOR, error)
        while len(self.shared.slow) > 200:
            self.shared.slow.popitem(last=False)

    def _left(self) -> float:
        # CPU of this thread: a busy machine must not cost an author his formulas.
        cpu, wall = self.begun
        return min(self.seconds - (time.thread_time() - cpu), WALL * self.seconds - (time.monotonic() - wall))

    def _engine_for(self, number: int) -> bool:
        """Have an engine that knows what the formulas before `number` defined; False if there is no time for one."""
        if self.engine is not None:
            return True
        if self.shared.engine is None and self._left() < SECONDS_TO_BOOT:
            return False
        self.engine = _ready_engine(self.shared)
        if self.engine is None:
            return False
        try:
            self.engine.begin(labels=self.labels)
            for tex, display in self._definitions(number) if self.stateful else []:
                self.engine.replay(tex, display, min(SECONDS_A_FORMULA, max(0.0, self._left())))
        except Interrupted:
            self.shared.engine = self.engine = None
        return self.engine is not None

    def _definitions(self, number: int) -> list[tuple[str, bool]]:
        return [
            formula
            for formula, answer in zip(self.formulas[:number], self.answers, strict=False)
            if answer is not None and not answer.error and defines(formula[0])
        ]


def _in_worker(shared: _Shared, job: Callable[[], _T]) -> _T:
    """Run `job` in the engine's thread, after what waits there already."""
    with shared.lock:
        if shared.worker is None:
            before = threading.stack_size(THREAD_STACK)
            try:
                shared.worker = ThreadPoolExecutor(1, "mathjax")
                shared.worker.submit(int).result()  # the thread starts with its first job
            finally:
                threading.stack_size(before)
    with aside():
        return shared.worker.submit(job).result()


def _ready_engine(shared: _Shared) -> Engine | None:
    """The process's engine, booted if need be; None with `shared.problem` set. Only in the worker."""
    if shared.engine is None and not shared.problem:
        try:
            shared.engine = Engine()
        except EngineMissing as error:
            shared.problem = str(error)
            _log.error("Formulas are left to the browser: %s", error)
    return shared.engine


def _refused_unseen(tex: str) -> Typeset | None:
    if len(tex) > LONGEST:
        return Typeset(error=f"This formula has {len(tex):,} characters; at most {LONGEST:,} are typeset: split it")
    return None


def _look_up(
    cache: Cache, formulas: Sequence[tuple[str, bool]], answers: list[Typeset | None], drawn: Drawn | None
) -> None:
    for number, (tex, display) in enumerate(formulas):
        answer = answers[number] or cache.take((tex, display))
        if answer is None and drawn is not None and not display:
            answer = drawn(tex)
        answers[number] = answer
