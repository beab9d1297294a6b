"""How many formulas of a file are typeset without an error, and what one costs.

    python -m bench.mathjax --formulas tests/rendering/formulas.jsonl [--show]

The file has a JSON object {"tex", "display"} a line. Each formula stands for a post of its own, so nothing is cached.
A loop of plain Python measured in the same run is the yardstick for the machine's speed.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from geeks.rendering import mathjax


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--formulas", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="print each formula that fails, with the reason")
    options = parser.parse_args()
    lines = options.formulas.read_text(encoding="utf-8").splitlines()
    formulas = [(str(row["tex"]), bool(row["display"])) for row in map(json.loads, filter(None, lines))]
    started = time.perf_counter()
    if not mathjax.available():
        print(f"no engine: {mathjax.unavailable_reason()}")
        return 1
    boot = time.perf_counter() - started
    spent, failed, sizes = [], [], []
    for tex, display in formulas:
        started = time.process_time()
        result = mathjax.typeset([(tex, display)])[0]
        spent.append((time.process_time() - started) * 1000)
        sizes.append(len(mathjax.formula_html(tex, display, result, "p")))
        if result.error:
            failed.append((tex, result.error))
    for tex, error in failed if options.show else []:
        print(f"FAILED {error}\n       {tex!r}")
    share = 100 * (1 - len(failed) / len(formulas))
    print(f"{len(formulas)} formulas, {len(failed)} failed: {share:.2f} % without error")
    print(f"boot {boot * 1000:.0f} ms; a formula {statistics.mean(spent):.1f} ms CPU "
          f"(median {statistics.median(spent):.1f}, 95th {sorted(spent)[int(len(spent) * 0.95)]:.1f})")  # fmt: skip
    print(f"HTML a formula: median {statistics.median(sizes):.0f} characters, glyph outlines not counted")
    print(f"ratio to the yardstick: {statistics.mean(spent) / yardstick():.2f}")
    return 0


def yardstick() -> float:
    """Milliseconds for 100,000 rounds of an empty-ish loop."""
    started = time.process_time()
    total = 0
    for number in range(100_000):
        total += number
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
