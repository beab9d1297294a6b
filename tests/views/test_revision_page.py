"""The history of a post."""

import pytest

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
