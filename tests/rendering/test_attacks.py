"""Nothing that a person types can run, frame, submit, restyle or load from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markupsafe import Markup

from geeks.rendering import render, render_comment, render_snippet, render_title, safe
from geeks.rendering.images import without_foreign_images
from geeks.rendering.sanitise import sanitised
from tests.rendering.reading import harm_in

LINES = (Path(__file__).parent / "cases" / "attacks.txt").read_text("utf-8").splitlines()
ATTACKS = [line.replace("\\n", "\n").replace("\\u0001", "\x01").replace("\\\\", "\\") for line in LINES]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_post_carries_no_harm(attack):
    rendered = render(attack)
    assert harm_in(without_foreign_images(rendered.html)) == ""
    assert harm_in(rendered.excerpt_html) == ""


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_inside_other_markup_carries_no_harm(attack):
    html = render(f"> - **{attack}**\n\n[{attack}](/x) ![{attack}](/media/y.png)").html
    assert harm_in(without_foreign_images(html)) == ""


@pytest.mark.parametrize("attack", ATTACKS)
def test_comments_titles_and_snippets_carry_no_harm(attack):
    assert harm_in(render_comment(attack).html) == ""
    assert harm_in(render_title(attack).html) == ""
    assert harm_in(render_snippet(render(attack).text, ["alert", "<script>"])) == ""


def test_the_checker_sees_harm_where_there_is_some():
    harmful = ("<script></script>", "<b onclick=x>", '<a href="java\nscript:x">', "<img src=//x>", "<svg></svg>")
    assert all(harm_in(html) for html in harmful)


def test_nobody_can_forge_the_site_s_own_classes_or_ids():
    html = render('<span class="math" data-tex="x" id="y">z</span> <a class="tag" href="/x">w</a>').html
    assert "class=" not in html
    assert "data-tex" not in html
    assert "id=" not in html


def test_the_gate_alone_stops_what_markdown_lets_through():
    assert sanitised('<p style="x" id="y"><a class="tag other" href="https://e.org" target="_blank">z</a></p>') == (
        '<p><a rel="nofollow ugc noopener" href="https://e.org">z</a></p>'
    )


def test_only_the_gate_hands_out_safe_strings():
    assert type(render("x").html) is str
    assert isinstance(safe(render("x").html), Markup)


def test_a_page_without_formulas_says_nothing_of_them():
    assert json.dumps(render("plain").html) == '"<p>plain</p>"'
