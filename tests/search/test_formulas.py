"""Formulas in a search: what is found, in which order, and that edits and deletions are followed. On every backend."""

from __future__ import annotations

import pytest

from geeks.search import formula_matches, parse
from tests.search.posts import post


def formula_post(number, *texs, words="", **values):
    body = words + " " + " ".join(f"${tex}$" for tex in texs)
    return post(number, f"Question {number}", body, formulas=texs, **values)


def test_the_same_formula_comes_first_then_its_shape_then_what_contains_it(found):
    documents = [
        formula_post(1, r"x=1 \Rightarrow a^2+b^2=c^2"),
        formula_post(2, "x^2+y^2=z^2"),
        formula_post(3, "c^{2} = a^{2} + b^{2}"),
        formula_post(4, r"e^{i\pi}+1=0"),
    ]
    assert found("$a^2+b^2=c^2$", *documents) == [3, 2, 1]
    assert found("a^2+b^2=c^2") == [3, 2, 1]


def test_a_derivative_is_found_in_its_other_spellings(found):
    documents = [
        formula_post(1, r"\dfrac{\partial J}{\partial \theta}"),
        formula_post(2, r"{\partial J \over \partial\theta}"),
        formula_post(3, r"\frac{J}{\theta}"),
    ]
    assert set(found(r"$\frac{\partial J}{\partial \theta}$", *documents)[:2]) == {1, 2}


def test_a_post_with_the_words_and_the_formula_comes_first(found):
    documents = [
        formula_post(1, r"\int e^{-x^2}dx", words="nothing about it"),
        formula_post(2, "q", words="convergence convergence integral integral of convergence"),
        formula_post(
            3, r"\int e^{-t^2}\,dt", words="a long text with many other words that dilute the one on convergence"
        ),
        formula_post(4, r"\int e^{-x^2}dx", words="integral and its convergence"),
    ]
    ids = found(r"integral $\int e^{-x^2}dx$ convergence", *documents)
    assert ids[:2] == [4, 3]
    assert set(ids) == {1, 2, 3, 4}


def test_formulas_restrict_when_they_are_excluded_and_orders_other_than_relevance_leave_out_the_merely_similar(found):
    documents = [
        formula_post(1, r"\alpha+b", score=1),
        formula_post(2, "b+c", score=5),
        formula_post(3, r"\sqrt{b+\alpha}=1", score=3),
    ]
    found("x", *documents)
    assert found(r"-$\alpha$ is:question") == [2]
    assert found(r"$\alpha+b$", sort="score") == [2, 3, 1]
    assert found(r"$\alpha$", sort="score") == [3, 1]
    assert found(r"$\alpha$ -$\sqrt{\square}$") == [1]


def test_an_edit_and_a_deletion_are_followed(writer):
    writer.index([formula_post(1, "x^2+y^2=z^2"), formula_post(2, "x^2+y^2=z^2")])
    writer.commit(1)
    assert set(writer.search(parse("$a^2+b^2=c^2$")).ids) == {1, 2}
    writer.index([formula_post(1, r"\sin \theta")])
    writer.delete([2])
    writer.commit(2)
    assert writer.search(parse("$a^2+b^2=c^2$")).ids == []
    assert writer.search(parse(r"$\sin\theta$")).ids == [1]
    writer.index([formula_post(2, "x^2+y^2=z^2")])
    writer.commit(3)
    assert writer.search(parse("$a^2+b^2=c^2$")).ids == [2]


def test_a_rebuilt_index_finds_formulas(writer, opened):
    reader = opened()
    with writer.rebuild() as new:
        new.index(formula_post(number, "x^2+y^2=z^2", f"q_{number}") for number in range(1, 40))
        new.commit(1)
    assert reader.search(parse("$a^2+b^2=c^2$")).total == 39
    assert reader.search(parse("$q_{7}$")).ids[0] == 7


@pytest.mark.parametrize(
    "text", ["$\\square$", "${}$", "$\\frac{$", "$\x00$", "$" + "{" * 1000 + "$", "$^$", "\\\\", "$|$"]
)
def test_strange_formulas_break_nothing(found, text):
    found(text, formula_post(1, "x^2", "{}", "\\frac", "\x00", "\ud800"))


def test_a_formula_without_dollars_is_read_as_one_and_says_so():
    query = parse(r"\frac{a}{b}")
    assert query.bare_formula
    assert "Read as a formula" in query.notes[0]
    assert parse(query.clauses[0].source).clauses == query.clauses
    assert not parse(r"\frac{a}{b}", bare=False).bare_formula
    assert not parse("$x^2$").bare_formula
    assert not parse("score:3 x^2").bare_formula


def test_the_formulas_of_a_post_that_match_are_named_with_how():
    texs = ["x^2+y^2=z^2", "a^{2}+b^2=c^2", "q", r"x \Rightarrow u^2+v^2=w^2"]
    assert formula_matches(parse("words $a^2+b^2=c^2$"), texs) == {
        "x^2+y^2=z^2": "shape",
        "a^{2}+b^2=c^2": "same",
        r"x \Rightarrow u^2+v^2=w^2": "contains",
    }
    assert formula_matches(parse("words -$q$"), texs) == {}


def test_facets_tell_how_the_formulas_of_results_answer(writer):
    writer.index(
        [
            formula_post(1, "x^2+y^2=z^2"),
            formula_post(2, "a^2+b^2=c^2", "u^2+v^2=w^2"),
            formula_post(3, r"1 \Rightarrow a^2+b^2=c^2"),
            formula_post(4, r"\sin q"),
        ]
    )
    writer.commit(1)
    assert writer.facets(parse("$a^2+b^2=c^2$")).formulas == {"same": 1, "shape": 1, "contains": 1}
    assert writer.facets(parse("question")).formulas == {}
