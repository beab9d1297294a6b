"""One import, measured in the process it is alone in; `bench.dumps` starts it and reads what it prints."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

import django

django.setup()

from geeks.dumps.stackexchange.archive import open_dump  # noqa: E402 - the settings must stand first
from geeks.dumps.stackexchange.load import Load  # noqa: E402
from geeks.dumps.stackexchange.reading import Reading  # noqa: E402
from geeks.dumps.stackexchange.rows import rows  # noqa: E402


def tell(folder: str) -> None:
    print(json.dumps(measured(Path(folder))))


def measured(folder: Path) -> dict[str, float]:
    reading = time.perf_counter()
    posts = sum(1 for _ in rows(open_dump(folder).chunks("Posts.xml"), "Posts.xml"))
    reading = time.perf_counter() - reading
    spent: dict[str, float] = {}
    whole = Reading.run

    def timed(self: Reading) -> None:
        begun = time.perf_counter()
        whole(self)
        spent[self.step.file] = spent.get(self.step.file, 0.0) + time.perf_counter() - begun

    Reading.run = timed
    begun, used = time.perf_counter(), cpu()
    load = Load(folder, "bench")
    load.run()
    took = time.perf_counter() - begun
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "posts": posts,
        "rows": sum(told["read"] for told in load.report["files"].values()),
        "seconds": spent["Posts.xml"],
        "reading": reading,
        "all": took,
        "cpu": cpu() - used,
        "memory": (own + children) / 1024,
    }


def cpu() -> float:
    """Of this process and of those it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
