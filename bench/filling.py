"""How long `fill` takes for a large site, from the rate at which it stores a part of one.

    python -m bench.filling [--questions 20000] [--on SQLite PostgreSQL]

The index is built by the worker afterwards and is not counted here (`bench.search_speed` measures `reindex`). Figures
go to build/bench.json under `filling`: minutes for a million questions with two million answers on the slower database.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench.pages import keep
from tests.browser.site import Site
from tests.cluster.servers import Postgres, folder_for_postgres
from tests.faults.sites import SERVER, running

MILLION = 1_000_000
MOST_MINUTES = 30.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=20_000)
    parser.add_argument("--on", nargs="+", choices=("SQLite", "PostgreSQL"), default=["SQLite", "PostgreSQL"])
    given = parser.parse_args()
    minutes: dict[str, float] = {}
    for database in given.on:
        with tempfile.TemporaryDirectory() as place:
            seconds = on_sqlite(place, given.questions) if database == "SQLite" else on_postgres(place, given.questions)
        minutes[database] = seconds * MILLION / given.questions / 60
        rate = given.questions / seconds
        print(f"{database}: {rate:,.0f} questions a second, a million in {minutes[database]:.0f} minutes")
    keep("filling", {**minutes, "minutes": max(minutes.values()), "questions": given.questions})
    return int(max(minutes.values()) > MOST_MINUTES)


def on_sqlite(place: str, questions: int) -> float:
    return filled(Site(Path(place)), questions)


def on_postgres(place: str, questions: int) -> float:
    folder = folder_for_postgres()
    try:
        with running(Postgres(folder, SERVER).make()) as server:
            return filled(Site(Path(place), settings={"DATABASE_URL": server.url}), questions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def filled(site: Site, questions: int) -> float:
    """Seconds that `fill` takes, its start included."""
    site.manage("migrate", "-v0")
    begun = time.perf_counter()
    site.manage("fill", "--questions", str(questions), "--seed", "1")
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
