"""Ctrl-C and SIGTERM while something is done that must not be left half done."""

from __future__ import annotations

import signal
import threading
from typing import Any


class Stopping:
    """`with Stopping() as stopping`: both signals raise KeyboardInterrupt. Between `hold` and `release` they are only
    noted. Other threads than the main one get no signals: there it does nothing."""

    def __init__(self) -> None:
        self._held = self._noted = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stopping:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                # What is ignored stays so, as under nohup; None is a handler that Python could not put back.
                if (handler := signal.getsignal(number)) not in (signal.SIG_IGN, None):
                    self._before[number] = handler
                    signal.signal(number, self._came)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def hold(self) -> None:
        self._held = True

    def release(self) -> None:
        """Raises KeyboardInterrupt when one came meanwhile."""
        self._held = False
        if self._noted:
            self._noted = False
            raise KeyboardInterrupt

    def _came(self, *_: object) -> None:
        if not self._held:
            raise KeyboardInterrupt
        self._noted = True
