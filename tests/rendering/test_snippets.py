"""Snippets are remembered by all that they are made of, but not while a formula may still come out better."""

import pytest

from geeks.rendering import mathjax, render_snippet, snippets

TEXT = "Why is $e^x$ larger than $x$ for every real number?"


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """The formulas that were typeset."""
    seen, typeset = [], mathjax.typeset
    monkeypatch.setattr(mathjax, "typeset", lambda formulas, *rest: seen.append(formulas) or typeset(formulas, *rest))
    snippets._snippets.clear()
    return seen


def test_a_snippet_is_made_once(asked):
    assert len({render_snippet(TEXT, ["real"]) for _ in range(3)}) == 1
    assert len(asked) == 1


def test_other_words_another_length_or_text_is_another_snippet(asked):
    ways = ((TEXT, ["real"], 240), (TEXT, ["number"], 240), (TEXT, ["real"], 30), (TEXT + "!", ["real"], 240))
    for _ in range(2):
        assert len({render_snippet(*way) for way in ways}) == len(ways)
    assert len(asked) == len(ways)


@pytest.mark.parametrize("answer", [mathjax.Typeset(error="Too long to typeset at once"), mathjax.Typeset()])
def test_a_formula_that_could_not_be_drawn_is_tried_again(monkeypatch, answer):
    with monkeypatch.context() as busy:
        busy.setattr(mathjax, "typeset", lambda formulas, *_: [answer for _ in formulas])
        assert "<svg" not in render_snippet(TEXT, ["real"])
    assert render_snippet(TEXT, ["real"]).count("math-mathml") == 2
