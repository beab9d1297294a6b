"""What posts, comments, titles, excerpts and snippets become."""

from __future__ import annotations

import re

import pytest

from geeks.rendering import RENDER_VERSION, render, render_comment, render_snippet, render_title
from tests.rendering.reading import formulas_of, visible_text

PHRASING = re.compile(r"<(?:p|div|ul|ol|li|blockquote|pre|h[1-6]|table|hr)\b")


def test_the_text_is_plain_with_formulas_in_dollars():
    text = render("# Why $a<b$?\n\n- **one** &amp; `two`\n\n$$c$$\n\n```\nthree < 3\n```").text
    assert text == "Why $a<b$?\none & two\n$$c$$\nthree < 3"


def test_a_short_text_is_its_own_excerpt():
    assert render("Just *this* and $x$.").excerpt == "Just this and $x$."


def test_a_long_text_is_cut_between_words_with_an_ellipsis():
    excerpt = render("word " * 200).excerpt
    assert excerpt.split() == ["word"] * 100 + ["…"]


def test_an_excerpt_shows_that_code_is_left_out():
    assert render("It says\n\n    no\n\n```\nnothing\n```\n\nand stops.\n\n    end\n").excerpt == "It says … and stops."
    assert render("word " * 100 + "\n\n    code\n\nmore").excerpt == "word " * 100 + "…"


def test_an_excerpt_never_cuts_a_formula():
    rendered = render("w " * 95 + "$a + b + c$ $d = e$ " * 10)
    assert rendered.excerpt.endswith("$ …")
    assert rendered.excerpt.count("$") % 2 == 0
    assert len(formulas_of(rendered.excerpt_html)) == 5


def test_an_excerpt_with_many_formulas_stops_before_the_next():
    assert len(formulas_of(render("$x$ " * 60).excerpt_html)) == 30


def test_an_excerpt_is_phrasing_content_with_displays_inline():
    html = render("# a\n\n- b\n\n$$c$$\n\n    code\n\n> d").excerpt_html
    assert not PHRASING.search(html)
    assert "math-display" not in html
    assert visible_text(html) == "a b … d"


MACROS = "$\\newcommand{\\E}[1]{\\mathbb{E}[#1]}$ Let $$\\E{X} = 1.$$ and $\\E{Y}$, then $$\\E{Z}\\tag{1}$$ follows."


def test_an_excerpt_knows_the_commands_that_its_post_defines():
    rendered = render(MACROS)
    assert all(formula.ok for formula in rendered.formulas)
    assert "math-error" not in rendered.excerpt_html
    assert "math-display" not in rendered.excerpt_html
    assert [tex for tex, _ in formulas_of(rendered.excerpt_html)] == [formula.tex for formula in rendered.formulas]


def test_a_display_that_cannot_stand_in_a_line_is_drawn_as_it_is_in_the_post():
    rendered = render("so $$a = b \\tag{7}$$ holds")
    assert formulas_of(rendered.excerpt_html) == [("a = b \\tag{7}", "inline")]
    assert "math-error" not in rendered.excerpt_html


def test_an_excerpt_without_time_left_shows_the_drawings_of_the_post(monkeypatch):
    monkeypatch.setattr("geeks.rendering.filling.SECONDS_FOR_EXCERPT", 0.0)
    html = render("so $$\\sum_{k=1}^{77} k^{71}$$ holds").excerpt_html
    assert "math-error" not in html
    assert formulas_of(html) == [("\\sum_{k=1}^{77} k^{71}", "inline")]


def test_a_word_without_end_does_not_make_an_excerpt_without_end():
    assert len(render("x" * 5_000).excerpt) < 1_200


def test_code_blocks_stay_out_of_excerpts():
    assert render("before\n\n```\nx = 1\n```\n\nafter").excerpt == "before … after"


def test_formulas_of_a_post_share_their_outlines_and_two_posts_do_not_clash():
    ids = [set(re.findall(r' id="([^"]+)"', render(source).html)) for source in ("$x$ one", "$x$ two")]
    if not all(ids):
        pytest.skip("the typesetter is not installed")
    assert not ids[0] & ids[1]


def test_a_comment_is_one_line_of_phrasing_content():
    rendered = render_comment("@ben *so* **what** `x < y`, $a^2$\n\n# no heading\n- no list <b>no tag</b>")
    assert not PHRASING.search(rendered.html)
    assert "<em>so</em> <strong>what</strong> <code>x &lt; y</code>" in rendered.html
    assert "# no heading - no list &lt;b&gt;no tag&lt;/b&gt;" in rendered.html
    assert rendered.mentions == ("ben",)


def test_a_comment_links_addresses_and_shows_no_images():
    html = render_comment("https://e.org/a [b](https://e.org/b) ![c](https://e.org/c.png)").html
    assert html.count("<a ") == 3
    assert "<img" not in html


def test_a_title_has_formulas_and_no_markdown():
    html = render_title("Is *this* <b>$x<y$</b> worth \\$5?").html
    assert "Is *this* &lt;b&gt;" in html
    assert "worth $5?" in html
    assert formulas_of(html) == [("x<y", "inline")]


def test_a_snippet_shows_the_hit_marked_and_formulas_whole():
    text = "before " * 60 + "the Cauchy inequality $a^2 + b^2$ holds " + "after " * 60
    html = render_snippet(text, ["cauchy", "holds"])
    assert visible_text(html).startswith("… ")
    assert visible_text(html).endswith(" …")
    assert "<mark>Cauchy</mark>" in html
    assert "<mark>holds</mark>" in html
    assert formulas_of(html) == [("a^2 + b^2", "inline")]


def test_a_snippet_knows_the_commands_that_its_post_defines_before_it():
    text = (
        r"$\newcommand{\E}{\mathbb{E}}$"
        + "Much is said before. " * 20
        + r"Then the mean $\E X$ and $\F X$ come, and $\E Y$."
    )
    html = render_snippet(text, ["mean"])
    assert formulas_of(html) == [(r"\E X", "inline"), (r"\F X", "inline"), (r"\E Y", "inline")]
    assert html.count('fill="red"') == 1


def test_a_snippet_marks_nothing_inside_formulas_or_markup():
    html = render_snippet("amp & $amp < 3$ amp", ["amp"])
    assert html.count("<mark>amp</mark>") == 2
    assert "&amp;" in html


def test_a_snippet_of_nothing_found_is_the_beginning():
    assert render_snippet("one two three", ["four"]) == "one two three"
    assert render_snippet("one two three", []) == "one two three"


def test_the_version_names_pipeline_and_typesetter():
    assert re.fullmatch(r"[0-9a-f]{12}", RENDER_VERSION)
