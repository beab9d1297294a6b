"""`python -m bench.hostile`: the whole of tests/hostile, every value in every field, and new combinations in each run.

Prints how many requests were made, and what share of them was answered how; faults are failures of pytest. On SQLite,
or on the database that DATABASE_URL names. Arguments go to pytest: `-k forms`, `--hypothesis-seed=1`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="geeks-hostile-") as folder:
        tally = Path(folder) / "tally"
        environment = {**os.environ, "HYPOTHESIS_PROFILE": "search", "HOSTILE_TALLY": str(tally)}
        command = [sys.executable, "-m", "pytest", "-q", "-n", os.environ.get("TEST_WORKERS", "2"), "tests/hostile"]
        code = subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, env=environment, check=False).returncode
        answers: Counter[str] = Counter()
        for line in tally.read_text(encoding="utf-8").splitlines() if tally.exists() else ():
            answers.update(json.loads(line))
    total = answers.total()
    print(f"{total:,} requests")
    for status, count in sorted(answers.items()):
        print(f"  {status}: {count:,} ({count / total:.1%})")
    return code


if __name__ == "__main__":
    sys.exit(main())
