"""How fast a Stack Exchange dump comes in on SQLite and on PostgreSQL, and that its size costs no memory; without
typesetting.

Run from the checkout: `.venv/bin/python -m bench.dumps --dump cardano.tar.xz`. The larger dump is the same five times,
with other numbers. Each import has a process and a database of its own; PostgreSQL comes as a wheel.

What counts is how long two cores that do nothing else take: half of all CPU time, the renderers' and the database
server's included, or all of the importing process if that is more. So the figures mean the same on a machine that has
other things to do; the clock's stand beside them. Exits with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.postgres import Server, postgres
from geeks.dumps.stackexchange import FILES
from geeks.dumps.stackexchange.archive import open_dump
from geeks.dumps.stackexchange.source import Source

COPIES = 5
STEP = 1_000_000  # between the numbers of two copies
MOST_MEMORY = 1.3
LEAST_POSTS = 2_000  # a second, on two idle cores
Told = dict[str, float]
ONE = "import sys; from bench.dump_import import tell; tell(sys.argv[1])"

NUMBERS = re.compile(
    r" (Id|PostId|ParentId|AcceptedAnswerId|OwnerUserId|UserId|LastEditorUserId|RelatedPostId|ExcerptPostId|WikiPostId)"
    r'="(\d+)"'
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dump", type=Path, required=True)
    dump = open_dump(parser.parse_args().dump)
    with tempfile.TemporaryDirectory() as folder:
        once, often = Path(folder) / "once.example.org", Path(folder) / "often.example.org"
        multiply(dump, once, 1)
        multiply(dump, often, COPIES)
        missed = show("SQLite", apart(once), apart(often))
        with postgres() as server:
            missed |= show("PostgreSQL", apart(once, server), apart(often, server))
    return missed


def show(database: str, small: Told, large: Told) -> int:
    for name, told in (("once", small), (f"{COPIES} times", large)):
        print(f"{database}, {name}: {told['posts']:,.0f} posts, {told['rows']:,.0f} rows")
        print(f"  {line(told, 'posts', 'Posts.xml')}\n  {line(told, 'all', 'all of it')}")
        print(f"  peak memory, with the largest renderer: {told['memory']:.0f} MB")
    rate, memory = large["posts"] / on_two_cores(large, "posts"), large["memory"] / small["memory"]
    print(f"{database}: {rate:,.0f} posts a second read, sanitised and stored (at least {LEAST_POSTS:,} on two cores)")
    print(f"{database}: memory at {COPIES} x the rows: {memory:.2f} x (at most {MOST_MEMORY})", flush=True)
    return int(rate < LEAST_POSTS or memory > MOST_MEMORY)


def line(told: Told, what: str, name: str) -> str:
    parts = [told[f"{what}_{who}"] for who in ("own", "renderers", "server")]
    seconds = " + ".join(f"{part:.1f}" for part in parts)
    return (
        f"{name}: {told['posts'] / on_two_cores(told, what):,.0f} posts a second "
        f"(by the clock {told['posts'] / told[f'{what}_wall']:,.0f}); "
        f"CPU of importing + rendering + server: {seconds} s, {sum(parts) / told['reading']:.0f} x parsing Posts.xml"
    )


def on_two_cores(told: Told, what: str) -> float:
    """Seconds that it takes with two cores of its own, at least."""
    own, others = told[f"{what}_own"], told[f"{what}_renderers"] + told[f"{what}_server"]
    return max(own, (own + others) / 2)


def multiply(dump: Source, folder: Path, copies: int) -> None:
    """The dump as a folder, `copies` times, each with numbers of its own."""
    folder.mkdir()
    for name in dump.where:
        with (folder / name).open("w", encoding="utf-8") as out:
            out.write(f'<?xml version="1.0" encoding="utf-8"?>\n<{FILES[name]}>\n')
            for copy in range(copies):
                out.writelines(moved(line, copy, name) for line in lines(dump, name))
            out.write(f"</{FILES[name]}>\n")


def lines(dump: Source, name: str) -> Iterator[str]:
    rest = b""
    for chunk in dump.chunks(name):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() + "\n" for line in whole if b"<row " in line)


def moved(line: str, copy: int, name: str) -> str:
    """The row in a further copy; tags and the site's own user are there once."""
    if copy and (name == "Tags.xml" or ' Id="-' in line):
        return ""
    return NUMBERS.sub(lambda found: f' {found[1]}="{int(found[2]) + copy * STEP}"', line) if copy else line


def apart(folder: Path, server: Server | None = None) -> Told:
    """An import in a process of its own, in which nothing else has used memory."""
    with tempfile.TemporaryDirectory() as data:
        own = {"DATA_DIR": data, "SECRET_KEY": "bench", "DJANGO_SETTINGS_MODULE": "geeks.settings", "DATABASE_URL": ""}
        if server:
            own |= {"DATABASE_URL": server.database(), "SERVER_PID": str(server.pid)}
        environment = {**os.environ, **own}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
        command = [sys.executable, "-c", ONE, str(folder)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
        told: Told = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main())
