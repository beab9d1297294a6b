"""Whether a page costs the same on a large site: CPU of each kind of page, made anew, beside a site of 1,000 questions.

    python -m bench.growth [--questions 100000] [--large FOLDER] [--rounds 5]

Two made-up sites (`fill`), nothing kept, the same web server; every round measures both in turn. `--large` names a
DATA_DIR that is filled and indexed already; a superuser `bench` is added to it. "the oldest": a list's last page.
Exits with 1 when a page grows beyond its target. Figures go to build/bench.json under `growth`.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import Request, urlopen

from bench.pages import Server, keep, served
from tests.browser.site import Site

SMALL = 1_000
MOST, MOST_SEARCH = 1.3, 2.0
REQUESTS = 30  # of a page in a round
EARLY = "2000-01-01T00:00:00+00:00"
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
    """Asks one site for pages, signed in or not."""

    def __init__(self, server: Server, session: str) -> None:
        self.server = server
        self.session = session

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

    def cost(self, paths: Iterator[str], requests: int = REQUESTS) -> float:
        """Milliseconds of CPU a request."""
        before = self.server.cpu_seconds()
        for path in itertools.islice(paths, requests):
            self.get(path)
        return 1000 * (self.server.cpu_seconds() - before) / requests


def pages(visitor: Visitor) -> dict[str, list[str]]:
    """The kinds of pages, with several addresses where the content differs from one to the next."""
    questions = visitor.links(r"/questions/\d+/[^\"?#]+", "/questions?tab=newest", "/questions?tab=active", "/")
    # None of the oldest or the best, which a large site has more of, as people have of everything there.
    people = visitor.links(r"/users/\d+/[^\"?#]+", "/questions?tab=newest")
    tags = visitor.links(r"/questions/tagged/[^\"?#]+", "/questions?tab=newest")
    category = visitor.links(r"/c/[\w-]+", "/c")[:1]
    admin = {f"admin: {name}s": [f"/admin/geeks/{name}/"] for name in ("question", "answer", "comment", "user", "vote")}
    words = ["web", "android", "question", "value"]
    return {
        "front page": ["/"],
        "questions, newest": ["/questions?tab=newest"],
        "questions, newest: the oldest": [f"/questions?tab=newest&before={cursor(EARLY, 0)}"],
        "questions, score": ["/questions?tab=score"],
        "questions, score: the lowest": [f"/questions?tab=score&before={cursor(-1_000_000, 0)}"],
        "questions, unanswered": ["/questions?tab=unanswered"],
        "category": category,
        "tag": tags[:8],
        "tags": ["/tags"],
        "people": ["/users"],
        "question": questions[:30],
        "profile": people[:10],
        "search": [f"/search?q={word}" for word in words],
        **admin,
        "admin: history": ["/admin/geeks/revision/"],
    }


def cursor(*key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def filled(folder: Path, questions: int) -> Site:
    site = Site(folder)
    site.settings = {"PAGE_CACHE_MB": "0", "API_DAILY_QUOTA": "0"}
    if questions:
        print(f"filling {questions:,} questions ...", flush=True)
        site.manage("migrate", "-v0")
        site.manage("collectstatic", "--noinput", "-v0")
        site.manage("fill", "--questions", str(questions), "--seed", "1")
        site.manage("reindex")
    return site


def session_of(site: Site) -> str:
    return site.manage("shell", "-v0", "-c", SIGN_IN).rsplit("session ", 1)[1].strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--large", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sites = [
            filled(place / "small", SMALL),
            filled(given.large or place / "large", 0 if given.large else given.questions),
        ]
        visitors = [Visitor(stack.enter_context(served("geeks.wsgi", site)), session_of(site)) for site in sites]
        return compare(*visitors, given.rounds)


def compare(small: Visitor, large: Visitor, rounds: int) -> int:
    kinds = [(name, few, many) for (name, few), many in zip(pages(small).items(), pages(large).values(), strict=True)]
    print(f"{'page':32}{'small ms':>10}{'large ms':>10}{'growth':>9}")
    rows, missed = [], False
    for name, few, many in kinds:
        asked = [(small, itertools.cycle(few)), (large, itertools.cycle(many))]
        for visitor, paths in asked:
            visitor.cost(paths, 10)  # warm
        costs = [[visitor.cost(paths) for visitor, paths in asked] for _ in range(rounds)]
        before, after = (statistics.median(cost[number] for cost in costs) for number in (0, 1))
        most = MOST_SEARCH if name == "search" else MOST
        missed |= after / before > most
        verdict = "" if after / before <= most else f"  target {most} MISSED"
        print(f"{name:32}{before:10.1f}{after:10.1f}{after / before:9.2f}{verdict}", flush=True)
        rows.append({"page": name, "small_ms": before, "large_ms": after, "growth": after / before})
    keep("growth", {"rows": rows})
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
