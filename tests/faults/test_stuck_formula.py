"""A web process that is stuck in formulas which never end: others are answered meanwhile, the formulas get the time
that a text has and no more, and the engine works afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.browser.client import Client, ask
from tests.browser.site import Site
from tests.faults.rounds import web_of
from tests.rendering.test_mathjax_hostile import BOMBS

NAMES = ("a macro that calls itself twice", "columns of columns", "a long sum", "doubling twenty times")
SECONDS = 3  # of CPU: what a text may take
READ = ("/", "/questions", "/users", "/tags", "/healthz")  # not /search: its snippets are typeset on reading


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


@pytest.fixture(scope="module")
def site(sites) -> Iterator[Site]:
    with sites.on("SQLite") as site:
        yield site.start()


def processor_seconds(pid: int) -> float:
    """That this process has used up to now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_formulas_that_never_end_hold_up_nobody_else(site):
    her, web = Client(site.url).sign_in("ada", site.logins["ada"]), web_of(site)
    assert "<svg" in her.post("/preview", markdown="$\\frac{a}{b}$").text  # it has begun
    for path in READ:
        Client(site.url).get(path)
    before = processor_seconds(web)
    with ThreadPoolExecutor(len(NAMES)) as pool:
        texts = [f"A text with a bomb in it.\n\n$$x_{number} {BOMBS[name]}$$" for number, name in enumerate(NAMES)]
        stuck = [pool.submit(her.twin().post, "/preview", markdown=text) for text in texts]
        answered = 0
        while not all(one.done() for one in stuck):
            path = READ[answered % len(READ)]
            assert Client(site.url).get(path).status == 200, path
            answered += 1
        replies = [one.result() for one in stuck]
    assert answered > len(READ), "the formulas were done before others were answered"
    for reply in replies:
        # Where all four came at once, a text may have waited so long for the engine that it is refused as a whole.
        assert (reply.status == 200 and "math-error" in reply.text) or (reply.status == 400 and "split" in reply.text)
    others = 0.05 * answered  # what the pages may have taken
    assert processor_seconds(web) - before < SECONDS * len(NAMES) + others
    assert web_of(site) == web, "no process had to die for it"
    assert "<svg" in her.post("/preview", markdown="$\\frac{c}{d}$").text
    page = her.get(ask(her, "Does a formula come out after that?", "It should: $\\sqrt{e^{f}}$ is one that does."))
    assert "<svg" in page.text


def test_a_bomb_that_is_posted_is_stored_as_its_source(site):
    her = Client(site.url).sign_in("ada", site.logins["ada"])
    page = her.get(ask(her, "What becomes of a bomb?", f"It stays what it is: $${BOMBS[NAMES[0]]}$$ and that is all."))
    assert (page.status, "math-error" in page.text) == (200, True)
    assert Client(site.url).get("/questions").status == 200
