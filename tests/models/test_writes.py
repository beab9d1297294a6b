"""Rows are stored by statements compiled once: they are those of the ORM, and so is what becomes of a row."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from threading import Thread
from weakref import ref

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, DatabaseError, IntegrityError, connection, connections, transaction
from django.db.models import F
from django.db.models.signals import post_save, pre_save
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geeks.models import Answer, Change, Outbox, Post, Question, Revision, Submission, User, writes
from geeks.models.prepared import Prepared
from geeks.models.writes import insert, insert_all, insert_new, update
from tests import make

pytestmark = pytest.mark.django_db
LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def unchecked(monkeypatch):
    """As on a site: nothing is compiled to compare, and this test compiles its own."""
    monkeypatch.setattr(Prepared, "checked", False)
    monkeypatch.setattr(writes, "_compiled", {})


def statements(act) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured]


def columns(row) -> dict:
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return {name: getattr(row, name) for name in names}


def answer_to(question, author) -> Answer:
    answer = Answer(kind=Answer.OWN_KIND, author=author, parent=question, hotness=1.5, body="50 % of 'it'")
    answer.write(title=None, body=make.ANSWER)
    return answer


def revision_of(post, number) -> Revision:
    return Revision(post=post, number=number, editor=post.author, body="Why?", created=post.created)


def test_a_new_row_is_stored_as_the_orm_stores_it(ada, ben):
    question = make.question(ada)
    ours, orms = answer_to(question, ben), answer_to(question, ben)
    orms.created = orms.last_activity = ours.created = ours.last_activity = timezone.now()
    assert statements(lambda: insert(ours)) == statements(lambda: orms.save(force_insert=True))
    assert ours.pk is not None
    assert (ours._state.adding, ours._state.db) == (orms._state.adding, orms._state.db)
    read = Post.objects.get(pk=ours.pk)
    assert columns(read) == columns(Post.objects.get(pk=orms.pk)) == columns(ours)


@pytest.mark.parametrize("somebody", [True, False])
def test_columns_of_a_row_are_stored_as_the_orm_stores_them(ada, somebody):
    question, names = make.question(ada), ("last_active_by", "answer_count", "last_activity")
    question.last_active_by, question.answer_count, question.last_activity = ada if somebody else None, 3, LATER
    ours = statements(lambda: update(question, *names))
    assert columns(Question.objects.get(pk=question.pk)) == columns(question)
    assert ours == statements(lambda: question.save(update_fields=names))


def test_several_rows_are_stored_as_the_orm_stores_them():
    def rows(first):
        return [Outbox(post_id=first + number) for number in range(3)]

    insert_all(rows(100))
    Outbox.objects.bulk_create(rows(200))
    insert_all([])
    insert_all([Outbox(post_id=300 + number) for number in range(30)])
    stored = list(Outbox.objects.order_by("pk").values_list("post_id", flat=True))
    assert stored == [100, 101, 102, 200, 201, 202, *range(300, 330)]


def test_the_orm_is_asked_to_compile_once(ada, monkeypatch):
    question, compiled = make.question(ada), []
    real = writes._insert_of

    def counted(rows, *given):
        compiled.append(rows)
        return real(rows, *given)

    monkeypatch.setattr(writes, "_insert_of", counted)
    writes._compiled.clear()
    for number in (2, 3, 4):
        insert(revision_of(question, number))
    assert len(compiled) == 1
    assert [row.body for row in question.revisions.order_by("number")][1:] == ["Why?"] * 3


def test_a_row_in_the_way_is_told_and_breaks_no_transaction(ada):
    question = make.question(ada)
    assert insert_new(Submission(user=ada, key="a", post=question))
    with transaction.atomic():
        assert not insert_new(Submission(user=ada, key="a", post=question))
        assert Submission.objects.count() == 1


def test_what_the_database_refuses_breaks_the_transaction_as_always(ada):
    question = make.question(ada)
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert(revision_of(question, 1))
        with pytest.raises(transaction.TransactionManagementError):
            User.objects.exists()
        transaction.set_rollback(True)


def test_a_row_that_is_gone_is_told(ada):
    question = make.question(ada)
    Post.objects.filter(pk=question.pk).delete()
    with pytest.raises(ObjectDoesNotExist), transaction.atomic():
        question.hold()
    with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
        update(question, "hotness")


def test_a_neighbour_that_is_not_stored_is_refused(ada):
    stray = Revision(post=Post(author=ada), number=1)
    with pytest.raises(ValueError, match="unsaved related object 'post'"):
        insert(stray)


def test_a_neighbour_that_was_stored_later_is_named(ada):
    question, late = make.question(ada), User(username="late")
    row = revision_of(question, 2)
    row.editor = late
    late.save()
    insert(row)
    assert Revision.objects.get(pk=row.pk).editor == late


def test_whoever_listens_hears_of_it(ada):
    heard = []

    def hear(sender, instance, **more):
        heard.append((sender, instance, more.get("created")))

    question = make.question(ada)
    pre_save.connect(hear, sender=Revision)
    post_save.connect(hear, sender=Revision)
    try:
        row = revision_of(question, 2)
        insert(row)
        row.comment = "more"
        update(row, "comment")
    finally:
        pre_save.disconnect(hear, sender=Revision)
        post_save.disconnect(hear, sender=Revision)
    assert heard == [(Revision, row, None), (Revision, row, True), (Revision, row, None), (Revision, row, False)]
    assert Revision.objects.get(pk=row.pk).comment == "more"


def test_a_model_that_saves_in_its_own_way_does_so():
    person = User(username="eve")
    insert(person)
    assert person.display_name == "eve"
    person.is_moderator = True
    update(person, "is_moderator")
    assert Change.objects.filter(key=f"u{person.pk}").count() == 2


def test_an_expression_is_left_to_the_orm(ada):
    question = make.question(ada)
    question.score = F("score") + 1
    with pytest.raises(TypeError, match="score: an expression"):
        update(question, "score")


def test_many_kinds_of_statements_fill_no_memory(ada, monkeypatch):
    monkeypatch.setattr(writes, "_MOST_COMPILED", 3)
    question = make.question(ada)
    for name in ("score", "hotness", "answer_count", "comment_count", "title"):
        update(question, name)
        assert len(writes._compiled) <= 3


def test_what_is_compiled_holds_no_connection_of_a_thread_that_is_over():
    seen = []

    def compile_it() -> None:
        here = connections[DEFAULT_DB_ALIAS]
        seen.append(ref(here))
        writes._insert_of([Outbox(post_id=1)], connections.create_connection(DEFAULT_DB_ALIAS), True, False)
        writes._columns(Outbox)

    thread = Thread(target=compile_it)
    thread.start()
    thread.join()
    gc.collect()
    assert writes._compiled
    assert seen[0]() is None


def test_the_comparison_of_the_tests_sees_a_difference(ada, monkeypatch):
    question = make.question(ada)
    insert(revision_of(question, 2))
    monkeypatch.setattr(Prepared, "checked", True)
    monkeypatch.setattr(writes, "_values", lambda columns, *row, **how: [7] * len(columns))
    with pytest.raises(AssertionError, match="The ORM"):
        insert(revision_of(question, 3))
