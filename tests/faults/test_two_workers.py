"""Two workers on one data folder: one waits for the other, takes over when it is killed, and no post is missed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.browser.client import Client, ask
from tests.browser.site import ROOT, Site
from tests.cluster.servers import until
from tests.faults.rounds import settled, worker_of


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


@pytest.fixture
def site(sites) -> Iterator[Site]:
    with sites.on("SQLite") as site:
        yield site.start()


@pytest.fixture
def second(site) -> Iterator[subprocess.Popen]:
    log = (site.folder / "second.log").open("w")
    command = [sys.executable, "manage.py", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env=site.environment(), stdout=log, stderr=log)
    yield worker
    worker.kill()
    worker.wait(30)
    log.close()


def test_two_workers_do_each_others_work_and_never_both(site, second):
    her = Client(site.url).sign_in("ada", site.logins["ada"])
    for _ in range(3):
        word = f"w{uuid4().hex[:12]}"
        ask(her, f"Who indexes {word}?", "Whoever has the lock, and the other one when that dies.")
        until(lambda word=word: "post-summary" in Client(site.url).get(f"/search?q={word}").text, "it is found", 30)
        assert second.poll() is None
        os.kill(until(lambda: worker_of(site), "a worker runs"), signal.SIGKILL)
    second.terminate()
    assert second.wait(30) == 0
    assert settled(site) == "no differences; no differences"
    said = (site.folder / "second.log").read_text() + (site.folder / "serve.log").read_text()
    assert "Traceback" not in said
    assert "rebuilding the search index" not in said, "what one had done the other went on from"
