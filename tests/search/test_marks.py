"""Which words are marked in a snippet."""

from __future__ import annotations

import pytest

from geeks.search import highlights, parse, stem_matcher, stems


def test_the_words_to_mark_are_those_looked_for_without_stop_words():
    query = parse('the Gradient of "mean field" -excluded [tag] title:loss encour* $x^2$')
    assert highlights(query) == ["gradient", "mean", "field", "loss", "encour"]


def test_words_of_scripts_without_spaces_stay_whole():
    assert highlights(parse("机器学习 model")) == ["机器学习", "model"]


def test_stop_words_alone_are_marked():
    assert highlights(parse("to be")) == ["to", "be"]


@pytest.mark.parametrize("wheel", [True, False])
def test_inflected_forms_match_and_others_do_not(monkeypatch, wheel):
    if not wheel:
        monkeypatch.setattr(stems, "stemmed", None)
    matches = stem_matcher(parse("estimators converging -rice encourag*"))
    for word in ("estimator", "Estimators", "converge", "converged", "Encouragement"):
        assert matches(word), word
    for word in ("rice", "estate", "", "?", "the"):
        assert not matches(word), word


def test_nothing_matches_an_empty_query():
    assert not stem_matcher(parse(""))("word")
