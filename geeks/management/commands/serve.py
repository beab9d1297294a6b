"""`manage.py serve`: the web server and the background worker under one process.

The web is granian in WSGI mode (about 0.3 ms a request beside the view, half of gunicorn's); the worker is
`manage.py worker`. SIGTERM and Ctrl-C end both, after the requests under way. If the worker dies it is started again;
if the web server dies the command ends, so that whoever supervises it sees it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from geeks import environment, orphans

GRACE_SECONDS = 15
WORKER_NICENESS = 10


class Command(BaseCommand):
    help = "Serves the site: web server and background worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=environment.text("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=environment.number("PORT", 8000))
        parser.add_argument("--workers", type=int, default=settings.WORKERS, help="web processes")

    def handle(self, *args: Any, host: str, port: int, workers: int, **options: Any) -> None:
        check_free(host, port)
        check_migrated()
        check_static()
        connection.close()
        stopping = Stopping()
        web, worker = start(web_command(host, port, max(1, workers), settings.THREADS)), start_behind()
        born, announced = time.monotonic(), False
        try:
            while not stopping.asked and web.poll() is None:
                if not announced and answers(host, port):
                    announced = True
                    self.stdout.write(f"Serving on http://{shown(host)}:{port} (Ctrl-C stops)")
                    self.stdout.flush()
                if worker.poll() is not None and time.monotonic() - born > 1:
                    self.stderr.write(f"The background worker ended ({worker.returncode}); starting it again.")
                    worker, born = start_behind(), time.monotonic()
                time.sleep(0.1)
        finally:
            end(web)
            end(worker)
        if not stopping.asked:
            why = "its last lines above say why" if web.returncode else "somebody told it to"
            raise CommandError(f"The web server ended by itself ({web.returncode}); {why}.")
        self.stdout.write("Stopped.")


class Stopping:
    """Notes SIGTERM and SIGINT; a second one does nothing more."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, *_: object) -> None:
        self.asked = True


def web_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    return [
        *(sys.executable, "-m", "geeks.webserver", "geeks.wsgi:application", "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        # More than run at once: those that wait for their turn or for a slow sender must not hold up the others.
        *("--blocking-threads", str(threads), "--no-ws", "--respawn-failed-workers"),
        *("--workers-kill-timeout", str(GRACE_SECONDS), "--log-level", "error", "--no-access-log"),
    ]


def worker_command() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]


def lean() -> dict[str, str]:
    """The environment of our children. The C library gives threads memory from up to eight heaps a core, and what one
    of them gave back the others cannot use: with two, web processes stay a tenth smaller and do not grow."""
    return {"MALLOC_ARENA_MAX": "2", **os.environ, orphans.SERVED: "1"}


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child with a session of its own, so that Ctrl-C reaches it only through us, once."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command, cwd=settings.BASE_DIR, env=lean(), start_new_session=True, preexec_fn=orphans.end_with_parent
    )


def start_behind() -> subprocess.Popen[bytes]:
    """The worker. Where processors are short, people who wait for a page go before the index, which catches up; it
    keeps a tenth of a processor all the same."""
    worker = start(worker_command())
    with suppress(OSError):  # it ended at once, or this system has no such thing
        os.setpriority(os.PRIO_PROCESS, worker.pid, WORKER_NICENESS)
        # Where Linux shares processors out among sessions first, it is the session that must be nice.
        Path(f"/proc/{worker.pid}/autogroup").write_text(str(WORKER_NICENESS), encoding="ascii")
    return worker


def end(child: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the child, time for the requests under way, then SIGKILL to all of its processes."""
    if child.poll() is None:
        child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE_SECONDS)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def shown(host: str) -> str:
    """A host as it stands in an address; what listens everywhere is shown by a name that works here."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"[{host}]" if ":" in host else host


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((shown(host).strip("[]"), port), timeout=0.5).close()
    except OSError:
        return False
    return True


def check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise CommandError(
            f"Cannot listen on {host}:{port} ({error}). Stop what uses it, or choose another with --port or PORT=."
        ) from None


def check_migrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database is not up to date. Run `manage.py migrate` (or `make setup`) first.")


def check_static() -> None:
    if not staticfiles_storage.read_manifest():
        raise CommandError("Styles and scripts are missing. Run `make setup` (or `manage.py collectstatic`) first.")
