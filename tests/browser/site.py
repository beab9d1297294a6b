"""A real site for browser tests: its own data folder, the demo content, `manage.py serve` with its worker."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
THREADS = 14  # of the demo: enough for every kind of page


@dataclass
class Site:
    """`folder` is DATA_DIR. Usable as `with Site(demo_folder(tmp_path_factory)) as site:`."""

    folder: Path
    port: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def logins(self) -> dict[str, str]:
        lines = (self.folder / "demo-logins.txt").read_text(encoding="utf-8").splitlines()
        return dict(line.split(" ", 1) for line in lines)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
        return {**kept, "DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "geeks.settings", **self.settings}

    def manage(self, *arguments: str, timeout: float = 300, **options: str) -> str:
        """Run a management command; its output. Fails the test with what it said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=timeout,
            **options,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fill(self, threads: int = THREADS, static: Path | None = None) -> None:
        """A database with a part of the demo, and the static files, or a copy of them; both at once, for they are
        slow."""
        if static:
            shutil.copytree(static, self.folder / "static")
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        collecting = None if static else subprocess.Popen(command, cwd=ROOT, env=self.environment())
        try:
            self.manage("migrate", "-v0")
            self.manage("seed", "--only", str(threads))
        finally:
            failed = collecting.wait(300) if collecting else 0
        assert not failed

    def start(self, workers: int = 1, **settings: str) -> Site:
        self.port = self.port or free_port()
        self.settings = {"SITE_URL": self.url, **self.settings, **settings}
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), "--workers", str(workers)]
        log = (self.folder / "serve.log").open("a")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log, text=True, start_new_session=True
        )
        self.wait()
        return self

    def revive(self) -> None:
        """Start again what has ended by itself, as a service manager does."""
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, (self.folder / "serve.log").read_text()[-3000:]
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError((self.folder / "serve.log").read_text()[-3000:])

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        code = self.process.wait(30)
        self.process = None
        return code

    def kill(self) -> None:
        """kill -9 of the whole site: supervisor, web processes and worker."""
        assert self.process is not None
        for pid in [*descendants(self.process.pid), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(30)
        self.process = None

    def __enter__(self) -> Site:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new DATA_DIR with the demo in it."""
    return Path(shutil.copytree(demo(tmp_path_factory), tmp_path_factory.mktemp("site"), dirs_exist_ok=True))


def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo that is filled once for all processes of a test run: copy what you need of it."""
    base = tmp_path_factory.getbasetemp()
    shared = Path(os.environ.get("TEST_SHARED") or (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base))
    filled = shared / "demo-site"
    with (shared / "demo-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (filled / "complete").exists():
            Site(filled).fill()
            (filled / "complete").touch()
    return filled


def descendants(pid: int) -> list[int]:
    """All processes under this one, the deepest first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [*descendants(int(child)), int(child)]
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
