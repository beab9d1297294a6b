"""Lists read the long texts of their rows only when one has not been laid out before (rows-without-their-texts.md)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models import Post, Question
from geeks.views import lists as views
from tests import make

pytestmark = pytest.mark.django_db
NEW = "Why do sums not pair up at all?"


@pytest.fixture
def lists(ada):
    questions = [make.question(ada, tags=["sums"]) for _ in range(3)]
    return ["/", "/questions", f"/c/{questions[0].category.slug}", "/questions/tagged/sums"]


def asked_for(client, address):
    """The page, and how often texts were read for it."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    return page, sum('"excerpt_html"' in query["sql"] for query in queries)


def test_rows_that_were_laid_out_before_are_read_without_their_texts(client, lists):
    for address in lists:
        first, _ = asked_for(client, address)
        again, read = asked_for(client, address)
        assert again == first
        assert read == 0


@pytest.mark.parametrize("way", ["by its author", "past the models"])
def test_a_row_that_changed_is_shown_as_it_is_now(client, lists, ada, way):
    for address in lists:
        client.get(address)
    question = Question.objects.all()[1]
    if way == "by its author":
        question.edit(ada, title=NEW, body=question.body)
    else:
        Post.objects.filter(pk=question.pk).update(title_html=NEW)
    for address in lists:
        page, read = asked_for(client, address)
        assert NEW in page
        assert read <= 1
        assert asked_for(client, address) == (page, 0)


def test_a_row_that_goes_between_the_two_queries_is_no_fault(client, lists, ada, monkeypatch):
    for question in Question.objects.all():
        question.edit(ada, title=f"{NEW} {question.pk}", body=question.body)
    gone = Question.objects.latest("pk")
    asked = views.TEXTS
    monkeypatch.setattr(views, "TEXTS", lambda ids: asked(tuple(one for one in ids if one != gone.pk)))
    page, read = asked_for(client, "/questions")
    assert read == 1
    assert f"{NEW} {gone.pk}" not in page
    assert f'id="summary-{gone.pk}"' in page
