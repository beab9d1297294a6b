"""The whole of tests/hostile: every value in every field, and new combinations in each run.

    python -m bench.hostile [--part 1/3] [--anew] [-k forms] [--hypothesis-seed=1]

On SQLite, or on the database that DATABASE_URL names. Takes hours, and may be stopped at any time: findings stand in
build/hostile/<database>/findings.jsonl from the moment that they are found, and the next run goes on with the tests
that have not ended yet or found something. `--anew` begins again; `--part` takes one of so many parts; all other
arguments go to pytest. Prints how many requests were made so far, how they were answered, and what was found.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.hostile.progress import FINDINGS, latest, lines

ROOT = Path(__file__).resolve().parent.parent
NOTHING_LEFT = 5  # pytest's code where no test was chosen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--anew", action="store_true")
    given, others = parser.parse_known_args()
    folder = ROOT / "build" / "hostile" / ("PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite")
    if given.anew:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "HYPOTHESIS_PROFILE": "search",
        "HOSTILE_FOLDER": str(folder),
        "HOSTILE_PART": given.part,
    }
    command = [sys.executable, "-m", "pytest", "-q", "-n", os.environ.get("TEST_WORKERS", "2"), "tests/hostile"]
    code = subprocess.run([*command, *others], cwd=ROOT, env=environment, check=False).returncode
    told(folder)
    return 0 if code == NOTHING_LEFT else code


def told(folder: Path) -> None:
    ended = latest(folder)
    answers: Counter[str] = Counter()
    for test in ended.values():
        answers.update(test["answers"])
    total = answers.total()
    print(
        f"{total:,} requests in {len(ended)} tests, {sum(test['seconds'] for test in ended.values()) / 3600:.1f} hours"
    )
    for status, count in sorted(answers.items()):
        print(f"  {status}: {count:,} ({count / total:.1%})")
    open_ones = {line["what"] for line in lines(folder / FINDINGS) if not passed(ended.get(line["test"], {}))}
    print(f"{len(open_ones)} findings in {folder / FINDINGS}")
    for what in sorted(open_ones)[:40]:
        print(f"  {what[:300]}")


def passed(test: dict[str, object]) -> bool:
    return test.get("outcome") == "passed"


if __name__ == "__main__":
    sys.exit(main())
