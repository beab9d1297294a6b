"""A page of sixty formulas in a real browser: at rest, small, without scripts, within a strict policy."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from geeks import assets
from geeks.rendering import mathjax

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:"
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300);
})"""


def formulas(count=None):
    lines = (Path(__file__).parent / "formulas.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row["tex"], row["display"]) for row in map(json.loads, lines)][:count]


def page_of(pairs, script=False):
    results = mathjax.typeset(pairs, seconds=60)
    parts = [mathjax.formula_html(*pair, result, "p") for pair, result in zip(pairs, results, strict=True)]
    sheets = "".join(f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in ("base", "post", "maths"))
    tail = '<script type="module" src="/static/js/maths.js"></script>' if script else ""
    body = mathjax.glyph_sheet(results, "p") + "".join(f"<p>Let {part} be given.</p>" for part in parts)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Formulas</title>{sheets}{tail}'
        f'<link rel="icon" href="data:,"></head><body><main class="post-body">{body}</main></body></html>'
    )


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.page, self.sent, self.missing = "", 0, []
        self.address = f"http://127.0.0.1:{self.server_port}/"


class Answer(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        """Quiet."""

    def do_GET(self):
        path = urlsplit(self.path).path
        body, kind = self.find(path)
        if body is None:
            self.server.missing.append(path)
            return self.send_error(404)
        body = gzip.compress(body)
        self.server.sent += len(body)
        self.send_response(200)
        for name, value in {
            "Content-Type": kind,
            "Content-Encoding": "gzip",
            "Content-Length": str(len(body)),
            "Content-Security-Policy": POLICY,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def find(self, path):
        if path == "/":
            return self.server.page.encode(), "text/html; charset=utf-8"
        kind = "text/css" if path.endswith(".css") else "text/javascript"
        name = path.removeprefix("/static/")
        file = assets.NODE_MODULES / name[4:] if name[4:] in assets.BROWSER_FILES else ROOT / "static" / name
        return (file.read_bytes(), kind) if file.is_file() else (None, kind)


@pytest.fixture
def site():
    server = Site()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: {CHROMIUM} is not installed")
    switches = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[f"--{name}" for name in [*switches.split(), "disable-sync"]]
        )
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium):
    context = chromium.new_context(viewport={"width": 900, "height": 800})
    page = context.new_page()
    page.troubles = []
    page.on("console", lambda message: page.troubles.append(message.text))
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    yield page
    context.close()


def test_sixty_formulas_rest_still_and_weigh_little(site, tab):
    site.page = page_of(formulas(60))
    tab.goto(site.address)
    assert tab.evaluate(SHIFTS) < 0.001
    assert tab.locator("span.math > svg").count() == 60
    assert site.sent <= 120_000
    assert tab.troubles == []
    assert site.missing == []


def test_formulas_show_without_scripts(site, chromium):
    site.page = page_of(formulas(60))
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address)
    boxes = [page.locator("span.math > svg").nth(number).bounding_box() for number in (0, 1, 20, 59)]
    context.close()
    assert all(box["width"] > 5 and box["height"] > 5 for box in boxes)


def test_mathml_takes_no_room_and_a_line_keeps_its_height(site, tab):
    site.page = page_of([("x", False), ("x+y", False)])
    tab.goto(site.address)
    sizes = tab.locator(".math-mathml").evaluate_all("(all) => all.map((one) => [one.offsetWidth, one.offsetHeight])")
    assert sizes == [[1, 1], [1, 1]]
    heights = tab.evaluate("""() => {
      const [line] = document.querySelectorAll("p");
      const before = line.offsetHeight;
      line.querySelector(".math").remove();
      return [before, line.offsetHeight];
    }""")
    assert heights[0] == heights[1]


def test_a_formula_stands_on_the_line_of_its_text(site, tab):
    site.page = page_of([(r"\frac{1}{2}", False)])
    tab.goto(site.address)
    placed = tab.locator(".math > svg").evaluate("(drawing) => getComputedStyle(drawing).verticalAlign")
    assert -20 < float(placed.removesuffix("px")) < -5


@pytest.mark.parametrize("width", [360, 900])
def test_a_wide_formula_scrolls_by_itself_and_never_the_page(site, tab, width):
    wide = "+".join(f"a_{{{number}}}x^{{{number}}}" for number in range(25))
    tag = wide[:200].rsplit("+", 1)[0] + r"\tag{long}"
    site.page = page_of([(wide, True), (wide, False), (tag, True)])
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(site.address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    scrolls = tab.locator(".math-display").evaluate_all("(all) => all.map((one) => one.scrollWidth > one.clientWidth)")
    assert scrolls[0]
    focusable = tab.locator(".math-display").evaluate_all("(all) => all.map((one) => one.tabIndex)")
    assert all(index == 0 for index, scrolled in zip(focusable, scrolls, strict=True) if scrolled)


def test_a_drawing_cannot_cover_the_page(site, tab):
    site.page = page_of([(r"\smash{\raise20em{\rlap{\rule{90em}{90em}}}}", False)])
    tab.goto(site.address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 900
    found = tab.evaluate("document.elementFromPoint(600, 10)?.closest('svg') === null")
    assert found


def test_ink_follows_the_colour_scheme(site, chromium):
    site.page = page_of([("x", False)])
    inks = []
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(site.address)
        inks.append(page.locator(".math use").evaluate("(one) => getComputedStyle(one).fill"))
        context.close()
    assert inks[0] != inks[1]


def test_the_browser_typesets_what_the_server_left_within_the_same_policy(site, tab, monkeypatch):
    monkeypatch.setenv("GEEKS_MATHJAX", "off")
    mathjax.forget()
    ordinary = [pair for pair in formulas() if "physics" not in pair[0]]
    late = [(r"\eqref{below}", False), (r"z\tag{5}\label{below}", True)]
    site.page = page_of([*ordinary, *late, (r"\frac{", False), (r"\href{javascript:alert(1)}{x}", False)], script=True)
    assert "<svg" not in site.page
    tab.goto(site.address)
    tab.wait_for_function(
        "document.querySelectorAll('.math').length === document.querySelectorAll('.math > svg').length"
    )
    assert tab.locator("span.math > svg").count() == len(ordinary) + 3
    assert tab.locator(".math-error").get_attribute("title") == "Missing close brace"
    assert "(5)" in tab.locator(r"[data-tex='\\eqref{below}']").inner_text()
    assert tab.locator("a[href^='javascript']").count() == 0
    assert tab.locator("style").count() == 0
    assert tab.troubles == []
    assert site.missing == []


def test_a_page_whose_formulas_are_typeset_loads_no_mathjax(site, tab):
    site.page = page_of([("x", False)], script=True)
    tab.goto(site.address)
    tab.wait_for_load_state("networkidle")
    assert site.sent < 60_000
