"""Other processes that work on the database of a test: where they find it, and waiting for what they do."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path) -> dict[str, str]:
    """The environment of a site with its data in `folder` and this test's tables. On PostgreSQL that is the test's own
    database; SQLite's lives in this process, so there it is a file with a copy of it."""
    given = {**os.environ, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "geeks.settings"}
    if connection.vendor == "sqlite":
        given.pop("DATABASE_URL", None)
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / "db.sqlite3")) as file:
            connection.connection.backup(file)
        return given
    server = urlsplit(os.environ["DATABASE_URL"])
    return {**given, "DATABASE_URL": server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()}


def until(holds: Callable[[], object], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.05)
