"""With what it knows of its tables the database asks the right index."""

import pytest
from django.core.management import call_command
from django.db import connection

from geeks.models import Answer, Question, statistics
from geeks.tasks import worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_statistics(db):
    """Here they are gathered, and forgotten at the end."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # else there may be no such table
            cursor.execute("DELETE FROM sqlite_stat1")
            cursor.execute("ANALYZE sqlite_schema")


@pytest.fixture
def many(db):
    """Enough answers for a wrong choice to show."""
    call_command("fill", questions=40, processes=0, verbosity=0)
    return Question.objects.order_by("-pk").first()


def plan_of(queryset) -> str:
    if connection.vendor == "postgresql":  # which would read all of so few rows
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return queryset.explain()


def test_the_answers_of_a_question_are_found_by_the_question(many):
    assert "post_answers" in plan_of(Answer.objects.visible().filter(parent=many).order_by("-score", "-pk")[:31])


def test_the_best_posts_of_a_person_are_found_by_the_person(many):
    asked = Question.objects.visible().filter(author=many.author).order_by("-score", "-pk")[:10]
    assert "post_best_of_author" in plan_of(asked)


def test_the_worker_looks_at_the_tables(db):
    table = "sqlite_stat1 WHERE tbl" if connection.vendor == "sqlite" else "pg_stats WHERE tablename"
    call_command("fill", questions=3, processes=0, verbosity=0)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_stat1")
        worker.tidy()
        cursor.execute(f"SELECT COUNT(*) FROM {table} = 'geeks_post'")
        assert cursor.fetchone()[0] > 10


def test_any_database_can_be_looked_at(db):
    statistics.gather()
