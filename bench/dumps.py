"""How fast a Stack Exchange dump comes in, and that its size costs no memory: posts a second beside the mere reading of
their XML, peak memory at five times the rows, without typesetting.

Run from the checkout: `.venv/bin/python -m bench.dumps --dump cardano.tar.xz`. The larger dump is the same five times,
with other numbers. Each import has a process, a database (SQLite, or DATABASE_URL's) and a folder of its own.
Exits with 1 when a target is missed.
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

from geeks.dumps.stackexchange import FILES
from geeks.dumps.stackexchange.archive import open_dump
from geeks.dumps.stackexchange.source import Source

COPIES = 5
STEP = 1_000_000  # between the numbers of two copies
MOST_MEMORY = 1.3
LEAST_POSTS = 2_000  # a second, on two idle cores
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
        return show(apart(once), apart(often))


def show(small: dict[str, float], large: dict[str, float]) -> int:
    for name, told in (("once", small), (f"{COPIES} times", large)):
        rate, share = told["posts"] / told["seconds"], told["seconds"] / told["reading"]
        print(f"{name:8} {told['posts']:7,.0f} posts, {rate:6,.0f} a second, {share:4.1f} x the reading of their XML")
        print(f"         all {told['rows']:,.0f} rows: {told['all']:.1f} s, CPU {told['cpu']:.1f} s")
        print(f"         peak memory, children's included: {told['memory']:.0f} MB")
    rate, memory = large["posts"] / large["seconds"], large["memory"] / small["memory"]
    print(f"posts a second: {rate:,.0f} (at least {LEAST_POSTS:,} on two idle cores)")
    print(f"memory at {COPIES} x the rows: {memory:.2f} x (at most {MOST_MEMORY})")
    return int(rate < LEAST_POSTS or memory > MOST_MEMORY)


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


def apart(folder: Path) -> dict[str, float]:
    """An import in a process of its own, in which nothing else has used memory."""
    with tempfile.TemporaryDirectory() as data:
        own = {"DATA_DIR": data, "SECRET_KEY": "bench", "DJANGO_SETTINGS_MODULE": "geeks.settings"}
        environment = {**os.environ, **own}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
        command = [sys.executable, "-c", ONE, str(folder)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
        told: dict[str, float] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main())
