"""Pages of results kept for strangers: never older than the database or than the index of this host."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client

from geeks.models import view_tally
from geeks.search import open_backend
from geeks.tasks import indexing, searching
from tests import make

pytestmark = pytest.mark.django_db
SEARCH = "/search?q=variance"


@pytest.fixture(params=["tantivy", "sqlite"])
def writer(request, settings, monkeypatch):
    """The index of a site that keeps pages, on either engine."""
    settings.PAGE_CACHE_MB = 8
    monkeypatch.setattr(indexing, "open_backend", partial(open_backend, engine=request.param))
    monkeypatch.setattr(view_tally, "FLUSH_SECONDS", 3600.0)
    searching._open.cache_clear()
    backend = indexing.writer()
    assert backend.name == request.param
    yield backend
    backend.close()
    searching._open.cache_clear()


def titles(client: Client) -> str:
    return client.get(SEARCH).content.decode()


def test_a_search_that_nothing_changed_costs_one_query(writer, django_assert_num_queries):
    make.question(title="Why is the variance never negative?")
    indexing.rebuild(writer)
    client = Client()
    titles(client)
    first = titles(client)  # the first of all opens the index, which is a change of its state
    with django_assert_num_queries(1):
        assert titles(client) == first
    assert "never negative" in first


def test_what_the_index_learns_is_found_at_the_next_request(writer):
    question = make.question(title="Why is the variance never negative?")
    indexing.rebuild(writer)
    client = Client()
    for _ in range(3):
        assert "of a sum" not in titles(client)
    later = make.question(title="What is the variance of a sum?")
    for _ in range(3):
        assert "of a sum" not in titles(client)  # kept again, for the worker has not come by yet
    indexing.write(writer, [later.pk])
    writer.commit(writer.checkpoint() + 1)
    assert "of a sum" in titles(client)
    writer.delete([question.pk])
    writer.commit(writer.checkpoint() + 1)
    assert "never negative" not in titles(client)


def test_what_was_deleted_is_gone_before_the_index_knows(writer, mod):
    question = make.question(title="Why is the variance never negative?")
    indexing.rebuild(writer)
    client = Client()
    for _ in range(3):
        assert "never negative" in titles(client)
    question.delete_by(mod, "spam")
    assert "never negative" not in titles(client)


def test_an_index_built_anew_ends_the_pages_of_the_old_one(writer):
    question = make.question(title="Why is the variance never negative?")
    indexing.rebuild(writer)
    client = Client()
    for _ in range(3):
        assert "never negative" in titles(client)
    with writer.rebuild() as fresh:
        fresh.commit(writer.checkpoint())
    assert question.title not in titles(client)
