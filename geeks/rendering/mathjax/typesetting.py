"""Typesets the formulas of one post: the lock, the cache, the limits, and a fresh engine after an accident.

One engine a process, booted by the first formula (so never before a fork) and used under a lock. Posts that define
nothing take single formulas from a cache; posts with macros or labels are typeset whole, in document order.
"""

import logging
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from geeks.rendering.mathjax import alignment, gate
from geeks.rendering.mathjax.engine import Engine, EngineMissing, Interrupted
from geeks.rendering.mathjax.result import Typeset

LONGEST = 4_000  # characters of one formula
SECONDS_A_FORMULA = 1.0
SECONDS_A_POST = 2.2  # leaves the rest of 3 s to Markdown
SECONDS_TO_BOOT = 0.4
WIDEST = 200.0  # ex, of a drawing's width and height
HEAVIEST = 200_000  # characters of one formula's SVG and MathML
CACHE_BYTES = 16 * 1024 * 1024

# A formula that defines or refers to something; then the order of the post's formulas matters.
_STATEFUL = re.compile(
    r"\\(?:(?:re|provide)?newcommand|newenvironment|renewenvironment|newcolumntype|providecommand|renewcommand|def|gdef|"
    r"let|global|begingroup|endgroup|DeclareMathOperator|Declare[A-Z]\w*|Newextarrow|definecolor|label|eqref|ref|"
    r"require|unicode)(?![A-Za-z])"
)
_LOST = re.compile("[\0\ud800-\udfff]")  # what JavaScript cannot be handed
_TOO_SLOW = "The formulas of this text take too long to typeset: split the text, or simplify its formulas"

_log = logging.getLogger(__name__)


class _Shared:
    """What the threads of one process share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.engine: Engine | None = None
        self.problem = ""
        self.cache_lock = threading.Lock()
        self.cache: OrderedDict[tuple[str, bool], Typeset] = OrderedDict()
        self.cache_bytes = 0


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


def available() -> bool:
    """Whether formulas are typeset here; boots the engine if need be."""
    return not unavailable_reason()


def unavailable_reason() -> str:
    """Why formulas are not typeset here, with the remedy; "" when they are."""
    if os.environ.get("GEEKS_MATHJAX", "").strip().lower() == "off":
        return "switched off by GEEKS_MATHJAX=off"
    shared = _shared
    if shared.engine is None and not shared.problem:
        with shared.lock:
            _ready_engine(shared)
    return shared.problem


def typeset(formulas: Sequence[tuple[str, bool]]) -> list[Typeset]:
    """The formulas of one post, (TeX between the delimiters, is display), in document order.

    Macros, labels and colours live within this call only. Never raises: what cannot be typeset carries its `error`,
    and where there is no engine every answer is empty. Takes at most about `SECONDS_A_POST` seconds.
    """
    if not formulas:
        return []
    shared = _shared
    stateful = any(_STATEFUL.search(tex) for tex, _ in formulas)
    answers: list[Typeset | None] = [_refused_unseen(tex) for tex, _ in formulas]
    if not stateful:
        _look_up(shared, formulas, answers)
    if any(answer is None for answer in answers):
        if unavailable_reason():
            return [Typeset() for _ in formulas]
        with shared.lock:
            _Post(shared, formulas, answers, stateful).run()
    return [answer or Typeset() for answer in answers]


def forget() -> None:
    """Drop engine and cache, and a remembered failure to boot; the next formula starts afresh."""
    with _shared.lock, _shared.cache_lock:
        _shared.engine = None
        _shared.problem = ""
        _shared.cache.clear()
        _shared.cache_bytes = 0


class _Post:
    """One post on its way through the engine; fills the gaps in `answers`. The caller holds the lock."""

    def __init__(
        self,
        shared: _Shared,
        formulas: Sequence[tuple[str, bool]],
        answers: list[Typeset | None],
        stateful: bool,
    ) -> None:
        self.shared = shared
        self.formulas = [(_LOST.sub("\ufffd", tex), display) for tex, display in formulas]
        self.keys = formulas
        self.answers = answers
        self.stateful = stateful
        self.labels = any("\\label" in tex for tex, _ in formulas)
        self.deadline = time.monotonic() + SECONDS_A_POST
        self.engine: Engine | None = None

    def run(self) -> None:
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
        if not self.stateful and _take(self.shared, self.keys[number], self.answers, number):
            return True  # the same formula stood earlier in this post
        if self._left() <= 0 or not self._engine_for(number):
            self.answers[number] = Typeset(error=_TOO_SLOW) if not self.shared.problem else Typeset()
            return True
        assert self.engine is not None
        try:
            raw = self.engine.typeset(number, tex, display, last, min(SECONDS_A_FORMULA, self._left()))
        except Interrupted as error:
            self.shared.engine = self.engine = None
            self.answers[number] = Typeset(error=str(error))
            return True
        if raw.get("later"):
            return False
        answer = self.answers[number] = _accepted(raw, self.engine.glyphs)
        if not self.stateful:
            _keep(self.shared, self.keys[number], answer)
        return True

    def _left(self) -> float:
        return self.deadline - time.monotonic()

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
                self.engine.replay(tex, display, min(SECONDS_A_FORMULA, self._left()))
        except Interrupted:
            self.shared.engine = self.engine = None
        return self.engine is not None

    def _definitions(self, number: int) -> list[tuple[str, bool]]:
        return [
            formula
            for formula, answer in zip(self.formulas[:number], self.answers, strict=False)
            if answer is not None and not answer.error and _STATEFUL.search(formula[0])
        ]


def _ready_engine(shared: _Shared) -> Engine | None:
    """The process's engine, booted if need be; the caller holds the lock."""
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


