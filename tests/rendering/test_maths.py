"""What is a formula and what is money: the house rules, case by case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.rendering import problem_of
from geeks.rendering import render

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "maths.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_text_holds_exactly_the_formulas_that_its_author_means(case):
    assert problem_of(case) == ""


def test_a_formula_shows_once_and_keeps_its_source():
    html = render("so $a<b$ and\n\n$$c & d$$").html
    assert html.count('data-tex="a&lt;b"') == 1
    assert html.count('data-tex="c &amp; d"') == 1


def test_formulas_in_an_attribute_are_text():
    rendered = render('![see $x$](/media/a.png "and $y$") $z$')
    assert [formula.tex for formula in rendered.formulas] == ["z"]
    assert 'alt="see $x$"' in rendered.html
    assert 'title="and $y$"' in rendered.html


def test_the_space_at_a_formula_s_end_goes_unless_a_backslash_makes_it_a_command():
    assert [formula.tex for formula in render("$\\alpha  $ $\\alpha\\  $ $\\alpha\\\\ $").formulas] == [
        "\\alpha",
        "\\alpha\\ ",
        "\\alpha\\\\",
    ]
