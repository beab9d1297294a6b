"""One import, measured in the process it is alone in; `bench.dumps` starts it and reads what it prints.

`SERVER_PID` names the database server, if it is one: its processes work for the import, so their time counts.
"""

from __future__ import annotations

import json
import os
import resource
import time
from contextlib import suppress
from pathlib import Path

import django
import psutil

django.setup()

from geeks.dumps.stackexchange.archive import open_dump  # noqa: E402 - the settings must stand first
from geeks.dumps.stackexchange.load import Load  # noqa: E402
from geeks.dumps.stackexchange.reading import Reading  # noqa: E402
from geeks.dumps.stackexchange.rows import rows  # noqa: E402


def tell(folder: str) -> None:
    print(json.dumps(measured(Path(folder))))


def measured(folder: Path) -> dict[str, float]:
    reading = time.process_time()
    posts = sum(1 for _ in rows(open_dump(folder).chunks("Posts.xml"), "Posts.xml"))
    reading = time.process_time() - reading
    spent: dict[str, Spent] = {}
    whole = Reading.run

    def timed(self: Reading) -> None:
        before = Spent.now()
        whole(self)
        spent[self.step.file] = Spent.now() - before + spent.get(self.step.file, Spent())

    Reading.run = timed
    begun = Spent.now()
    load = Load(folder, "bench")
    load.run()
    everything = Spent.now() - begun
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "posts": posts,
        "rows": sum(told["read"] for told in load.report["files"].values()),
        "reading": reading,
        **{f"posts_{name}": value for name, value in vars(spent["Posts.xml"]).items()},
        **{f"all_{name}": value for name, value in vars(everything).items()},
        "memory": (own + children) / 1024,
    }


class Spent:
    """Seconds: by the clock, of this process's CPU, of the CPU of its renderers and of the database server's."""

    def __init__(self, wall: float = 0, own: float = 0, renderers: float = 0, server: float = 0) -> None:
        self.wall, self.own, self.renderers, self.server = wall, own, renderers, server

    @classmethod
    def now(cls) -> Spent:
        server = os.environ.get("SERVER_PID")
        return cls(
            time.perf_counter(),
            time.process_time(),
            cpu_below(psutil.Process()),
            cpu_of(psutil.Process(int(server))) + cpu_below(psutil.Process(int(server))) if server else 0,
        )

    def __sub__(self, other: Spent) -> Spent:
        return Spent(*(mine - its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))

    def __add__(self, other: Spent) -> Spent:
        return Spent(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))


def cpu_below(process: psutil.Process) -> float:
    """Of its children, those that have ended included."""
    times = process.cpu_times()
    return times.children_user + times.children_system + sum(map(cpu_of, process.children()))


def cpu_of(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return sum(process.cpu_times()[:2])
    return 0
