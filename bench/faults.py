"""Kills a site again and again while people write, and proves after each round that nothing acknowledged is lost.

Usage: python -m bench.faults [--rounds 30] [--seed 1] [--on SQLite PostgreSQL]
Real sites on real servers in temporary folders. Each round kills the web process, the worker or everything (`kill -9`)
at a moment that the seed chooses, then looks at every row that was acknowledged so far. At the end `recount` and
`reindex --check` must find nothing. Exits with 1 when anything is lost, torn, stored twice or wrong.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tests.browser.site import Site
from tests.cluster.servers import Postgres, folder_for_postgres
from tests.faults.rounds import TARGETS, Round, Storm, settled
from tests.faults.sites import SERVER, running, stopped_at_the_end

DATABASES = ("SQLite", "PostgreSQL")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", nargs="+", choices=DATABASES, default=DATABASES)
    given = parser.parse_args()
    failed = 0
    for database in given.on:
        print(f"{database}, {given.rounds} rounds, seed {given.seed}", flush=True)
        try:
            one(database, given.rounds, given.seed)
        except AssertionError as error:
            print(f"FAILED: {error}", flush=True)
            failed = 1
    return failed


def one(database: str, rounds: int, seed: int) -> None:
    with tempfile.TemporaryDirectory(prefix="geeks-faults-") as folder:
        if database == "SQLite":
            storm(Site(Path(folder)), rounds, seed)
            return
        place = folder_for_postgres()
        with running(Postgres(place, SERVER).make()) as server:
            storm(Site(Path(folder), settings={"DATABASE_URL": server.url}), rounds, seed)
        shutil.rmtree(place)


def storm(site: Site, rounds: int, seed: int) -> None:
    done: list[Round] = []

    def told(one: Round) -> None:
        done.append(one)
        print(one, flush=True)

    site.fill(threads=2)
    with stopped_at_the_end(site):
        blowing = Storm(site.start(), seed)
        blowing.run(rounds, told)
        said = settled(site)
        assert said == "no differences; no differences", said
        assert "Traceback" not in (log := (site.folder / "serve.log").read_text()), log[-3000:]
    for target in TARGETS:
        seconds = [one.seconds for one in done if one.target == target]
        if seconds:
            print(
                f"{target:10} {len(seconds)} kills, next act after {statistics.median(seconds):.1f} s (median), "
                f"{max(seconds):.1f} s (longest)"
            )
    print(f"{blowing.ledger.acknowledged} acts acknowledged, 0 lost, 0 torn, 0 stored twice; {said}")
    print(f"not taken while processes were away: {dict(blowing.ledger.refused)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
