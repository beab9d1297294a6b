"""Prepared queries ask what the ORM would ask, whatever the values, and give what it would give."""

from __future__ import annotations

import gc
from copy import copy
from datetime import UTC, datetime
from threading import Thread
from weakref import ref

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.connection import ConnectionDoesNotExist

from geeks.models import Post, Question, Tagging, User
from geeks.models.prepared import Prepared
from tests import make

pytestmark = pytest.mark.django_db
LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def unchecked(monkeypatch):
    """As on a site: lists of ids are filled up to few lengths, and nothing is compiled to compare."""
    monkeypatch.setattr(Prepared, "checked", False)


def sql_of(asked) -> str:
    with CaptureQueriesContext(connection) as captured:
        asked.objects()
    return captured[0]["sql"]


def test_the_orm_is_asked_to_compile_once(unchecked, ada, ben):
    made = []

    def by(author):
        made.append(author)
        return Question.objects.filter(author=author).order_by("pk")

    prepared = Prepared(Question, by)
    first, second = make.question(ada), make.question(ben)
    assert prepared(ada.pk).objects() == [first]
    assert prepared(ben.pk).objects() == [second]
    assert len(made) == 1


def test_the_sql_is_that_of_the_orm(unchecked, ada):
    prepared = Prepared(
        Post, lambda pk, when: Post.objects.filter(pk__lt=pk, created__lt=when).select_related("author")
    )
    with CaptureQueriesContext(connection) as captured:
        list(Post.objects.filter(pk__lt=77, created__lt=LATER).select_related("author"))
    assert sql_of(prepared(77, LATER)) == captured[0]["sql"]


def test_objects_are_those_of_the_orm(unchecked, ada, mod):
    question = make.question(ada, tags=["sums"])
    question.close(mod, "unclear")
    prepared = Prepared(
        Question,
        lambda pk: Question.objects.filter(pk=pk).select_related("author", "editor", "category").defer("body"),
    )
    made, real = prepared(question.pk).first(), Question.objects.get(pk=question.pk)
    columns = [field.attname for field in Question._meta.concrete_fields if field.name != "body"]
    assert [getattr(made, name) for name in columns] == [getattr(real, name) for name in columns]
    assert made.get_deferred_fields() == {"body"}
    with CaptureQueriesContext(connection) as captured:
        assert (made.author, made.editor, made.category) == (real.author, real.editor, real.category)
    assert sum("geeks_post" in query["sql"] for query in captured) == 0


def test_lists_of_ids_have_few_lengths(unchecked, ada):
    questions = [make.question(ada, tags=["sums"]) for _ in range(7)]
    made = []

    def among(ids):
        made.append(len(ids))
        return Tagging.objects.filter(post_id__in=ids).order_by("pk").values_list("post_id")

    prepared = Prepared(Tagging, among)
    for count in range(8):
        ids = tuple(question.pk for question in questions[:count])
        assert [row[0] for row in prepared(ids).rows()] == list(ids)
        assert [row[0] for row in prepared(ids + ids).rows()] == list(ids)
    assert made == [1, 2, 4, 8]


def test_a_long_list_before_another_value_keeps_its_place(unchecked, ada):
    question = make.question(ada)
    prepared = Prepared(Question, lambda ids, least: Question.objects.filter(pk__in=ids, pk__gte=least))
    ids = (*range(2_000_000_000, 2_000_001_500), question.pk)
    assert prepared(ids, question.pk).objects() == [question]
    assert prepared(ids, question.pk + 1).objects() == []


def test_many_shapes_of_one_query_fill_no_memory(unchecked, ada, monkeypatch):
    monkeypatch.setattr("geeks.models.prepared._MOST_COMPILED", 3)
    prepared = Prepared(Question, lambda pk, *, most: Question.objects.filter(pk=pk)[:most])
    question = make.question(ada)
    for most in range(1, 9):
        assert prepared(question.pk, most=most).objects() == [question]
        assert len(prepared._compiled) <= 3
    assert sql_of(prepared(question.pk, most=1)).endswith("LIMIT 1")


def test_people_of_another_database_or_of_a_migration_are_not_asked_by_the_prepared_query(ada):
    class Known:
        """A model as a migration knows it."""

    manager = copy(User.objects)
    manager.model = Known
    with pytest.raises(AttributeError):  # Django's own way, which asks the model for its table
        manager.get(pk=ada.pk)
    with pytest.raises(ConnectionDoesNotExist):
        User.objects.db_manager("elsewhere").get(pk=ada.pk)


def test_what_is_compiled_holds_no_connection_of_a_thread_that_is_over():
    prepared = Prepared(Post, lambda pk: Post.objects.filter(pk=pk).select_related("author"))
    seen = []

    def compile_it() -> None:
        seen.append(ref(connections[DEFAULT_DB_ALIAS]))
        prepared.compiled((1,), {}, (), 1)

    thread = Thread(target=compile_it)
    thread.start()
    thread.join()
    gc.collect()
    assert len(prepared._compiled) == 1
    assert seen[0]() is None


def test_texts_of_every_kind_stand_in_their_places(unchecked):
    prepared = Prepared(User, lambda name, other: User.objects.filter(username=name).exclude(display_name=other))
    person = make.person("o'neill%s?", display_name="%(x)s")
    assert prepared("o'neill%s?", "").objects() == [person]
    assert prepared("o'neill%s?", "%(x)s").objects() == []


def test_a_value_that_the_query_does_not_hold_is_refused(unchecked):
    with pytest.raises(ValueError, match=r"Values \[0\] stand nowhere"):
        Prepared(User, lambda pk: User.objects.all())(1).objects()
    with pytest.raises(TypeError, match="as shape"):
        Prepared(User, lambda active: User.objects.filter(is_active=active))(True).objects()


def test_a_query_that_prefetches_is_refused(unchecked):
    with pytest.raises(ValueError, match="one query"):
        Prepared(Question, lambda: Question.objects.prefetch_related("tags"))().objects()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite locks no rows")
@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_within_a_transaction_only(unchecked, ada):
    prepared = Prepared(User, lambda pk: User.objects.select_for_update().filter(pk=pk))
    with transaction.atomic():
        assert prepared(ada.pk).objects() == [ada]
    with pytest.raises(transaction.TransactionManagementError):
        prepared(ada.pk).objects()


def test_the_comparison_of_the_tests_sees_a_difference(ada):
    seen = iter((Question.objects.filter(author=2_000_000_000), Question.objects.filter(parent=ada.pk)))
    with pytest.raises(AssertionError, match="The ORM"):
        Prepared(Question, lambda author: next(seen))(ada.pk).objects()


def test_what_no_column_can_hold_finds_nothing(unchecked, ada):
    make.question(ada)
    prepared = Prepared(Question, lambda score: Question.objects.filter(score__gte=score))
    assert prepared(2**62).objects() == []
    assert prepared(0).objects() != []
