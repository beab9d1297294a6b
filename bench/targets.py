"""Every target beside its figure, from what the benchmarks left in build/bench.json.

    python -m bench.targets [--against FILE]

`--against` is the bench.json of an earlier run: its figures stand beside. What has not been measured is said. Exits
with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.pages import RESULTS

Figures = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """`of` finds the figure among those of a run; it is to be `most` at most, or `least` at least."""

    name: str
    of: Callable[[Figures], float]
    most: float | None = None
    least: float | None = None

    def figure(self, figures: Figures) -> float | None:
        """None where the run did not measure it."""
        try:
            return float(self.of(figures))
        except (KeyError, StopIteration, ValueError):
            return None

    def missed(self, figure: float) -> bool:
        return (self.most is not None and figure > self.most) or (self.least is not None and figure < self.least)

    @property
    def aim(self) -> str:
        return f"at most {self.most:g}" if self.most is not None else f"at least {self.least:g}"


def row(figures: Figures, part: str, page: str) -> Figures:
    return next(one for one in figures[part]["rows"] if one["page"] == page)


def kept(page: str) -> Target:
    name = f"{page}, kept: requests a second, share of a bare view's"
    return Target(name, lambda run: row(run, "pages", page)["rate_ratio"], least=0.5)


def anew(page: str, reader: str) -> Target:
    name = f"{page}, made anew for a {reader}: CPU in bare views"
    return Target(name, lambda run: row(run, "anew", page)[reader], most=10)


def grown(database: str) -> tuple[Target, Target]:
    """Pages, and searches, of which one is never the same twice."""

    def most(run: Figures, search: bool) -> float:
        rows = run[f"growth on {database}"]["rows"]
        return max(one["growth"] for one in rows if one["page"].startswith("search") == search)

    return (
        Target(f"the page that grows most to the large site, {database}", lambda run: most(run, False), most=1.3),
        Target(f"a search, from 1,000 questions to the large site, {database}", lambda run: most(run, True), most=2),
    )


READERS = ("stranger", "member")
TARGETS = (
    *(kept(page) for page in ("front page", "category", "question")),
    *(anew(page, who) for page in ("front page", "category", "question", "profile", "search") for who in READERS),
    *(target for database in ("SQLite", "PostgreSQL") for target in grown(database)),
    Target("minutes to fill a million questions, by the rate measured", lambda run: run["filling"]["minutes"], most=30),
    Target("answers posted a second", lambda run: run["writes"]["a_second"], least=200),
    Target("answers acknowledged and lost", lambda run: run["writes"]["lost"], most=0),
    Target("readers beside 200 answers a second: p95, times", lambda run: run["writes"]["times"], most=2),
    Target("200 connections: p99 in unloaded requests, of a bare view's", lambda run: run["load"]["times"], most=4),
    Target("200 connections: answers that were not right", lambda run: sum(run["load"]["failed"].values()), most=0),
    Target("megabytes of a web process after that", lambda run: run["load"]["megabytes"], most=150),
    Target("the same, after against before", lambda run: run["load"]["growth"], most=1.1),
    Target(
        "ten times the capacity: answers neither right nor 503", lambda run: sum(run["crowd"]["wrong"].values()), most=0
    ),
)


def table(run: Figures, earlier: Figures) -> int:
    """Print it; how many targets are missed."""
    missed = 0
    print(f"{'target':66}{'aim':>14}{'figure':>10}{'earlier':>10}")
    for target in TARGETS:
        figure, before = target.figure(run), target.figure(earlier)
        verdict = "  not measured" if figure is None else "  MISSED" if target.missed(figure) else ""
        missed += verdict == "  MISSED"
        print(f"{target.name:66}{target.aim:>14}{shown(figure):>10}{shown(before):>10}{verdict}")
    return missed


def shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.2f}" if figure < 100 else f"{figure:.0f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path)
    given = parser.parse_args()
    if not RESULTS.exists():
        print("Nothing has been measured yet: run `make bench`.", file=sys.stderr)
        return 2
    run, earlier = (json.loads(file.read_text("utf-8")) if file else {} for file in (RESULTS, given.against))
    return int(bool(table(run, earlier)))


if __name__ == "__main__":
    sys.exit(main())
