"""Pieces of pages that are remembered: under all that they show, in bounded memory, with nothing about anybody else."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from geeks.jinja.fragments import Fragments, fragments
from geeks.models import Tag
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty():
    fragments.clear()


def test_a_piece_is_made_once():
    made, kept = [], Fragments()
    for _ in range(3):
        assert kept.get(("row", 1), lambda: made.append(1) or Markup("<b>one</b>")) == "<b>one</b>"
    assert made == [1]


def test_memory_is_bounded_and_what_is_asked_for_stays():
    kept = Fragments(most=200_000)
    for number in range(300):
        kept.get(("text", "x" * 1_000, number), lambda: Markup("y" * 1_000))
        kept.get(("popular",), lambda: Markup("z"))
        assert kept.size <= 100_000
    assert len(kept._young) + len(kept._old) < 100
    assert ("popular",) in kept._young


def test_a_huge_piece_is_not_kept():
    kept = Fragments(most=10_000)
    kept.get(("huge",), lambda: Markup("x" * 50_000))
    assert kept.size == 0


LISTS = ["/", "/questions", "/c/data-science", "/questions/tagged/sums"]


def cast_a_vote(question, ben, mod):
    question.votes.cast(ben, 1)


def earn(question, ben, mod):
    make.answer(question, ben).votes.cast(mod, 1)


def rename_the_author(question, ben, mod):
    question.author.describe(display_name="Ada Lovelace")


def rename_the_category(question, ben, mod):
    question.category.name = "Another name"
    question.category.save()


def retag(question, ben, mod):
    question.edit(mod, title=question.title, body=question.body, tags="sums limits")


def rename_a_tag(question, ben, mod):
    Tag.objects.filter(name="series").update(name="infinite-series")


def close(question, ben, mod):
    question.close(mod, "unclear")


def view(question, ben, mod):
    type(question).objects.filter(pk=question.pk).update(view_count=1_234)


@pytest.mark.parametrize(
    "act", [cast_a_vote, earn, rename_the_author, rename_the_category, retag, rename_a_tag, close, view]
)
def test_a_row_shows_what_is_so_now(stranger, ada, ben, mod, act):
    question = make.question(ada, tags=["sums", "series"])
    before = {url: stranger.get(url).content.decode() for url in LISTS}
    act(question, ben, mod)
    after = {url: stranger.get(url).content.decode() for url in LISTS}
    fragments.clear()
    for url in LISTS:
        assert after[url] == stranger.get(url).content.decode()
        assert after[url] != before[url]
