"""Pieces of pages that are remembered: under all that they show, in bounded memory, with nothing about anybody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from markupsafe import Markup, escape

from geeks import policy
from geeks.jinja.fragments import apart_together, collected, fragments, remembered
from geeks.models import Tag
from geeks.rendering.fragments import Fragments
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty():
    fragments.clear()


def test_a_piece_is_made_once():
    made, kept = [], Fragments(1_000_000)
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


def edit_a_comment(question, ben, mod):
    question.comments.get().edit(mod, "Is it *even*, though?")


def delete_a_comment(question, ben, mod):
    question.comments.get().delete_by(mod)


def rename_who_commented(question, ben, mod):
    ben.describe(display_name="Emmy Noether")


def make_the_author_a_moderator(question, ben, mod):
    type(ben).objects.filter(pk=question.author_id).update(is_moderator=True)


def edit_by_somebody_else(question, ben, mod):
    question.edit(mod, title=question.title, body=f"{question.body} Indeed.")


@pytest.mark.parametrize(
    "act",
    [
        edit_a_comment,
        delete_a_comment,
        rename_who_commented,
        make_the_author_a_moderator,
        edit_by_somebody_else,
        rename_the_author,
        earn,
    ],
)
def test_a_thread_shows_what_is_so_now(stranger, ada, ben, mod, act):
    question = make.question(ada)
    make.comment(question, ben)
    before = stranger.get(question.get_absolute_url()).content.decode()
    act(question, ben, mod)
    after = stranger.get(question.get_absolute_url()).content.decode()
    assert after != before
    fragments.clear()
    assert after == stranger.get(question.get_absolute_url()).content.decode()


def test_what_a_piece_shows_was_read_before_it_is_made(client, ada, ben, mod):
    """What a macro asked of the database itself would not be in the piece's key. For what rows leave out their stamp
    stands in it (rows-without-their-texts.md)."""
    texts = '"geeks_post"."title_html" AS "title_html", "geeks_post"."excerpt_html" AS "excerpt_html" FROM'
    texts_read = 0
    for _ in range(policy.PAGE_SIZE):
        make.question(ada, tags=["sums"])
    question = make.question(ada, tags=["sums", "series"])  # on a first page that is full, with another behind it
    make.answer(question, ben)
    make.comment(question, ben)
    question.edit(mod, title=question.title, body=f"{question.body} Indeed.")
    client.force_login(ada)
    for url in (*LISTS, "/articles", question.get_absolute_url()):
        fragments.clear()
        client.get(url)
        fragments.clear()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            asked = [query["sql"] for query in queries if texts not in query["sql"]]
            texts_read += len(queries) - len(asked)
            counts.append(len(asked))
        assert counts[0] == counts[1], url
    assert texts_read  # by the lists, of rows that are new


def test_a_macro_that_is_remembered_has_a_name_of_its_own():
    texts = [path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html")]
    names = {name for text in texts for name in re.findall(r"(?:remembered|apart|apart_each)\((\w+)", text)}
    thread = " ".join(re.findall(r"laid_out\(([\w, ]+)\)", " ".join(texts)))
    names |= {name for name in re.findall(r"\w+", thread) if any(f"macro {name}(" in text for text in texts)}
    assert {"post_summary", "one", "author_card", "answer_post", "hit_rows"} <= names
    for name in names:
        assert sum(len(re.findall(rf"macro {name}\(", text)) for text in texts) == 1, name


def test_of_several_in_a_row_only_what_is_another_is_laid_out_again():
    made = []

    def line(text, draft):
        made.append(text)
        return Markup("<p>{}{}</p>").format(text, draft or "")

    def row(*texts, draft=None):
        made.clear()
        with collected() as parts:
            apart_together([(line, text, draft) for text in texts])
        return b"".join(parts[0].stretches).decode(), list(made)

    assert row("a", "b") == ("<p>a</p><p>b</p>", ["a", "b"])
    assert row("a", "b") == ("<p>a</p><p>b</p>", [])
    assert row("a", "c") == ("<p>a</p><p>c</p>", ["c"])
    assert row("a", draft=["no plain value"])[1] == row("a", draft=["no plain value"])[1] == ["a"]


def test_only_its_author_and_moderators_may_delete_a_comment_that_is_remembered(client, stranger, ada, ben, mod):
    question = make.question(ada)
    form = f'action="/comments/{make.comment(question, ben).pk}/deletion"'
    for reader, sees in ((None, False), (ben, True), (ada, False), (mod, True), (ben, True), (None, False)):
        client.logout()
        if reader:
            client.force_login(reader)
        assert (form in client.get(question.get_absolute_url()).content.decode()) is sees, reader


def test_a_text_that_is_declared_safe_is_not_one_that_is_not():
    def macro(text):
        return escape(text)

    macro.name = "macro"
    assert remembered(macro, Markup("<b>")) == "<b>"
    assert remembered(macro, "<b>") == "&lt;b&gt;"
    assert remembered(macro, Markup("<b>")) == "<b>"


def test_with_an_object_among_its_arguments_a_piece_is_made_anew(ada):
    made = []

    def macro(person):
        made.append(person)
        return Markup("")

    macro.name = "macro"
    for _ in range(2):
        remembered(macro, ada)
        remembered(macro, (ada,))
        remembered(macro, ada.card)
    assert made == [ada, (ada,), ada.card, ada, (ada,)]
