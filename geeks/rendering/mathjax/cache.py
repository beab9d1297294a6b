"""Single formulas that were typeset before: of posts that define nothing, where the same TeX always looks the same."""

from __future__ import annotations

import threading
from collections import OrderedDict

from geeks.rendering.mathjax.result import Typeset

MOST = 8 * 1024 * 1024  # bytes: 5,000 short formulas; with what lies between them a process grows by half as much again

Formula = tuple[str, bool]  # TeX between the delimiters, is display


class Cache:
    """At most MOST bytes, shared by all threads of a process; what was asked for longest ago goes first."""

    def __init__(self) -> None:
        self.bytes = 0
        self._lock = threading.Lock()
        self._found: OrderedDict[Formula, Typeset] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def take(self, formula: Formula) -> Typeset | None:
        with self._lock:
            found = self._found.get(formula)
            if found is not None:
                self._found.move_to_end(formula)
            return found

    def keep(self, formula: Formula, answer: Typeset) -> None:
        with self._lock:
            if formula not in self._found:
                self._found[formula] = answer
                self.bytes += _bytes(formula, answer)
            while self.bytes > MOST:
                self.bytes -= _bytes(*self._found.popitem(last=False))

    def clear(self) -> None:
        with self._lock:
            self._found.clear()
            self.bytes = 0


def _bytes(formula: Formula, answer: Typeset) -> int:
    return answer.weight + len(formula[0])