def _accepted(raw: dict[str, Any], outlines: dict[str, str]) -> Typeset:
    """The engine's answer as a result, if it keeps to the limits and to the lists of gate.py."""
    if raw.get("error"):
        return Typeset(error=str(raw["error"])[:500])
    try:
        sizes = [float(raw[key].removesuffix("ex")) for key in ("width", "height") if raw[key] != "100%"]
        sizes.append(float(raw["least"] or 0))
        depth = float(raw["depth"])
    except ValueError:
        return Typeset(error="MathJax gave this formula no size")
    if max(sizes) > WIDEST or abs(depth) > WIDEST:
        return Typeset(error=f"This formula is {max(*sizes, abs(depth)):.0f} ex large; at most {WIDEST:.0f} are shown")
    placed = alignment.width_class(float(raw["least"])) if raw["least"] else alignment.depth_class(depth)
    svg = "".join(
        [
            "<svg",
            f' class="{placed}"' if placed else "",
            f' width="{raw["width"]}" height="{raw["height"]}"',
            f' viewBox="{raw["box"]}"' if raw["box"] else "",
            f' aria-hidden="true" focusable="false">{raw["body"]}</svg>',
        ]
    )
    if len(svg) + len(raw["mathml"]) > HEAVIEST:
        return Typeset(error=f"This formula makes more than {HEAVIEST // 1000} KB: split it")
    glyphs = {name: outlines[name] for name in raw["ids"]}
    if not gate.svg_is_allowed(svg) or not gate.mathml_is_allowed(raw["mathml"]):
        return Typeset(error="This formula uses something that is not allowed here")
    return Typeset(svg, glyphs, raw["mathml"])


def _look_up(shared: _Shared, formulas: Sequence[tuple[str, bool]], answers: list[Typeset | None]) -> None:
    for number, formula in enumerate(formulas):
        if answers[number] is None:
            _take(shared, formula, answers, number)


def _take(shared: _Shared, key: tuple[str, bool], answers: list[Typeset | None], number: int) -> bool:
    with shared.cache_lock:
        found = shared.cache.get(key)
        if found is not None:
            shared.cache.move_to_end(key)
            answers[number] = found
    return found is not None


def _keep(shared: _Shared, key: tuple[str, bool], answer: Typeset) -> None:
    with shared.cache_lock:
        if key not in shared.cache:
            shared.cache[key] = answer
            shared.cache_bytes += answer.weight + len(key[0])
        while shared.cache_bytes > CACHE_BYTES:
            (tex, _), old = shared.cache.popitem(last=False)
            shared.cache_bytes -= old.weight + len(tex)
