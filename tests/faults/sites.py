"""Sites that a test breaks: on SQLite, or on a PostgreSQL of their own, with the demo's people and a few posts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.site import Site, demo_folder
from tests.cluster.servers import Postgres, folder_for_postgres

SERVER = "server"  # the folder of a server's data


class Sites:
    """Makes sites that are not started yet, each with data of its own."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self.folders = folders
        self.filled: Path | None = None  # holds a PostgreSQL with the demo in it, stopped: others are copies of it

    @contextmanager
    def on(self, database: str, **settings: str) -> Iterator[Site]:
        """`database`: SQLite or PostgreSQL."""
        if database == "SQLite":
            with stopped_at_the_end(Site(demo_folder(self.folders), settings=settings)) as site:
                yield site
            return
        place = folder_for_postgres()
        try:
            with self.server_in(place) as server:
                site = Site(demo_folder(self.folders), settings={**settings, "DATABASE_URL": server.url})
                shutil.rmtree(site.folder / "search", ignore_errors=True)
                with stopped_at_the_end(site):
                    yield site
        finally:
            shutil.rmtree(place, ignore_errors=True)

    @contextmanager
    def server_in(self, place: Path) -> Iterator[Postgres]:
        """A running server with the demo, its data in this folder."""
        if self.filled is None:
            self.filled = folder_for_postgres()
            self._fill(self.filled)
        subprocess.run(["cp", "-a", str(self.filled / SERVER), str(place)], check=True)
        with running(Postgres(place, SERVER).moved()) as server:
            yield server

    def _fill(self, place: Path) -> None:
        """The demo goes from SQLite into it, by way of a backup."""
        folder = demo_folder(self.folders)
        Site(folder).manage("backup", str(folder / "demo.zip"))
        with running(Postgres(place, SERVER).make()) as server:
            Site(folder, settings={"DATABASE_URL": server.url}).manage("restore", str(folder / "demo.zip"))


@contextmanager
def running(server: Postgres) -> Iterator[Postgres]:
    server.start()
    try:
        yield server
    finally:
        server.stop("fast")


@contextmanager
def stopped_at_the_end(site: Site) -> Iterator[Site]:
    try:
        yield site
    finally:
        if site.process is not None:
            site.kill()
