"""What Stack Exchange's authors write comes out as they expect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geeks.rendering import render
from tests.rendering.reading import events

HABITS = [
    json.loads(line) for line in (Path(__file__).parent / "cases" / "habits.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("habit", HABITS, ids=[habit["id"] for habit in HABITS])
def test_markdown_comes_out_as_its_author_expects(habit):
    assert events(render(habit["md"]).html) == events(habit["html"])


def test_a_list_keeps_its_start_number():
    assert '<ol start="5">' in render("5. a\n6. b").html


def test_code_in_a_named_language_is_coloured_with_classes():
    html = render("```python\nx = 1\n```").html
    assert '<pre class="highlight"><code class="language-python">' in html
    assert "style=" not in html


@pytest.mark.parametrize("hint", ["<!-- language: lang-py -->", "<!-- language-all: lang-py -->"])
def test_a_language_hint_colours_the_code_below_it(hint):
    assert 'class="language-python"' in render(f"{hint}\n\n    x = 1\n").html


@pytest.mark.parametrize("language", ["", "none", "no-such-language"])
def test_code_in_no_known_language_stays_plain(language):
    assert "<pre><code>x = 1\n</code></pre>" in render(f"```{language}\nx = 1\n```").html


def test_a_spoiler_has_its_class():
    assert '<blockquote class="spoiler">' in render(">! the butler").html


def test_links_to_other_sites_are_marked_and_our_own_are_not():
    html = render("[a](https://e.org) [b](/questions/1)").html
    assert '<a rel="nofollow ugc noopener" href="https://e.org">' in html
    assert '<a href="/questions/1">' in html


def test_mentions_are_collected_once_and_not_from_code_or_addresses():
    assert render("@ada, @ben and @ada; `@code` a@mail.org https://e.org/@path").mentions == ("ada", "ben")
