"""One JavaScript context with MathJax in it: boots it from the installed files, feeds it formulas, stops it in time.

The context runs inside the process (quickjs-ng), without Node. Whoever holds an `Engine` keeps other threads away from
it, and throws it away once `worn` is true or `Interrupted` was raised: after an interruption MathJax's inside is in no
known state.
"""

import json
from pathlib import Path
from typing import Any

from geeks import assets

try:
    import quickjs
except ImportError:  # no wheel for this platform: pages leave the formulas to the browser
    quickjs = None

MEMORY = 128 * 1024 * 1024
STACK = 4 * 1024 * 1024  # what nested formulas may use; the calling thread must have it
# An engine holds 8 to 12 MB after its first formulas as after 20,000; what would make one grow all the same is seen at
# the next look. Booting again costs 0.1 to 0.4 s, which somebody waits for.
FORMULAS_A_LIFE = 20_000
FORMULAS_A_LOOK = 1_000
FULL = 48 * 1024 * 1024
SCRIPTS = tuple((Path(__file__).parent / "js" / f"{name}.js") for name in ("boot", "svg", "mathml", "post"))


class EngineMissing(RuntimeError):
    """MathJax cannot be started here; the sentence says why and what to do."""


class Interrupted(RuntimeError):
    """A formula used up its time or memory; the sentence is for the author. The engine is dead."""


class OutOfTime(Interrupted):
    """It used up its time, or other threads did: QuickJS looks at the clock of the whole process."""


class Engine:
    """A booted MathJax. Raises EngineMissing when it cannot boot."""

    def __init__(self) -> None:
        if quickjs is None:
            raise EngineMissing("the Python package quickjs-ng is not installed: run make setup")
        self.glyphs: dict[str, str] = {}
        self.count = 0
        self.changed = self.full = False
        try:
            self._boot()
        except (OSError, quickjs.JSException) as error:
            raise EngineMissing(f"MathJax does not start: {error}") from error

    @property
    def worn(self) -> bool:
        return self.changed or self.full or self.count >= FORMULAS_A_LIFE

    def begin(self, *, labels: bool) -> None:
        """Forget macros, labels and colours of the last post. `labels`: equations keep ids to be linked to.
        Raises Interrupted if even that fails."""
        self._limited(1.0, self._begin, labels)

    def typeset(self, number: int, tex: str, display: bool, last: bool, seconds: float) -> dict[str, Any]:
        """One formula as js/post.js answers it. `number` names it within the post, `last` ends the wait for labels
        that come later, `seconds` is the CPU time that the process may use meanwhile; Interrupted beyond."""
        self.count += 1
        for _ in range(5):  # an extension may want another one
            answer: dict[str, Any] = json.loads(self._limited(seconds, self._typeset, number, tex, display, last))
            if not answer.get("wait"):
                break
            self._limited(-1, self._feed)
        self.glyphs.update(answer.pop("glyphs", {}))
        self.changed = self.changed or bool(answer.get("changed"))
        if self.count % FORMULAS_A_LOOK == 0:
            self.full = self._context.memory()["malloc_size"] > FULL
        return answer

    def replay(self, tex: str, display: bool, seconds: float) -> None:
        """Take over a formula's definitions without typesetting it."""
        self._limited(seconds, self._replay, tex, display)

    def _boot(self) -> None:
        self._context = quickjs.Context()
        self._context.set_memory_limit(MEMORY)
        self._context.set_max_stack_size(STACK)
        for script in SCRIPTS:
            self._context.eval(script.read_text(encoding="utf-8"))
        self._context.eval(assets.read("mathjax/startup.js"))
        self._feed()
        failed = json.loads(self._context.eval("JSON.stringify(files.failed)"))
        if failed or not self._context.eval("!!(MathJax.startup && MathJax.startup.document)"):
            raise EngineMissing(f"MathJax does not start: {'; '.join(failed) or 'no document'}")
        self._typeset = self._context.eval("post.typeset")
        self._begin = self._context.eval("post.begin")
        self._replay = self._context.eval("post.replay")

    def _feed(self) -> None:
        """Hand over the files that MathJax asked for, until it asks no more."""
        give = self._context.eval("files.give")
        self._finish_jobs()
        while names := json.loads(self._context.eval("files.names()")):
            for name in names:
                problem = ""
                try:
                    self._context.eval(assets.read(name))
                except FileNotFoundError as error:
                    problem = str(error)
                give(name, problem)
            self._finish_jobs()

    def _finish_jobs(self) -> None:
        while self._context.execute_pending_job():
            pass

    def _limited(self, seconds: float, function: Any, *arguments: Any) -> Any:
        # quickjs lets other Python threads run while a limited call is under way.
        self._context.set_time_limit(seconds if seconds < 0 else max(seconds, 0.01))
        try:
            return function(*arguments)
        except quickjs.JSException as error:
            words = str(error)
            if "interrupted" in words:
                raise OutOfTime("This formula takes too long to typeset: simplify or split it") from error
            if "out of memory" in words:
                raise Interrupted("This formula needs too much memory to typeset: simplify or split it") from error
            raise Interrupted("This formula stopped MathJax: simplify or split it") from error
