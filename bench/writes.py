"""How many answers a second a site takes over HTTP, and what its readers notice meanwhile.

    python -m bench.writes [--seconds 20] [--writers 12] [--readers 4] [--pace 200]

A whole site (`serve` with two web processes and the worker that indexes) on SQLite, with QUESTIONS questions. Every
answer has two formulas that nobody has written before and is posted through the page's form by one of many signed-in
people, to one question after the other. First as many as go, then `--pace` a second at most, with readers who ask for
lists and for the POPULAR questions in turn all the time, as they did before: their 95th percentile beside the one
without writers. Readers and writers are processes of their own, on the same two cores. Afterwards all that was
acknowledged must be there. Figures go to build/bench.json under `writes`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.load import Met, alone, ask
from bench.pages import Server, keep
from tests.browser.site import Site
from tests.faults.sites import stopped_at_the_end

MOST_TIMES = 2.0
FINE = ("200", "301")
PEOPLE = 60
QUESTIONS, POPULAR = 3_000, 200
TOKEN = "b" * 32  # what Django takes for a token against forged requests, in the cookie and in the form
BREAK = 0.02  # seconds between two requests of one reader
SIGN_IN = f"""
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from geeks.models import Question, User
store_of = import_module(settings.SESSION_ENGINE).SessionStore
for number in range({PEOPLE}):
    person = User.objects.create(username=f"writer{{number}}", display_name=f"Writer {{number}}", reputation=2000)
    store = store_of()
    store.update({{SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]}})
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    print("session", store.session_key)
for question in Question.objects.filter(closed_at=None, locked_at=None, deleted_at=None, protected_at=None):
    print("question", question.get_absolute_url())
"""
COUNT = "from geeks.models import Answer; print('answers', Answer.objects.filter(text__contains='benchmark').count())"


class Writers:
    """People who post answers over kept connections."""

    def __init__(self, port: int, sessions: list[str], questions: list[str]) -> None:
        self.port = port
        self.sessions = itertools.cycle(sessions)
        self.questions = itertools.cycle(questions)
        self.numbers = itertools.count(1)
        self.met = Met()

    async def run(self, writers: int, seconds: float, pace: float = 0) -> float:
        """Answers a second that were acknowledged; `pace` of them at most, or 0 for as many as go."""
        begun, before = time.perf_counter(), self.met.kinds["302"]
        await asyncio.gather(*(self._one(begun, seconds, writers, pace) for _ in range(writers)))
        return (self.met.kinds["302"] - before) / (time.perf_counter() - begun)

    async def _one(self, begun: float, seconds: float, writers: int, pace: float) -> None:
        line: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        sent = 0
        while (now := time.perf_counter()) < begun + seconds:
            if pace and (early := begun + sent * writers / pace - now) > 0:
                await asyncio.sleep(early)
            sent += 1
            question = next(self.questions).rsplit("/", 1)[0]
            kind = await ask(self.port, f"{question}/answers", line, self._form())
            self.met.add(kind, time.perf_counter() - now)

    def _form(self) -> bytes:
        """Headers and body of one answer."""
        number = next(self.numbers)
        text = (
            f"In this benchmark the value number {number} follows because $x_{{{number}}} + y^{{{number % 89}}}$ is at "
            f"most $\\frac{{{number}}}{{2}}$, as one finds by *induction*."
        )
        form = {"body": text, "token": f"form-{number:016}", "csrfmiddlewaretoken": TOKEN}
        body = urlencode(form).encode()
        head = (
            f"Cookie: sessionid={next(self.sessions)}; csrftoken={TOKEN}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def read(port: int, lists: list[str], questions: list[str], how_many: int, seconds: float) -> Met:
    """What strangers meet, half of them in lists, in a process of its own."""
    both = zip(itertools.cycle(lists), itertools.cycle(questions), strict=False)
    pages = itertools.chain.from_iterable(both)
    return asyncio.run(readers(port, pages, how_many, seconds))


async def readers(port: int, paths: Iterator[str], how_many: int, seconds: float) -> Met:
    """Pages for strangers, each reader with a short break between two."""
    met, end = Met(), time.perf_counter() + seconds

    async def one() -> None:
        line: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        while (begun := time.perf_counter()) < end:
            met.add(await ask(port, next(paths), line), time.perf_counter() - begun)
            await asyncio.sleep(BREAK)

    await asyncio.gather(*(one() for _ in range(how_many)))
    return met


@dataclass
class Result:
    """Answers a second, as many as go and at that pace beside readers; milliseconds of CPU that one takes in all the
    site's processes; readers without writers and beside them."""

    most: float
    paced: float
    cpu: float
    quiet: Met
    busy: Met


