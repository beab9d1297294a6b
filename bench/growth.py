"""Whether a page costs the same on a large site: CPU of each kind of page, made anew, beside a site of 1,000 questions.

    python -m bench.growth [--on SQLite PostgreSQL] [--questions 100000] [--rounds 5]
    python -m bench.growth --large FOLDER [--large-url postgres://…] [--only profile tag]

Two made-up sites (`fill`), nothing kept, the same web server; every round measures both in turn. `--large` names a
DATA_DIR that is filled and indexed already (with `--large-url` its database is that PostgreSQL, on this machine, where
the small site gets a database for as long as this takes); a superuser `bench` is added to it. With PostgreSQL the CPU
of its processes for the web server is counted too.

Compared are pages that show equally much, in couples: questions with as many answers and comments, people of whose
posts the profile shows as many, and of lists those among the first pages that are nearly as long, for by chance twenty
questions have half as many formulas again. "KB" is how much longer the large site's pages are. "the oldest": a list's
last pages. "another each time": a search for two words together that nobody searched for before, which neither site
remembers; "search": the same few words, each filling a page of results.
Exits with 1 when a page grows beyond its target. Figures go to build/bench.json under `growth on SQLite` and so on.
"""

from __future__ import annotations

import argparse
import base64
import html
import itertools
import json
import math
import re
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import psycopg

from bench.pages import Server, cpu_seconds, keep, served
from bench.postgres import postgres
from tests.browser.site import Site

Addresses = tuple[list[str], list[str]]  # of pages of the small site, and of the large one


