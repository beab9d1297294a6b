"""Steps of rendering that are left out where they have nothing to do: the outcome is that of the whole way.

A letter beyond ASCII at the end keeps a text from every short cut, so the same text with one is the measure.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geeks.rendering import render_comment, render_html, render_title
from geeks.rendering.images import tidied_images, without_images
from geeks.rendering.shelf import Piece, Shelf
from geeks.rendering.source import clean_part

LONG_WAY = "é"
PIECES = st.sampled_from(
    [
        "a",
        " ",
        "&#",
        "&#0;",
        "&#x202e;",
        "&#57344;",
        "&amp;",
        "\r",
        "\n",
        "\t",
        "\0",
        "\x7f",
        "\x85",
        "\ue000",
        "<b>",
        "@",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_text_is_cleaned_the_same(text):
    assert clean_part(text) == clean_part(f"{text} {LONG_WAY}")[:-2]


@pytest.mark.parametrize("hidden", ["\x7f", "\x1b", "\0", "\r", "&#0;", "&#xE000;", "&#8238;"])
def test_what_a_short_text_may_not_hold_is_not_left_in_it(hidden):
    assert hidden not in clean_part(f"name{hidden}")


@given(st.lists(st.sampled_from(["\ue000", "\ue001", "x", "<p>", "é"]), max_size=8).map("".join))
def test_stand_ins_are_filled_wherever_they_stand(html):
    shelf = Shelf([Piece("a", False, "$a$"), Piece("b", False, "$b$")])
    filled = shelf.fill(html, lambda number, piece: f"[{number}]")
    assert filled == html.replace("\ue000", "[0]").replace("\ue001", "[1]")


def test_formulas_that_end_in_no_text_are_forgotten():
    shelf = Shelf([Piece("a", False, "$a$"), Piece("b", False, "$b$")])
    assert shelf.keep_shown("<p>plain</p>") == "<p>plain</p>"
    assert shelf.formulas == []


def test_images_are_found_where_there_are_some():
    for html in ('<p><img src="https://a.example/x.png"></p>', '<img alt="y" src="/z.png">'):
        assert 'loading="lazy"' in tidied_images(html)
        assert "<img" not in without_images(html)
    assert tidied_images(without_images("<p>images of &lt;img&gt;</p>")) == "<p>images of &lt;img&gt;</p>"


@pytest.mark.parametrize("name", ["@ada", "&#64;ada", "&commat;ada"])
def test_mentions_are_found_however_they_are_written(name):
    assert render_html(f"<p>As {name} says.</p>").mentions == ("ada",)
    assert render_comment("As @ada says.").mentions == ("ada",)
    assert render_title("As nobody says").mentions == ()
