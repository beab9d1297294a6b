"""What the first paint is made of: sixty formulas that rest still, show without scripts and weigh little; nothing from
elsewhere, and nothing the policy refuses, on any page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.client import Client, ask, number_of
from tests.browser.site import Site

FORMULAS = 60
MOST_BYTES = 120_000
MOST_SHIFT = 0.001
# In lists the line of the author stands at the right and grows to the left when it arrives in two pieces.
MOST_SHIFT_OF_LISTS = 0.01
CORPUS = Path(__file__).parent.parent / "rendering" / "formulas.jsonl"
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 200)));
})"""
ADMIN = ("question", "answer", "article", "comment", "category", "tag", "user", "audit", "revision", "upload")


@pytest.fixture(scope="module")
def long_question(ada: Client) -> str:
    """The path of a question with sixty formulas, as people write them."""
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    usable = [row for row in rows if "\\label" not in row["tex"] and "\\tag" not in row["tex"]][:FORMULAS]
    lines = [
        f"Then, by step {number},\n\n$$\n{row['tex']}\n$$" if row["display"] else f"Let ${row['tex']}$ be given."
        for number, row in enumerate(usable, 1)
    ]
    return ask(ada, "Sixty formulas on one page, do they rest?", "\n\n".join(lines))


class Watched:
    """A page of a new context; `sent` are the bytes of all answers, `trouble` what the browser refused or met."""

    def __init__(self, browser: Browser, site: Site, **options) -> None:
        self.host = urlsplit(site.url).netloc
        self.context = browser.new_context(base_url=site.url, **options)
        self.page = self.context.new_page()
        self.sent, self.foreign, self.trouble = 0, [], []
        network = self.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", self._finished)
        self.page.on("request", self._request)
        self.page.on("console", lambda line: self.trouble.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("requestfailed", self._failed)

    def _finished(self, event) -> None:
        self.sent += event["encodedDataLength"]

    def _failed(self, request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the next page was asked for before this one's icon came
            self.trouble.append(f"{request.failure}: {request.url}")

    def _request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.netloc != self.host:
            self.foreign.append(request.url)


@pytest.fixture
def watched(browser: Browser, site: Site) -> Iterator[Watched]:
    made = Watched(browser, site, viewport={"width": 412, "height": 823})
    yield made
    made.context.close()


def test_sixty_formulas_rest_still_and_weigh_little(watched: Watched, long_question: str) -> None:
    watched.page.goto(long_question, wait_until="networkidle")
    assert watched.page.locator("#question .math > svg").count() == FORMULAS
    assert watched.page.evaluate(SHIFTS) < MOST_SHIFT
    print(f"\nsixty formulas: {watched.sent:,} bytes over all requests")
    assert 10_000 < watched.sent <= MOST_BYTES
    assert watched.foreign == watched.trouble == []


def test_nothing_moves_while_a_slow_line_brings_the_page(watched: Watched, long_question: str) -> None:
    network = watched.context.new_cdp_session(watched.page)
    slow = {"offline": False, "latency": 60, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    watched.page.goto(long_question, wait_until="networkidle")
    assert watched.page.evaluate(SHIFTS) < MOST_SHIFT


@pytest.mark.parametrize("name", ["front page", "category", "question", "article", "search"])
def test_next_to_nothing_moves_on(name: str, watched: Watched, places: dict[str, str]) -> None:
    watched.page.goto(places[name], wait_until="networkidle")
    assert watched.page.evaluate(SHIFTS) < MOST_SHIFT_OF_LISTS


def test_formulas_show_without_scripts(browser: Browser, site: Site, long_question: str) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(long_question)
    drawings = page.locator("#question .math > svg")
    assert drawings.count() == FORMULAS
    for number in (0, 20, FORMULAS - 1):
        box = drawings.nth(number).bounding_box()
        assert box
        assert box["width"] > 4
        assert box["height"] > 4
    context.close()


def test_no_page_asks_another_host_or_breaks_the_policy_for_strangers(watched: Watched, places: dict[str, str]) -> None:
    walk(watched, [path for name, path in places.items() if name != "missing"])
    assert watched.foreign == watched.trouble == []


def test_no_page_asks_another_host_or_breaks_the_policy_for_a_moderator(
    browser: Browser, site: Site, places: dict[str, str], keys
) -> None:
    number = number_of(places["question"])
    made = Watched(browser, site, storage_state=keys["mod"])
    walk(made, [places[name] for name in ("front page", "question", "article", "profile", "search", "history")])
    walk(made, ["/questions/ask", "/articles/new", "/uploads", f"/posts/{number}/edit", "/accounts/password/change"])
    walk(made, ["/accounts/email", "/admin/", f"/admin/geeks/question/{number}/change/"])
    walk(made, [f"/admin/geeks/{name}/" for name in ADMIN])
    made.context.close()
    assert made.foreign == made.trouble == []


def test_the_watch_sees_a_broken_policy_and_a_foreign_request(watched: Watched) -> None:
    page: Page = watched.page
    page.goto("/about")
    page.evaluate("document.body.setAttribute('onclick', 'alert(1)')")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://foreign.invalid/x.png'}))")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in line for line in watched.trouble)


def walk(watched: Watched, paths: list[str]) -> None:
    for path in paths:
        answer = watched.page.goto(path, wait_until="load")
        assert answer
        assert answer.status == 200, path
