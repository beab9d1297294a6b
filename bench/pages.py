"""What a page costs: CPU and requests a second, as ratios to a bare Django view under the same granian in the same run.

    python -m bench.pages [--rounds 5]

The site is filled with a part of the demo, without the background worker. Every round measures all pages and the bare
view in turn; what is shown are medians over the rounds. Figures go to build/bench.json under `pages`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.request import urlopen

from geeks.management.commands.serve import lean, web_command
from tests.browser.site import ROOT, Site, descendants, free_port

RESULTS = ROOT / "build" / "bench.json"
THREADS_OF_THE_DEMO = 27  # more than one page of a list
THREADS = 16  # of the server
CLIENTS = 2  # at once: less leaves the server waiting, more measures the queue
REQUESTS = 600  # a round; as many of each, for a new connection costs the first of its requests something
ENCODINGS = "gzip, deflate, br, zstd"  # as browsers ask


@dataclass
class Cost:
    """Of one page: milliseconds of CPU in the server a request, and requests a second with CLIENTS at once."""

    cpu: float
    rate: float


@dataclass
class Row:
    page: str
    kilobytes: float
    cpu_ms: float
    cpu_ratio: float
    requests_per_second: float
    rate_ratio: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as place:
        site = Site(Path(place))
        print("filling a site ...", flush=True)
        site.fill(THREADS_OF_THE_DEMO)
        with served("bench.bare", site) as bare, served("geeks.wsgi", site) as pages:
            rows = compare(bare, pages, rounds)
    print(f"{'page':<14}{'KB':>7}{'CPU ms':>9}{'ratio':>8}{'req/s':>9}{'ratio':>8}")
    for row in rows:
        print(
            f"{row.page:<14}{row.kilobytes:7.1f}{row.cpu_ms:9.2f}{row.cpu_ratio:8.1f}"
            f"{row.requests_per_second:9.0f}{row.rate_ratio:8.3f}"
        )
    keep("pages", {"rounds": rounds, "rows": [asdict(row) for row in rows]})
    return 0


def compare(bare: Server, pages: Server, rounds: int) -> list[Row]:
    base = "bare view"
    targets = {base: (bare, "/"), **{name: (pages, path) for name, path in addresses(pages).items()}}
    sizes = {name: len(server.get(path)) for name, (server, path) in targets.items()}
    for server, path in targets.values():
        measure(server, path, REQUESTS // 4)  # warm
    costs: dict[str, list[Cost]] = {name: [] for name in targets}
    for _ in range(rounds):
        for name, (server, path) in targets.items():
            costs[name].append(measure(server, path, REQUESTS))
    cpu = {name: statistics.median(cost.cpu for cost in found) for name, found in costs.items()}
    rate = {name: statistics.median(cost.rate for cost in found) for name, found in costs.items()}
    return [
        Row(name, sizes[name] / 1000, cpu[name], cpu[name] / cpu[base], rate[name], rate[name] / rate[base])
        for name in targets
    ]


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str) -> bytes:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return bytes(answer.read())

    def cpu_seconds(self) -> float:
        """Of the web server's processes up to now."""
        return sum(map(cpu_seconds, [self.process.pid, *descendants(self.process.pid)]))


def cpu_seconds(pid: int) -> float:
    """Of a process up to now, by Linux's own clock of it: /proc counts in hundredths."""
    return time.clock_gettime(~pid << 3 | 2)


@contextmanager
def served(module: str, site: Site, workers: int = 1, threads: int = THREADS) -> Iterator[Server]:
    """The web processes, started as `manage.py serve` starts it, with another application where one is named."""
    port = free_port()
    command = [part.replace("geeks.wsgi", module) for part in web_command("127.0.0.1", port, workers, threads)]
    if module != "geeks.wsgi":
        command = [part.replace("geeks.webserver", "granian") for part in command]
    environment = {**lean(), **site.environment(), "SITE_URL": f"http://127.0.0.1:{port}"}
    server = Server(port, subprocess.Popen(command, cwd=ROOT, env=environment))
    try:
        wait(server)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(30)


def bare_view(rounds: int = 3) -> float:
    """Milliseconds of CPU that a request for the bare view takes in the web server."""
    with tempfile.TemporaryDirectory() as place, served("bench.bare", Site(Path(place))) as server:
        measure(server, "/", REQUESTS // 4)  # warm
        return statistics.median(measure(server, "/", REQUESTS).cpu for _ in range(rounds))


def wait(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            server.get("/")
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server did not start; its last lines above say why")


def addresses(server: Server) -> dict[str, str]:
    found = re.search(r'href="(/questions/\d+/[^"?#]+)"', server.get("/questions?tab=score").decode())
    if not found:
        raise SystemExit("the site has no questions")
    return {"front page": "/", "category": "/c/data-science", "question": found[1], "search": "/search?q=variance"}


def measure(server: Server, path: str, requests: int, cookie: str = "") -> Cost:
    """The cost of one request for `path`, from `requests` of them."""
    before, begun = server.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda _: fetch(server.port, path, requests // CLIENTS, cookie), range(CLIENTS)))
    passed, spent = time.perf_counter() - begun, server.cpu_seconds() - before
    done = requests // CLIENTS * CLIENTS
    return Cost(cpu=1000 * spent / done, rate=done / passed)


def fetch(port: int, path: str, requests: int, cookie: str = "") -> None:
    headers = {"Accept-Encoding": ENCODINGS, **({"Cookie": cookie} if cookie else {})}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(requests):
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    line.close()


def keep(part: str, figures: dict[str, object]) -> None:
    """Put them beside what other benchmarks keep there."""
    RESULTS.parent.mkdir(exist_ok=True)
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**kept, part: figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
