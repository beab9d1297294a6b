"""Stored HTML as it leaves the site: TeX in `math-container`, whole addresses, nothing of our drawings."""

import pytest

from geeks.rendering import render, render_comment
from geeks.rendering.portable import portable, with_tex

SITE = "https://maths.example.org"


def left(source: str) -> str:
    return portable(render(source).html, SITE)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Is $a<b$ so?", '<p>Is <span class="math-container">$a&lt;b$</span> so?</p>'),
        ("Is \\(a\\) so?", '<p>Is <span class="math-container">$a$</span> so?</p>'),
        ("$$x^2$$", '<p><span class="math-container">$$x^2$$</span></p>'),
        ("\\[x\\]", '<p><span class="math-container">$$x$$</span></p>'),
        (
            "\\begin{align}a&=b\\\\c&=d\\end{align}",
            '<p><span class="math-container">\\begin{align}a&amp;=b\\\\c&amp;=d\\end{align}</span></p>',
        ),
        (
            "$$\\begin{pmatrix}a\\end{pmatrix}$$",
            '<p><span class="math-container">$$\\begin{pmatrix}a\\end{pmatrix}$$</span></p>',
        ),
        ("Bad $\\frac{$ one", '<p>Bad <span class="math-container">$\\frac{$</span> one</p>'),
    ],
)
def test_a_formula_leaves_as_its_tex(source, html):
    assert left(source) == html


def test_no_drawing_and_no_outline_is_left():
    many = "\n\n".join(f"$$\\sqrt{{\\frac{{{n}}}{{\\text{{of }} x}}}}$$ and $\\boxed{{{n}}}$" for n in range(20))
    html = left(many)
    assert "svg" not in html
    assert "<math" not in html
    assert "data-tex" not in html
    assert html.count('<span class="math-container">') == 40
    assert html.count("</span>") == 40


def test_what_only_looks_like_our_markup_stays_text():
    fake = '<span class="math" data-tex="x">y</span> and `<span class="math" data-tex="x">y</span>`'
    assert "math-container" not in left(fake)


def test_own_addresses_become_whole_and_others_stay():
    html = left("[a](/questions/1) [tag:sums] ![p](/media/x.png) [b](https://else.example/x)")
    assert f'href="{SITE}/questions/1"' in html
    assert f'href="{SITE}/questions/tagged/sums"' in html
    assert f'src="{SITE}/media/x.png"' in html
    assert 'href="https://else.example/x"' in html


def test_a_comment_leaves_so_too():
    assert with_tex(render_comment("Is $n$ *even*?").html) == (
        'Is <span class="math-container">$n$</span> <em>even</em>?'
    )


def test_html_without_formulas_is_left_as_it_is():
    html = render("Only *words*, `code` and\n\n    a block").html
    assert with_tex(html) == html
