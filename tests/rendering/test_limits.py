"""Every text of at most 30,000 characters renders within three seconds or is refused with a sentence that says why."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geeks.rendering import Rendered, RenderRefused, render, render_comment, render_title
from geeks.rendering.images import without_foreign_images
from tests.rendering.hostile import HOSTILE, LONGEST
from tests.rendering.reading import harm_in

SECONDS = 3.0
PIECES = st.sampled_from(
    [
        "* a",
        "- ",
        "1. ",
        "> ",
        "    ",
        "\n",
        "\n\n",
        "```",
        "~~~",
        "`",
        "``",
        "$",
        "$$",
        "$a",
        "\\(",
        "\\[",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "<",
        "<a ",
        "<div>",
        "</div>",
        "<b>",
        "-->",
        "<!--",
        "&amp;",
        "&",
        "*",
        "_",
        "**",
        "a",
        "b ",
        "http://a.b",
        "#",
        "# ",
        "===",
        "---",
        "~~",
        ">! ",
        "[tag:a]",
        "[a]: b",
        "\\begin{align}",
        "\\end{align}",
        "\\",
        "'",
        '"',
        ":",
        "a-",
        "\t",
        "  \n",
        "@a",
    ]
    + ["|", "|-|-|\n"]
)


def seconds(source: str, renderer=render) -> float:
    begun = time.process_time()
    try:
        renderer(source)
    except RenderRefused as refusal:
        return time.process_time() - begun if str(refusal).endswith(".") and refusal.text == source else SECONDS
    return time.process_time() - begun


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_of_full_length_is_done_in_time(name):
    source = HOSTILE[name](LONGEST)
    assert len(source) <= LONGEST
    assert seconds(source) < SECONDS


@pytest.mark.parametrize("name", ["open brackets", "emphasis", "dollar and letter", "link without end", "addresses"])
def test_hostile_comments_and_titles_are_done_in_time(name):
    source = HOSTILE[name](LONGEST)
    assert seconds(source, render_comment) < SECONDS
    assert seconds(source, render_title) < SECONDS


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, min_size=1, max_size=12), st.lists(PIECES, max_size=12))
def test_any_mixture_repeated_to_full_length_is_done_in_time(first, second):
    one, two = "".join(first), "".join(second)
    half = LONGEST // 2
    source = (one * (half // len(one) + 1))[:half] + (two * half)[:half]
    assert seconds(source) < SECONDS


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.characters(), max_size=60).map("".join))
def test_any_text_renders_harmlessly(source):
    try:
        rendered = render(source)
    except RenderRefused:
        return
    assert isinstance(rendered, Rendered)
    assert harm_in(without_foreign_images(rendered.html)) == ""
    assert harm_in(rendered.excerpt_html) == ""


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("x" * 30_001, "30,001 characters"),
        ("$a$ " * 301, "301 formulas"),
        ("$" + "x" * 4_001 + "$", "4,001 characters"),
        ("$$" + "x" * 3_900 + "$$ ", ""),
    ],
)
def test_what_is_too_much_is_refused_by_name(source, says):
    if not says:
        assert render(source).formulas
        return
    with pytest.raises(RenderRefused, match=says) as refused:
        render(source)
    assert refused.value.text == source
    assert refused.value.html.startswith("<pre>")


def test_deep_nesting_stays_flat_enough_for_any_parser():
    html = render(">" * 3_000 + " a").html
    assert html.count("<blockquote>") <= 20


def test_characters_that_deceive_are_dropped():
    assert render("a\u202eb\u2066c\x00d\ud800e").text == "abcde"
