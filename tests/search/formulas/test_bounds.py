"""Whatever is called TeX is read in bounded time and never raises."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geeks.search.formulas import analyse, formula_class, is_formula
from geeks.search.formulas.terms import MAX_PARTS

PIECES = (
    r"\frac \sqrt \sum \int \left( \right) \begin{pmatrix} \end{pmatrix} \over \choose \not \hat \text{ab} \mathbb{R} "
    r"{ } ( ) [ ] \{ \} | \| ^ _ ' ! = < + - * / , ; & \\ a b x i d e 1 23 . \alpha \sin \lim \arg \min \mod \pmod "
    "\\ $ \x00 \ud800 é ∑ ² ₃ @a @text: \\begin{ \\end{ % \\square"
)


@given(st.lists(st.sampled_from(PIECES.split(" ")), max_size=60).map(" ".join) | st.text())
@settings(max_examples=400, deadline=None)
def test_no_tex_raises(tex):
    one = analyse(tex)
    assert one is None or 0 <= one.id < 2**48
    formula_class(tex, r"\frac{a}{b}")
    formula_class(r"\square + a", tex)
    is_formula(tex)


PIECE = (
    r"{ {} ( [ | ^ _ ^{ \frac \frac{ \sqrt{ \sin - \left( a= a=( \begin{pmatrix} \int \sum_ f( \over {a\over x| |x "
    r"\hat a/ f(x)(y) ! ' , ; |a|=| \square+ a^2+ \not x_{i, \text{ \mathrm{ % \\ & ."
)


@pytest.mark.parametrize("piece", PIECE.split(" "))
def test_a_thousand_of_anything_takes_little_time(piece):
    started = time.process_time()
    analyse.__wrapped__(piece * 1000)
    analyse.__wrapped__(piece * 1000 + "x" + "}" * 1000)
    formula_class(r"\square+\square+\square=\square", piece * 1000)
    formula_class(piece * 150 + r"\square", piece * 300)
    assert time.process_time() - started < 1.5


def test_the_terms_of_a_formula_are_bounded():
    long = "+".join(f"a_{{{n}}}x^{{{n}}}" for n in range(300))
    assert len(analyse(long).terms) < MAX_PARTS * 5


def test_nothing_says_nothing():
    for tex in ("", " ", "{}", r"\,", r"\left.", "% x"):
        assert analyse(tex) is None, tex
        assert formula_class(tex, "x") is None


@pytest.mark.parametrize(
    "text",
    ["x^2+y^2=z^2", r"\frac{a}{b}", "E=mc^2", "PV=nRT", "a_n", r"\alpha", r"f: X \to Y", r"\sum_n \text{for all words}",
     "2^n > n^2", "sin^2 x + cos^2 x = 1"],
)  # fmt: skip
def test_nothing_but_tex_is_a_formula(text):
    assert is_formula(text)


@pytest.mark.parametrize(
    "text",
    ["snake_case", "__init__", r"C:\Users\foo", r"\d+\.\d*", "x^2 convergence", "key=value", "==", "gradient", "$x^2$",
     'x="1"', "", "a b", "well-known"],
)  # fmt: skip
def test_names_paths_and_patterns_are_no_formulas(text):
    assert not is_formula(text)
