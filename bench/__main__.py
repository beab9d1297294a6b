"""`python -m bench` (`make bench`): all benchmarks, printed as ratios to a baseline of the same run, or as shares.

Some measure outside collections: BENCH_DATA names the folder that holds them (the paths are in PARTS below); without it
these say so and the rest run. `python -m bench pages mathjax` runs only those. At the end every target stands beside
its figure (`bench.targets`), which build/bench.json keeps.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.pages import keep

ROOT = Path(__file__).resolve().parent.parent

# module: its arguments, and those for which BENCH_DATA must hold a file
PARTS: dict[str, tuple[list[str], dict[str, str]]] = {
    "pages": ([], {}),
    "anew": ([], {}),
    "load": ([], {}),
    "writes": ([], {}),
    "filling": ([], {}),
    "growth": ([], {}),
    "mathjax": (["--formulas", "tests/rendering/formulas.jsonl"], {}),
    "rendering": (
        [],
        {
            "--pairs": "data/se_markdown_pairs.jsonl.xz",
            "--commonmark": "data/commonmark-0.31.2.json",
            "--cases": "cases/markdown_math.jsonl",
            "--xss": "cases/xss_payloads.jsonl",
            "--formulas": "cases/formulas.jsonl",
        },
    ),
    "search_quality": ([], {"--ir": "data/ir"}),
    "search_formulas": ([], {"--queries": "cases/formula_queries.jsonl", "--corpus": "cases/formula_corpus.jsonl.gz"}),
    "search_lag": ([], {}),
    "search_speed": ([], {}),
    "dumps": ([], {"--dump": "data/se_cardano_2021-12.tar.xz"}),
}
WITHOUT_DATA = ("rendering",)  # these have something to measure all the same


def main() -> int:
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    failed = max(run(name) for name in wanted)
    keep(
        "run",
        {"date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "machine": platform.platform(), "cores": os.cpu_count()},
    )
    print("\n=== targets ===", flush=True)
    subprocess.run([sys.executable, "-m", "bench.targets"], cwd=ROOT, check=False)
    return failed


def run(name: str) -> int:
    """Run one part in a process of its own; its exit code."""
    print(f"\n=== {name} ===", flush=True)
    arguments, files = PARTS[name]
    found, missing = data_for(files)
    if missing:
        print(f"not measured: BENCH_DATA names no folder with {', '.join(missing)}", flush=True)
        if name not in WITHOUT_DATA:
            return 0
    command = [sys.executable, "-m", f"bench.{name}", *arguments, *found]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def data_for(files: dict[str, str]) -> tuple[list[str], list[str]]:
    """The arguments for those files that are there, and the names of those that are not."""
    folder = os.environ.get("BENCH_DATA", "")
    found: list[str] = []
    missing: list[str] = []
    for option, name in files.items():
        path = Path(folder).resolve() / name
        if folder and path.exists():
            found += [option, str(path)]
        else:
            missing.append(name)
    return found, missing


if __name__ == "__main__":
    sys.exit(main())