async def measure(site: Site, given: argparse.Namespace) -> tuple[Result, Writers]:
    said = site.manage("shell", "-v0", "-c", SIGN_IN)
    sessions, questions = (re.findall(rf"^{what} (\S+)$", said, re.MULTILINE) for what in ("session", "question"))
    lists = ["/", "/questions", "/questions?tab=score", "/c/data-science"]
    popular = questions[:: len(questions) // POPULAR][:POPULAR]
    for _ in range(2):  # each web process makes them once
        await alone(site.port, itertools.cycle([*lists, *popular]))
    quiet = await reading(site, lists, popular, given)
    writers = Writers(site.port, sessions, questions)
    assert site.process is not None
    server = Server(site.port, site.process)  # type: ignore[arg-type]
    before = server.cpu_seconds()
    most = await writers.run(given.writers, given.seconds)
    cpu = 1000 * (server.cpu_seconds() - before) / max(writers.met.kinds["302"], 1)
    busy = asyncio.create_task(reading(site, lists, popular, given))
    paced = await writers.run(given.writers, given.seconds, given.pace)
    return Result(most, paced, cpu, quiet, await busy), writers


async def reading(site: Site, lists: list[str], questions: list[str], given: argparse.Namespace) -> Met:
    with ProcessPoolExecutor(1) as pool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, read, site.port, lists, questions, given.readers, given.seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--writers", type=int, default=12)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--pace", type=float, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        site = Site(Path(place))
        site.fill(27)
        site.manage("fill", "--questions", str(QUESTIONS))
        site.start(workers=2)
        with stopped_at_the_end(site):
            result, writers = asyncio.run(measure(site, given))
            stored = int(site.manage("shell", "-v0", "-c", COUNT).rsplit("answers ", 1)[1])
    return told(given, result, writers.met, stored)


def told(given: argparse.Namespace, found: Result, met: Met, stored: int) -> int:
    wrong = {kind: count for kind, count in met.kinds.items() if kind != "302"}
    failed = {kind: count for kind, count in (found.quiet.kinds + found.busy.kinds).items() if kind not in FINE}
    times = found.busy.at(0.95) / found.quiet.at(0.95)
    lost = met.kinds["302"] - stored
    print(f"answers a second, as many as go: {found.most:.0f} (at least {given.pace:.0f}); others: {wrong or 'none'}")
    print(f"  {found.cpu:.1f} ms of CPU each, indexing included; acknowledged and not there: {lost}")
    print(f"  p50 {met.at(0.5, '302'):.0f} ms, p95 {met.at(0.95, '302'):.0f} ms")
    print(f"readers, p95: {found.quiet.at(0.95):.1f} ms; beside {found.paced:.0f} answers a second", end=" ")
    print(f"{found.busy.at(0.95):.1f} ms: {times:.2f} x (at most {MOST_TIMES}); failed: {failed or 'none'}")
    print(f"  p50 {found.quiet.at(0.5):.1f} ms and {found.busy.at(0.5):.1f} ms")
    figures = {"a_second": found.most, "beside_readers": found.paced, "cpu_ms": found.cpu, "times": times}
    keep("writes", {**figures, "lost": lost, "failed": failed, "wrong": wrong})
    return int(found.most < given.pace or times > MOST_TIMES or bool(wrong or failed or lost))


if __name__ == "__main__":
    sys.exit(main())
