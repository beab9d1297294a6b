"""What web processes have in common is loaded before they are forked: all that they need, nothing that they do not, and
nothing that two processes must not share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOAD = """
import gc, json, os, sys, threading
from geeks import webserver
webserver.load()
from django.db import connections
before = set(sys.modules)
import geeks.wsgi
print(json.dumps({
    "modules": sorted(before),
    "later": sorted(set(sys.modules) - before),
    "threads": [thread.name for thread in threading.enumerate() if thread.name != "slow clients"],
    "open": [one.alias for one in connections.all(initialized_only=True) if one.connection is not None],
    "files": [os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")],
    "frozen": gc.get_freeze_count(),
    "tracked": len(gc.get_objects()),
}))
"""
# What only commands, tests or some sites need, and what it costs to find one of them here: megabytes in every process.
NOT_NEEDED = (
    *("redis", "psycopg", "pytest", "playwright", "py7zr", "tqdm", "IPython", "numpy"),
    *("geeks.caches.shared", "geeks.dumps", "geeks.management", "bench", "tests"),
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, "DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout), "folder": str(folder)}


def test_all_of_the_site_is_loaded_before_the_fork(loaded):
    assert "geeks.urls" in loaded["modules"]
    own = {"ctypes", "_ctypes", "ctypes._endian", "geeks.wsgi", "geeks.orphans", "geeks.middleware.slow_clients"}
    assert set(loaded["later"]) <= own
    assert loaded["frozen"] > 10 * loaded["tracked"]


def test_a_web_process_loads_nothing_that_it_does_not_need(loaded):
    assert [name for name in loaded["modules"] if name in NOT_NEEDED] == []


def test_nothing_is_opened_before_the_fork(loaded):
    assert loaded["open"] == []
    assert [name for name in loaded["files"] if name.startswith(loaded["folder"])] == []
    # quickjs starts an idle thread for something that we do not use; no web process inherits it.
    assert [name for name in loaded["threads"] if not name.startswith("quickjs")] == ["MainThread"]
