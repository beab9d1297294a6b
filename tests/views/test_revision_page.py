"""The history of a post."""

import difflib
from collections import Counter

import pytest

from geeks.views import revisions
from geeks.views.revisions import compare
from tests import make

pytestmark = pytest.mark.django_db


def test_it_shows_what_each_version_changed(stranger, ada):
    question = make.question(ada, body="The sum of the first terms is $n(n+1)/2$ I think.", tags=["sums"])
    question.edit(ada, body="The sum of the first terms is $n^2/2$ I think.", tags=["series"], comment="shorter")
    page = stranger.get(f"/posts/{question.pk}/revisions").content.decode()
    assert "<del>$n(n+1)/2$ </del><ins>$n^2/2$ </ins>" in page
    assert "<del>sums</del><ins>series</ins>" in page
    assert "shorter" in page
    assert page.index('id="revision-2"') < page.index('id="revision-1"')


def test_many_versions_are_paged(stranger, ada):
    question = make.question(ada)
    for number in range(25):
        question.edit(ada, body=f"{make.PLAIN} Version {number}.")
    page = stranger.get(f"/posts/{question.pk}/revisions").content.decode()
    assert page.count('class="revision"') == 20
    rest = stranger.get(f"/posts/{question.pk}/revisions?after=" + page.split("after=")[1].split('"')[0])
    assert rest.content.decode().count('class="revision"') == 6


def test_hostile_text_is_harmless_there(stranger, ada):
    question = make.question(ada, body="<script>alert(1)</script> and some more words.")
    question.edit(ada, body="<img src=x onerror=alert(1)> and some more words.", comment="<script>alert(2)</script>")
    page = stranger.get(f"/posts/{question.pk}/revisions").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_history_of_an_answer_names_its_question(stranger):
    answer = make.answer()
    page = stranger.get(f"/posts/{answer.pk}/revisions").content.decode()
    assert answer.parent.title in page


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("a b c", "a b c", [("same", "a b c")]),
        ("a b c", "a x c", [("same", "a "), ("removed", "b "), ("added", "x "), ("same", "c")]),
        ("", "new", [("added", "new")]),
        ("old", "", [("removed", "old")]),
        (
            "is $a + b$ so",
            "is $a - b$ so",
            [("same", "is "), ("removed", "$a + b$ "), ("added", "$a - b$ "), ("same", "so")],
        ),
    ],
)
def test_texts_are_compared_word_by_word_and_formulas_whole(old, new, runs):
    assert [(piece.kind, piece.text) for piece in compare(old, new)] == runs


def test_long_texts_are_compared_without_loss():
    old, new = "word " * 6000, "word " * 5999 + "other "
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\n" * 14_000 + "x", "b\n" + "a\n" * 14_000),
        ("a " * 14_000 + "x", "b " + "a " * 7_000 + "c " + "a " * 6_000),
        (
            "".join("ab"[n * n % 7 % 2] + "\n" for n in range(14_000)),
            "".join("ab"[n % 3 % 2] + "\n" for n in range(14_000)),
        ),
    ],
)
def test_texts_that_repeat_themselves_are_compared_without_a_search_of_all_pairs(old, new, monkeypatch):
    looked_at = []
    monkeypatch.setattr(revisions.difflib, "SequenceMatcher", watching(looked_at))
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert sum(looked_at) <= revisions.PAIRS


def watching(looked_at):
    """A SequenceMatcher that notes how many pairs of equal pieces it is given."""

    original = difflib.SequenceMatcher

    def matcher(junk, before, after, autojunk):
        counts = Counter(after)
        looked_at.append(sum(counts[piece] for piece in before))
        return original(junk, before, after, autojunk)

    return matcher


def test_one_page_of_revisions_spends_no_more_than_its_budget():
    budget = revisions.Budget(5)
    assert budget.allows(["a", "a"], ["a", "a"])
    assert not budget.allows(["a", "a"], ["a"])
    assert budget.left == 1
