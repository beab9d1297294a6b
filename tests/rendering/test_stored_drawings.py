"""What a post's page shows is not typeset a second time for a piece of it."""

import json
from pathlib import Path

import pytest

from geeks.rendering import mathjax, render, render_snippet, snippets
from geeks.rendering.mathjax import typesetting
from geeks.search import parse
from geeks.tasks.marking import Marker

LINES = (Path(__file__).parent / "formulas.jsonl").read_text(encoding="utf-8").splitlines()
INLINE = [row["tex"] for row in map(json.loads, LINES) if not row["display"] and "\n" not in row["tex"]]
WIDE = "+".join(f"x_{{{number}}}" for number in range(30))


@pytest.fixture
def engine_at_rest(monkeypatch):
    """Makes nothing be remembered and nothing be typeset from there on."""

    def rest():
        mathjax.forget()
        snippets._snippets.clear()
        monkeypatch.setattr(typesetting, "_ready_engine", lambda shared: pytest.fail("a formula was typeset again"))

    return rest


@pytest.mark.parametrize("tex", [*INLINE, WIDE, 'a<b>c&d"e', r"\text{é, \"o\" 'quoted'}"])
def test_a_drawing_reads_back_as_it_was_made(tex):
    made = mathjax.typeset([(tex, False)])[0]
    body = mathjax.glyph_sheet([made], "m0123456789") + mathjax.formula_html(tex, False, made, "m0123456789")
    # Without letters it is soon made again; of one that defines something, see below.
    assert mathjax.Drawings(body).of(tex) == (None if not made.glyphs or typesetting.defines(tex) else made)


def test_only_what_stands_in_a_line_of_a_drawn_post_is_found():
    drawings = mathjax.Drawings(render("Here is $x$, and $$y$$ and $\\undefined{$ too.").html)
    assert drawings.of("x") == mathjax.typeset([("x", False)])[0]
    assert drawings.of("y") is None
    assert drawings.of("\\undefined{") is None
    assert drawings.of("z") is None
    for nothing in ("", "<p>no formula</p>", render("only $$y$$").html):
        assert mathjax.Drawings(nothing).of("x") is None


@pytest.mark.parametrize("cut", ['<span class="math-mathml">', "</span>", '<path id="m', "</svg>"])
def test_what_was_cut_off_is_not_a_drawing(cut):
    body = render("Here is $x$.").html
    assert mathjax.Drawings(body[: body.index(cut)]).of("x") is None


def test_a_snippet_shows_what_the_post_has_drawn(engine_at_rest):
    source = "A sum $\\sum_{n=1}^\\infty \\frac1{n^2}$ that converges to $\\pi^2/6$, as Euler found."
    post = render(source)
    fresh = render_snippet(post.text, ["converges"])
    engine_at_rest()
    assert render_snippet(post.text, ["converges"], drawn=mathjax.Drawings(post.html).of) == fresh
    assert fresh.count("<svg") == 3  # two drawings and the sheet of outlines


@pytest.mark.parametrize("definition", ["\\def\\odd{x^9}", "\\newcommand{\\odd}{x^9}", "\\let\\odd\\pi", "\\label{a}"])
def test_a_post_that_defines_anything_keeps_its_drawings_to_itself(definition):
    """What they say depends on their place in it, and a piece of another post may have the same words."""
    odd = render(f"Let ${definition} y$ be given, so that $z$ and $\\odd$ are odd.")
    assert odd.html.count("<svg") > 2
    assert mathjax.Drawings(odd.html).of("\\odd") is None
    assert mathjax.Drawings(odd.html).of("z") is None


def test_a_passage_without_its_definition_is_the_same_in_every_post():
    filler = " ".join(["as was said before"] * 20)
    passage = f"{filler} and $\\pi$ is the one that counts {filler}"
    odd, plain = (render(f"{first} {passage}") for first in ("Let $\\def\\pi{3}\\pi$ be.", "Let it be."))
    snippets._snippets.clear()
    shown = [
        Marker(parse("$\\pi$")).snippet(post.text, ["\\pi"], mathjax.Drawings(post.html).of) for post in (odd, plain)
    ]
    assert all("<mi>π</mi>" in html for html in shown)


def test_a_display_is_drawn_once_as_it_fits_into_a_line(monkeypatch):
    asked, typeset = [], mathjax.typeset
    monkeypatch.setattr(mathjax, "typeset", lambda formulas, *rest: asked.append(formulas) or typeset(formulas, *rest))
    shown = render_snippet("The sum $$\\sum_{k=1}^n k$$ is known.", ["known"])
    assert asked == [[("\\sum_{k=1}^n k", False)]]
    assert "math-display" not in shown
    assert "<svg" in shown


@pytest.mark.parametrize("tex", ["x = y \\tag{1}", "\\begin{align}a&=b\\end{align}", "\\begin{CD}A@>>>B\\end{CD}"])
def test_what_is_made_for_a_line_of_its_own_is_drawn_within_one(tex):
    shown = render_snippet(f"Known: $${tex}$$ and more.", ["known"])
    assert "<svg" in shown
    assert "math-error" not in shown
