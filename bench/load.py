"""What many readers at once meet: whether every answer is right, how long the slowest wait, and what is refused.

    python -m bench.load [--seconds 60] [--connections 200]

First a mix of pages (front, categories, lists, questions, profiles; one of results among them) for so many
connections that ask again as soon as they are answered, beside a bare Django view under the same load: no answer may
fail, and the 99th percentile, in times of one unloaded request, may be at most four times the bare view's. Then ten
times as many searches as can wait, each another one: every answer is right or a 503 with Retry-After, and a kept page
comes all the while. Memory is that of the web processes. Figures go to build/bench.json under `load`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.pages import ENCODINGS, Server, keep, served
from tests.browser.site import Site, descendants

WORKERS = 2
THREADS = 80  # as settings.THREADS
IN_LINE = (8 + 40) * WORKERS  # requests that run or wait
MOST_TIMES = 4.0
MOST_GROWTH = 1.1
MOST_MEGABYTES = 150
ALONE = 300  # requests on one connection
PROBES = 0.1  # seconds between two requests for a kept page


@dataclass
class Met:
    """Answers by what they were, and seconds of each kind."""

    kinds: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, kind: str, seconds: float) -> None:
        self.kinds[kind] += 1
        self.seconds.setdefault(kind, []).append(seconds)

    def at(self, share: float, kind: str = "200") -> float:
        """Milliseconds that this share of the answers took at most."""
        found = sorted(self.seconds.get(kind, [0.0]))
        return 1000 * found[min(len(found) - 1, int(len(found) * share))]


async def ask(
    port: int, path: str, line: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]], form: bytes = b""
) -> str:
    """One request on a kept connection: its status, "503 bare" for one without Retry-After, or what broke. With a
    `form` (further headers, an empty line and a body) it is a POST."""
    try:
        if not line:
            line.append(await asyncio.open_connection("127.0.0.1", port))
        reader, writer = line[0]
        head = f"{'POST' if form else 'GET'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        head += f"Accept-Encoding: {ENCODINGS}\r\n"
        writer.write(head.encode() + (form or b"\r\n"))
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode("latin-1").lower()
        if length := re.search(r"content-length: (\d+)", head):
            await reader.readexactly(int(length[1]))
        elif "transfer-encoding: chunked" in head:
            while size := int(await reader.readuntil(b"\r\n"), 16):
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
        status = head.split(" ", 2)[1]
        return "503 bare" if status == "503" and "retry-after:" not in head else status
    except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
        line.clear()
        return f"broken ({type(error).__name__})"


async def readers(port: int, paths: Iterator[str], connections: int, seconds: float) -> Met:
    met, end = Met(), time.perf_counter() + seconds

    async def one() -> None:
        line: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        while time.perf_counter() < end:
            begun = time.perf_counter()
            kind = await ask(port, next(paths), line)
            met.add(kind, time.perf_counter() - begun)

    await asyncio.gather(*(one() for _ in range(connections)))
    return met


async def alone(port: int, paths: Iterator[str]) -> float:
    """Milliseconds of one request when nobody else asks, the median."""
    line: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    taken = []
    for _ in range(ALONE):
        begun = time.perf_counter()
        await ask(port, next(paths), line)
        taken.append(time.perf_counter() - begun)
    return 1000 * statistics.median(taken)


async def probes(port: int, path: str, met: Met) -> None:
    line: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    while True:
        begun = time.perf_counter()
        kind = await ask(port, path, line)
        met.add(kind, time.perf_counter() - begun)
        await asyncio.sleep(PROBES)


async def crowded(port: int, connections: int, seconds: float) -> tuple[Met, Met]:
    """Ten times as many as can wait, each with a search of its own; and what asks for a kept page meets meanwhile."""
    kept = Met()
    searches = (f"/search?q=variance+{number}" for number in itertools.count())
    await alone(port, itertools.repeat("/"))
    probing = asyncio.create_task(probes(port, "/", kept))
    met = await readers(port, searches, connections, seconds)
    probing.cancel()
    return met, kept


def megabytes(server: Server) -> float:
    """Of a web process on average: memory of its own (not that of files, which the kernel takes back), with its share
    of what it has in common with the others and with the process that they are forked from, which counts too."""
    total = 0
    for pid in (server.process.pid, *descendants(server.process.pid)):
        found = re.findall(r"^Pss_Anon:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        total += sum(map(int, found))
    return total / 1024 / WORKERS


def mix(server: Server) -> list[str]:
    """Pages that strangers read."""
    front = server.get("/").decode() + server.get("/questions?tab=score").decode() + server.get("/tags").decode()
    links = dict.fromkeys(re.findall(r'href="(/(?:questions/\d+/|c/|users/\d+/|questions/tagged/)[^"?#]+)"', front))
    return ["/", "/questions", "/tags", "/users", "/c", "/search?q=variance", *itertools.islice(links, 60)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        site = Site(Path(place))
        site.fill(27)
        with served("bench.bare", site, WORKERS, THREADS) as bare:
            base_alone = asyncio.run(alone(bare.port, itertools.repeat("/")))
            base = asyncio.run(readers(bare.port, itertools.repeat("/"), given.connections, given.seconds / 4))
        with served("geeks.wsgi", site, WORKERS, THREADS) as pages:
            return measure(pages, given, base.at(0.99) / base_alone)


def measure(pages: Server, given: argparse.Namespace, base_times: float) -> int:
    paths = mix(pages)
    asyncio.run(alone(pages.port, itertools.cycle(paths)))  # warm
    unloaded = asyncio.run(alone(pages.port, itertools.cycle(paths)))
    asyncio.run(readers(pages.port, itertools.cycle(paths), given.connections, given.seconds / 4))
    before = megabytes(pages)
    met = asyncio.run(readers(pages.port, itertools.cycle(paths), given.connections, given.seconds))
    after = megabytes(pages)
    times = met.at(0.99) / unloaded / base_times
    failed = {kind: count for kind, count in met.kinds.items() if kind != "200"}
    print(f"{given.connections} connections: {met.kinds['200']:,} answers; others: {failed or 'none'}")
    print(f"  p50 {met.at(0.5):.0f} ms, p99 {met.at(0.99):.0f} ms, unloaded {unloaded:.1f} ms")
    print(f"  p99 in unloaded requests: {times:.2f} x the bare view's (at most {MOST_TIMES})")
    print(f"  a web process: {before:.0f} MB, then {after:.0f} MB (at most {MOST_MEGABYTES})")
    print(f"  {after / before:.2f} x (at most {MOST_GROWTH})")
    keep("load", {"times": times, "growth": after / before, "megabytes": after, "failed": failed})
    missed = bool(failed) or times > MOST_TIMES or after / before > MOST_GROWTH or after > MOST_MEGABYTES
    return int(missed | crowd(pages, given.seconds / 4))


def crowd(pages: Server, seconds: float) -> bool:
    met, kept = asyncio.run(crowded(pages.port, 10 * IN_LINE, seconds))
    wrong = {kind: count for kind, count in met.kinds.items() if kind not in ("200", "503")}
    late = {kind: count for kind, count in kept.kinds.items() if kind != "200"}
    print(f"{10 * IN_LINE:,} searches at once, all different: {dict(met.kinds)}; wrong ones: {wrong or 'none'}")
    print(f"  refused within {met.at(0.5, '503'):.0f} ms (p50), {met.at(0.99, '503'):.0f} ms (p99)")
    print(f"  a kept page meanwhile: p50 {kept.at(0.5):.0f} ms, p99 {kept.at(0.99):.0f} ms; others: {late or 'none'}")
    keep("crowd", {"wrong": wrong, "late": late, "refused_p99_ms": met.at(0.99, "503"), "kept_p99_ms": kept.at(0.99)})
    return bool(wrong or late)


if __name__ == "__main__":
    sys.exit(main())
