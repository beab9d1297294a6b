"""`kill -9` under write load: nothing that was acknowledged is lost. `python -m bench.faults` runs thirty rounds."""

from __future__ import annotations

import pytest

from tests.faults.rounds import TARGETS, Storm, settled


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
