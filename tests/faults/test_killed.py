"""`kill -9` under write load: nothing that was acknowledged is lost. `python -m bench.faults` runs thirty rounds."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.cluster.servers import until
from tests.faults.rounds import TARGETS, Storm, children, settled, web_of


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_nothing_acknowledged_is_lost_when_processes_are_killed(database, sites):
    with sites.on(database) as site:
        storm = Storm(site.start(), seed=1)
        storm.run(len(TARGETS), told=print)
        assert settled(site) == "no differences; no differences"
        print(f"{storm.ledger.acknowledged} acts acknowledged; not taken: {dict(storm.ledger.refused)}")
        assert "Traceback" not in (site.folder / "serve.log").read_text()


def test_no_web_process_outlives_its_parents_and_keeps_the_port(sites):
    with sites.on("SQLite") as site:
        site.start()
        serve, web, everybody = site.process, web_of(site), children(site)
        parent = int(Path(f"/proc/{web}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(serve.pid, signal.SIGSTOP)  # else it would end the others
        os.kill(parent, signal.SIGKILL)
        os.kill(serve.pid, signal.SIGKILL)
        serve.wait(30)
        until(lambda: not [pid for pid in everybody if Path(f"/proc/{pid}").exists()], "all of them end")
        site.start()
