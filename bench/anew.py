"""What a page costs that is made anew, in times of a bare Django view under the same server.

    python -m bench.anew [--rounds 5]

"stranger" is a reader who is not signed in, of a site that keeps nothing of whole pages (`PAGE_CACHE_MB=0`): what the
first one gets after a change. "member" is a signed-in person, whose pages are never kept, on a site as it is set up,
"changed" the same on the other one, which reads every row again as after a change. Of all three the pieces that other
pages have made (rows of lists, comments, cards) may be remembered, as on a site that is read. "first" is the very first
page of its kind that a web process makes, nothing remembered, by the clock, for one request is too short for that of
the processor. The question has five answers and twenty comments. Bare views are asked for in turn with each page;
shown are medians over the rounds. Exits with 1 when a
stranger's or member's page costs more than its target. Figures go to build/bench.json under `anew`.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.pages import REQUESTS as REQUESTS_BARE
from bench.pages import Server, keep, measure, served
from tests.browser.site import Site

MOST = 10.0
REQUESTS = 300  # of a page in a round
SLICES = 5  # of a round, bare views between them
READERS = ("stranger", "member", "changed")
TOKEN = "b" * 32  # the cookie against forged requests, which a browser has from its first form on
THREAD = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from geeks.models import Category, Question, User
people = [User.objects.create(username=f"reader{number}", display_name=f"Reader {number}", reputation=1500)
          for number in range(8)]
question = Question.objects.ask(people[0], "How much does a page with five answers cost?", "One with $n^2$ in it. " * 9,
                                Category.objects.get(slug="data-science"), ["probability"])
posts = [question, *(question.give_answer(person, "It is $\\\\frac{n}{2}$, as was said before. " * 9)
                     for person in people[1:6])]
for number in range(20):
    posts[number % 6].comments.write(people[6], f"Is $n_{{{number}}}$ even here? I should like to know.")
store = import_module(settings.SESSION_ENGINE).SessionStore()
store.update({SESSION_KEY: str(people[7].pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]})
store[HASH_SESSION_KEY] = people[7].get_session_auth_hash()
store.create()
print("found", question.get_absolute_url(), people[1].get_absolute_url(), store.session_key)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with ExitStack() as stack:
        site = Site(Path(stack.enter_context(tempfile.TemporaryDirectory())), settings={"PAGE_CACHE_MB": "0"})
        site.fill(27)
        found = re.search(r"^found (\S+) (\S+) (\S+)$", site.manage("shell", "-v0", "-c", THREAD), re.MULTILINE)
        assert found is not None
        site.manage("reindex")
        bare = stack.enter_context(served("bench.bare", site))
        anew = stack.enter_context(served("geeks.wsgi", site))
        site.settings = {}
        usual = stack.enter_context(served("geeks.wsgi", site))
        addresses = {
            "front page": "/",
            "category": "/c/data-science",
            "question": found[1],
            "profile": found[2],
            "search": "/search?q=variance",
        }
        return compare((bare, anew, usual), addresses, f"sessionid={found[3]}; csrftoken={TOKEN}", rounds)


def compare(servers: tuple[Server, Server, Server], addresses: dict[str, str], cookie: str, rounds: int) -> int:
    bare, anew, usual = servers
    first = {name: first_of(anew, path) for name, path in addresses.items()}
    targets = {}
    for name, path in addresses.items():
        targets |= {(name, "stranger"): (anew, path, ""), (name, "changed"): (anew, path, cookie)}
        targets[name, "member"] = (usual, path, cookie)
    found: dict[tuple[str, str], list[tuple[float, float]]] = {target: [] for target in targets}
    for number in range(rounds + 1):
        for target, (server, path, own) in targets.items():
            pair = beside(bare, server, path, own)
            found[target] += [pair] if number else []  # the first round warms
    return told(found, first)


def beside(bare: Server, server: Server, path: str, own: str) -> tuple[float, float]:
    """Milliseconds of a page and of a bare view, asked for in turn: the machine's speed changes from one second to the
    next, and a page that uses more memory slows down more."""
    slices = [
        (measure(server, path, REQUESTS // SLICES, own).cpu, measure(bare, "/", REQUESTS_BARE // SLICES).cpu)
        for _ in range(SLICES)
    ]
    return statistics.mean(cost for cost, _ in slices), statistics.mean(base for _, base in slices)


def told(found: dict[tuple[str, str], list[tuple[float, float]]], first: dict[str, float]) -> int:
    """Print and keep what was found, in milliseconds and in bare views."""
    base = statistics.median(base for pairs in found.values() for _, base in pairs)
    cpu = {target: statistics.median(cost for cost, _ in pairs) for target, pairs in found.items()}
    views = {target: statistics.median(cost / base for cost, base in pairs) for target, pairs in found.items()}
    print(f"a bare view: {base:.2f} ms of CPU")
    print(f"{'page':14}" + "".join(f"{reader:>12}{'ratio':>7}" for reader in READERS) + f"{'first ms':>10}")
    rows: list[dict[str, Any]] = []
    for name in first:
        ratios = {reader: views[name, reader] for reader in READERS}
        missed = "" if max(ratios["stranger"], ratios["member"]) <= MOST else f"  target {MOST:.0f} MISSED"
        print(f"{name:14}" + "".join(f"{cpu[name, reader]:12.2f}{ratios[reader]:7.1f}" for reader in READERS), end="")
        print(f"{first[name]:10.0f}{missed}")
        rows.append({"page": name, **ratios, "first_ms": first[name]})
    keep("anew", {"bare_ms": base, "rows": rows})
    return int(any(max(row["stranger"], row["member"]) > MOST for row in rows))


def first_of(server: Server, path: str) -> float:
    """Milliseconds by the clock."""
    begun = time.perf_counter()
    server.get(path)
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main())