def cursor(*key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


SMALL = 1_000
MOST, MOST_SEARCH = 1.3, 2.0
REQUESTS = 30  # of a page in a round
WARM = 10  # requests before the first round
UNLIKE = 0.1  # couples differ in length by no more
PAGES_OF_A_LIST = 8  # among which those of the same length are looked for
LONG = 4 * 3_600  # seconds to fill and to index
DATABASES = ("SQLite", "PostgreSQL")
SEARCHES = ("search", "search, another each time")
# Of what a page shows: summaries, answers, comments, lines of lists, people, cells of grids, rows of the admin.
ROW = re.compile(r'<article|<li class="comment"|<li class="author"|<li><a href=|<section class="[^"]*|<tr\b')
NAME = "bench.growth"  # by which PostgreSQL knows the connections of the web server that is measured
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"
PAGES = {
    "front page": "/",
    "questions, newest": "/questions?tab=newest",
    "questions, newest: the oldest": "/questions?tab=newest&before=" + cursor("2000-01-01T00:00:00+00:00", 0),
    "questions, score": "/questions?tab=score",
    "questions, score: the lowest": "/questions?tab=score&before=" + cursor(-1_000_000, 0),
    "questions, unanswered": "/questions?tab=unanswered",
    "tags": "/tags",
    "people": "/users",
    **{f"admin: {name}s": f"/admin/geeks/{name}/" for name in ("question", "answer", "comment", "user", "vote")},
    "admin: history": "/admin/geeks/revision/",
}
SIGN_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from geeks.models import User
person = User.objects.filter(username="bench").first()
person = person or User.objects.create_superuser("bench", "", "bench-bench-bench")
store = import_module(settings.SESSION_ENGINE).SessionStore()
backend = settings.AUTHENTICATION_BACKENDS[0]
store.update({SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: backend})
store[HASH_SESSION_KEY] = person.get_session_auth_hash()
store.create()
print("session", store.session_key)
"""


class Visitor:
    """Asks one site for pages, signed in or not. `database` is the address of its PostgreSQL, if it has one."""

    def __init__(self, server: Server, session: str, database: str) -> None:
        self.server = server
        self.session = session
        self.database = database

    def get(self, path: str) -> str:
        headers = {"Accept-Encoding": "identity"}
        if path.startswith("/admin"):
            headers["Cookie"] = f"sessionid={self.session}"
        with urlopen(Request(f"http://127.0.0.1:{self.server.port}{path}", headers=headers), timeout=120) as answer:
            if "/accounts/login" in answer.url:
                raise SystemExit(f"{path} asks to sign in")
            return str(answer.read().decode())

    def links(self, pattern: str, *pages: str) -> list[str]:
        found = dict.fromkeys(itertools.chain(*(re.findall(f'href="({pattern})"', self.get(page)) for page in pages)))
        if not found:
            raise SystemExit(f"no {pattern} on {pages}")
        return list(found)

    def onward(self, path: str) -> list[str]:
        """The pages of a list from this one on, in the direction in which there are more."""
        found = [path]
        way = "prev" if "before=" in path else "next"
        while len(found) < PAGES_OF_A_LIST and (more := re.search(rf'rel="{way}" href="([^"]+)"', self.get(found[-1]))):
            found.append(path.partition("?")[0] + html.unescape(more[1]))
        return found

    def size(self, path: str) -> tuple[frozenset[tuple[str, int]], int]:
        """How many rows of each sort a page shows, and how many characters it has."""
        page = self.get(path)
        return frozenset(Counter(ROW.findall(page)).items()), len(page)

    def words(self) -> set[str]:
        """Those of the titles in its lists."""
        titles = " ".join(
            re.sub("<[^>]+>", "", title)
            for page in self.onward("/questions?tab=newest")
            for title in re.findall(r"<h[23][^>]*>(.*?)</h[23]>", self.get(page), flags=re.S)
        )
        return set(re.findall(r"\b[a-z]{4,}\b", html.unescape(titles)))

    def cost(self, paths: Iterator[str], requests: int = REQUESTS) -> float:
        """Milliseconds of CPU a request."""
        before = self.cpu_seconds()
        for path in itertools.islice(paths, requests):
            self.get(path)
        return 1000 * (self.cpu_seconds() - before) / requests

    def cpu_seconds(self) -> float:
        return self.server.cpu_seconds() + (of_backends(self.database) if self.database else 0)


def of_backends(database: str) -> float:
    """CPU that PostgreSQL's processes for the web server have taken so far."""
    with psycopg.connect(database) as connection:
        pids = connection.execute(BACKENDS, [NAME]).fetchall()
    return sum(cpu_seconds(pid) for (pid,) in pids)


def pages(small: Visitor, large: Visitor, only: tuple[str, ...]) -> Iterator[tuple[str, Addresses]]:
    """The kinds of pages, with several addresses on both sites where the content differs from one to the next."""
    for name, path in PAGES.items():
        if name.startswith(only):
            yield name, alike(small, large, small.onward(path), large.onward(path), 4)
    lists = ("/questions?tab=newest", "/questions?tab=active", "/")
    linked = {
        "category": (r"/c/[\w-]+", ("/c",), 1),
        "tag": (r"/questions/tagged/[^\"?#]+", lists, 8),
        "question": (r"/questions/\d+/[^\"?#]+", lists, 30),
        # First those who ask now: of the best a large site has more, as people have of everything there.
        "profile": (r"/users/\d+/[^\"?#]+", (*lists, "/users"), 10),
    }
    for name, (pattern, where, most) in linked.items():
        if name.startswith(only):
            yield name, alike(small, large, small.links(pattern, *where), large.links(pattern, *where), most)
    if any(name.startswith(only) for name in SEARCHES):
        words = full_pages(small, large)
        yield SEARCHES[0], ([search(word) for word in words[:4]],) * 2
        yield SEARCHES[1], ([search(*two) for two in itertools.combinations(words, 2)],) * 2


def alike(small: Visitor, large: Visitor, few: list[str], many: list[str], most: int) -> Addresses:
    """Couples of these: pages with as many rows, and as nearly the same length as can be had."""
    sizes = [{path: who.size(path) for path in paths} for who, paths in ((small, few), (large, many))]
    couples = [(here, there) for here in few for there in many if sizes[0][here][0] == sizes[1][there][0]]

    def unlike(two: tuple[str, str]) -> float:
        return abs(math.log(sizes[0][two[0]][1] / sizes[1][two[1]][1]))

    found: dict[str, str] = {}
    for here, there in sorted(couples, key=unlike):
        alike_enough = len(found) < most and (unlike((here, there)) < UNLIKE or not found)
        if alike_enough and here not in found and there not in found.values():
            found[here] = there
    if not found:
        raise SystemExit(f"no two of {few[0]} … and {many[0]} … show equally many rows")
    return list(found), list(found.values())


def full_pages(small: Visitor, large: Visitor) -> list[str]:
    """Words that fill a page of results on both sites."""
    words = sorted(small.words() & large.words())[:90]
    shown = {word: small.get(search(word)).count("<article") for word in words}
    full = [word for word in words if shown[word] and shown[word] == max(shown.values())]
    if len(full) < 25:  # couples for nine rounds
        raise SystemExit(f"only {len(full)} words stand in titles of both sites and fill a page of results")
    return full[:40]


def search(*words: str) -> str:
    return f"/search?{urlencode({'q': ' '.join(words)})}"


def filled(folder: Path, questions: int, database: str = "") -> Site:
    """A site on the PostgreSQL of that address, or on SQLite."""
    site = Site(folder)
    site.settings = {"PAGE_CACHE_MB": "0", "API_DAILY_QUOTA": "0"}
    if database:
        site.settings |= {"DATABASE_URL": database, "PGAPPNAME": NAME}
    if questions:
        print(f"filling {questions:,} questions ...", flush=True)
        site.manage("migrate", "-v0")
        site.manage("fill", "--questions", str(questions), "--seed", "1", timeout=LONG)
        site.manage("reindex", timeout=LONG)
    site.manage("collectstatic", "--noinput", "-v0")
    return site


def visitor(stack: ExitStack, site: Site) -> Visitor:
    session = site.manage("shell", "-v0", "-c", SIGN_IN).rsplit("session ", 1)[1].strip()
    return Visitor(stack.enter_context(served("geeks.wsgi", site)), session, site.settings.get("DATABASE_URL", ""))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--large", type=Path)
    parser.add_argument("--large-url", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=[], metavar="PAGE", help="the kinds whose names begin so")
    given = parser.parse_args()
    if given.large_url and not given.large:
        parser.error("--large-url needs --large: the folder of its search index")
    chosen = given.on if not given.large else ["PostgreSQL" if given.large_url else "SQLite"]
    missed = False
    for database in chosen:
        rows = measured(database, given)
        keep(f"growth on {database}", {"rows": rows})
        missed |= any(row["growth"] > most_of(row["page"]) for row in rows)
    return int(missed)


def measured(database: str, given: argparse.Namespace) -> list[dict[str, Any]]:
    print(database, flush=True)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = ["", ""]
        if given.large_url:  # the same server, reached in the same way
            urls = [stack.enter_context(neighbour(given.large_url)), given.large_url]
        elif database == "PostgreSQL":
            server = stack.enter_context(postgres())
            urls = [server.database(), server.database()]
        small = filled(place / "small", SMALL, urls[0])
        large = filled(given.large or place / "large", 0 if given.large else given.questions, urls[1])
        return compare(visitor(stack, small), visitor(stack, large), given)


@contextmanager
def neighbour(url: str) -> Iterator[str]:
    """The address of a new database on the same server, which is dropped at the end."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench_small")
        try:
            yield urlsplit(url)._replace(path="/bench_small").geturl()
        finally:
            connection.execute("DROP DATABASE bench_small WITH (FORCE)")


def compare(small: Visitor, large: Visitor, given: argparse.Namespace) -> list[dict[str, Any]]:
    print(f"{'page':32}{'small ms':>10}{'large ms':>10}{'growth':>9}{'KB':>7}")
    found: list[dict[str, Any]] = []
    for name, (few, many) in pages(small, large, tuple(given.only) or ("",)):
        asked = [(small, itertools.cycle(few)), (large, itertools.cycle(many))]
        for who, paths in asked:
            who.cost(paths, WARM)
        costs = [[who.cost(paths) for who, paths in asked] for _ in range(given.rounds)]
        before, after = (statistics.median(cost[number] for cost in costs) for number in (0, 1))
        # Some only, and last: a search looked at is remembered.
        longer = sum(large.size(path)[1] for path in many[:30]) / sum(small.size(path)[1] for path in few[:30])
        verdict = "" if after / before <= most_of(name) else f"  target {most_of(name)} MISSED"
        print(f"{name:32}{before:10.1f}{after:10.1f}{after / before:9.2f}{longer:7.2f}{verdict}", flush=True)
        found.append({"page": name, "small_ms": before, "large_ms": after, "growth": after / before, "longer": longer})
    return found


def most_of(page: str) -> float:
    return MOST_SEARCH if page in SEARCHES else MOST


if __name__ == "__main__":
    sys.exit(main())
