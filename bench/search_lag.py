"""Prints how long a change takes until a search shows it: posted, edited, deleted, restored, through the real worker.

Usage: python -m bench.search_lag [--rounds 50] [--seed 1] [--here]
Twice, on SQLite and on PostgreSQL; with `--here` once, in the empty database that DATABASE_URL names. The site is made
in a temporary folder, with `manage.py worker` following it. Time runs from the end of the act's transaction until
another process, this one, finds the post, or no longer finds it.
Exits with 1 when the 95th percentile of an act is above the target.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from bench.postgres import postgres
from geeks.search import open_backend, parse

ROOT = Path(__file__).resolve().parent.parent
TARGET_SECONDS = 1.0
GIVE_UP_SECONDS = 60.0
LOOK_SECONDS = 0.002  # between two looks
PAUSE_SECONDS = 0.25  # at most, between two acts: so that they do not come in step with the worker


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", action="store_true", help="on the database that DATABASE_URL names, or SQLite")
    given = parser.parse_args()
    return one(given) if given.here else both(sys.argv[1:])


def both(arguments: list[str]) -> int:
    """Each in a process of its own; 1 when one of them missed a target."""
    command = [sys.executable, "-m", "bench.search_lag", "--here", *arguments]
    print("SQLite", flush=True)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    missed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    with postgres() as server:
        print("PostgreSQL", flush=True)
        environment["DATABASE_URL"] = server.database()
        return missed | subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def one(given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="geeks.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=os.environ)
        try:
            lags = measure(given.rounds, random.Random(given.seed))
        finally:
            worker.terminate()
            worker.wait(30)
    missed = False
    for act, seconds in lags.items():
        p95 = sorted(seconds)[max(0, math.ceil(len(seconds) * 0.95) - 1)]
        missed |= p95 > TARGET_SECONDS
        said = "MISSED" if p95 > TARGET_SECONDS else "reached"
        print(
            f"{act:9} {len(seconds)} times  p50 {statistics.median(seconds):.3f} s  p95 {p95:.3f} s  "
            f"most {max(seconds):.3f} s  target {TARGET_SECONDS:.0f} s {said}"
        )
    return int(missed)


def measure(rounds: int, chance: random.Random) -> dict[str, list[float]]:
    """Seconds until each act shows, `rounds` of each."""
    questions = apps.get_model("geeks", "Question").objects
    if questions.exists():
        sys.exit("The database holds posts. Name an empty one in DATABASE_URL, or none.")
    author = apps.get_model("geeks", "User").objects.create_user("bench", reputation=20_000)
    category = apps.get_model("geeks", "Category").objects.create(name="Bench", slug="bench")
    reader = open_backend(settings.SEARCH_DIR)
    lags: dict[str, list[float]] = {"posted": [], "edited": [], "deleted": [], "restored": []}

    def finds(word: str) -> bool:
        return reader.shelf.current() is not None and reader.search(parse(word), size=1).total == 1

    def timed(act: str, done: Callable[[], object], shown: Callable[[], bool]) -> Any:
        time.sleep(chance.random() * PAUSE_SECONDS)
        result = done()
        began = time.perf_counter()
        while not shown():
            if time.perf_counter() - began > GIVE_UP_SECONDS:
                sys.exit(f"What was {act} does not show within {GIVE_UP_SECONDS:.0f} s.")
            time.sleep(LOOK_SECONDS)
        lags[act].append(time.perf_counter() - began)
        return result

    def ask(word: str) -> Any:
        body = f"How long does {word} take until a search finds it, with $x^2$ in it?"
        return questions.ask(author, f"How long does {word} take?", body, category, ["lag"])

    timed("posted", lambda: ask("warmup"), lambda: finds("warmup"))  # the worker starts and builds the first index
    lags["posted"].clear()
    for number in range(rounds):
        old, new = f"before{number}x", f"after{number}x"
        question = timed("posted", lambda word=old: ask(word), lambda word=old: finds(word))
        title, body = question.title.replace(old, new), question.body.replace(old, new)
        timed(
            "edited",
            lambda q=question, t=title, b=body: q.edit(author, title=t, body=b),
            lambda gone=old, word=new: finds(word) and not finds(gone),
        )
        timed("deleted", lambda q=question: q.delete_by(author), lambda word=new: not finds(word))
        timed("restored", lambda q=question: q.restore_by(author), lambda word=new: finds(word))
    reader.close()
    return lags


if __name__ == "__main__":
    sys.exit(main())
