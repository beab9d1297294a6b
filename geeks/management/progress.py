"""How long work shows where it is: a line that renews itself on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from typing import Any

TERMINAL_SECONDS = 0.2
FILE_SECONDS = 10.0
WIDTH = 24


class Progress:
    """`with Progress(stdout, "rendered", total=n) as progress: progress.at(done)`; total 0 is unknown."""

    def __init__(self, out: Any, verb: str, total: int = 0) -> None:
        self.out, self.verb, self.total = out, verb, total
        self.terminal = bool(getattr(out, "isatty", lambda: False)())
        self.started = self.shown = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.terminal:
            self.out.write("\r\033[K", ending="")

    def at(self, done: int) -> None:
        now = time.monotonic()
        if now - self.shown < (TERMINAL_SECONDS if self.terminal else FILE_SECONDS):
            return
        self.shown = now
        if self.terminal:
            self.out.write(f"\r\033[K{self.line(done, now)}", ending="")
            self.out.flush()
        else:
            self.out.write(self.line(done, now))

    def line(self, done: int, now: float) -> str:
        rate = done / max(now - self.started, 1e-6)
        if not self.total:
            return f"{done:,} {self.verb}, {rate:,.0f} a second"
        filled = min(WIDTH, WIDTH * done // self.total)
        left = (self.total - done) / rate if rate else 0
        bar = "#" * filled + "." * (WIDTH - filled)
        return f"[{bar}] {done:,} of {self.total:,} {self.verb}, {rate:,.0f} a second, {left:,.0f} s left"
