"""What `make run` does before it serves: database, static files and, the first time, the demo content.

Everything here may be run again: what is there already is left alone.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geeks.settings")

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

WATCHED = ("static", "package-lock.json", "requirements.txt", "geeks/assets.py", "geeks/staticfiles.py")


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    collect()
    seeded = settings.DATA_DIR / "seeded"
    if not seeded.exists():
        # In a process of its own: this one must stay without a typesetting engine before the server forks.
        if subprocess.run([sys.executable, str(ROOT / "manage.py"), "seed"], check=False).returncode:
            sys.exit(1)
        seeded.touch()
    else:
        logins = settings.DATA_DIR / "demo-logins.txt"
        if logins.exists():
            print(f"Demo people sign in as in {logins}:\n{logins.read_text(encoding='utf-8')}", end="", flush=True)


def collect() -> None:
    """Static files with hashed names, only when one of them changed since the last time."""
    stamp = settings.DATA_DIR / "static-version"
    now = fingerprint()
    if settings.STATIC_ROOT.exists() and stamp.exists() and stamp.read_text() == now:
        return
    print("Preparing static files ...", flush=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)


def fingerprint() -> str:
    digest = hashlib.sha256()
    for name in WATCHED:
        path = ROOT / name
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in files:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
