"""Sites that a test breaks: one on SQLite, one on a PostgreSQL of its own, with the demo's people and a few posts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.site import Site, demo_folder
from tests.cluster.servers import Postgres, folder_for_postgres


@contextmanager
def site_on(database: str, folders: pytest.TempPathFactory, **settings: str) -> Iterator[Site]:
    """A site that is not started yet. `database`: SQLite or PostgreSQL."""
    folder = demo_folder(folders)
    if database == "SQLite":
        with stopped_at_the_end(Site(folder, settings=settings)) as site:
            yield site
        return
    with (
        postgres() as server,
        stopped_at_the_end(Site(folder, settings={**settings, "DATABASE_URL": server.url})) as site,
    ):
        moved(folder, site)
        yield site


@contextmanager
def postgres() -> Iterator[Postgres]:
    folder = folder_for_postgres()
    server = Postgres(folder, "server").make().start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def stopped_at_the_end(site: Site) -> Iterator[Site]:
    try:
        yield site
    finally:
        if site.process is not None:
            site.kill()


def moved(folder: Path, site: Site) -> None:
    """The demo of this folder into the empty database of `site`."""
    Site(folder).manage("backup", str(folder / "demo.zip"))
    site.manage("restore", str(folder / "demo.zip"))
    shutil.rmtree(folder / "search", ignore_errors=True)
