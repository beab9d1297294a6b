"""Whatever is typed into the search box gets an answer from a real index: a page in bounded time that says what of it
could not be read."""

import html
import re
import time

import pytest

from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db

READABLE = ""
# What is typed: what the page must say about it.
TYPED = {
    'why does "zeta function vanish': "quotation mark without a second one",
    '"': "quotation mark without a second one",
    "zeta $x^2": "dollar without a second one",
    "$": "nothing in this to look for",
    "$$": "dollar without a second one",
    "it costs $5 and $10": READABLE,
    "zeta " * 10_000: "Only the first 4,000 characters",
    " ".join(f"w{n}" for n in range(10_000)): "Only the first 4,000 characters",
    " ".join(f"w{n}" for n in range(800)): "The query is very long",
    " ".join(f"ze{n}*" for n in range(500)): "words with * were searched for",
    " ".join(f"[t{n}]" for n in range(500)): "The query is very long",
    "*": "nothing in this to look for",
    "**" * 900: "nothing in this to look for",
    "z*": "was read without *",
    "z*e*t*a*f*u*n*c": "was read without *",
    "score:": "score: was read as a word",
    "is:": "is: was read as a word",
    "-": "nothing in this to look for",
    "[]": "nothing in this to look for",
    ".* (x|y)? ^$ \\d{3} a{1000000} (?:[": READABLE,
    "zeta \x00 function": READABLE,
    "\x00": READABLE,
    "\U0001f600": "nothing in this to look for",
    "\U0001f600 zeta": READABLE,
    "\u202ezeta \u05d0\u05e4\u05e1 \u0645\u0631\u062d\u0628\u0627": READABLE,
    "\ud83d": "nothing in this to look for",
    "{" * 1000 + "}" * 1000: READABLE,
    "$" + "{" * 1000 + "}" * 1000 + "$": "There is no formula in",
    "$" + "{" * 1000 + "x" + "}" * 1000 + "$": READABLE,
    "$" + "\\frac{" * 500 + "$": READABLE,
    "$" + "x^" * 900 + "$": READABLE,
    " ".join(f"$x_{{{n}}}$" for n in range(300)): "formulas were searched for",
    "score:99999999999999999999": "goes beyond all numbers",
    "views:..-99999999999999999999": "goes beyond all numbers",
    "user:99999999999999999999": READABLE,
    "inquestion:99999999999999999999 inbookmarks:99999999999999999999": "was read as words",
    "created:2024-02-30": "was read as words",
    "created:2024-13 lastactive:0000": "was read as words",
    "created:9999..": READABLE,
    "lastactive:9999y..": "was read as words",
    "score:high": "was read as words",
    "deleted:1": "was left out",
    "a" * 4000: READABLE,
    "url:" + "*a" * 100: "was read as words",
    "[" * 900 + "]" * 900: READABLE,
}


@pytest.fixture
def index(db):
    make.question(title="Why does the zeta function vanish?", body="It is $x^2$, and costs me $5 and $10 in all.")
    make.answer(body="Take $\\frac{x}{y}$ as it stands, and do not ask why that should be so.")
    backend = indexing.writer()
    indexing.rebuild(backend)
    backend.close()


@pytest.mark.parametrize("typed", TYPED, ids=range(len(TYPED)))
def test_whatever_is_typed_gets_a_page_in_time_that_says_what_it_could_not_read(stranger, index, typed):
    started = time.process_time()
    response = stranger.get("/search", {"q": typed.encode("utf-8", "replace").decode()})
    assert time.process_time() - started < 2
    assert response.status_code == 200
    page = html.unescape(response.content.decode())
    notes = re.search(r'<div class="search-notes">(.*?)</div>', page, re.DOTALL)
    assert TYPED[typed] in (notes[1] if notes else "")
