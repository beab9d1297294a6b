"""No process outlives the one that started it: a web process left over would keep the port from the next `serve`."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
SERVED = "GEEKS_SERVED"  # in the environment of what `serve` starts


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """On Linux this process gets that signal when its parent is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def end_web_with_parent() -> None:
    """The same for a web process under `serve`, whose parent may have been killed before this is asked for."""
    if os.environ.get(SERVED):
        end_with_parent(signal.SIGKILL)
        if sys.platform == "linux" and os.getppid() == 1:
            os.kill(os.getpid(), signal.SIGKILL)
