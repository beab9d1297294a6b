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


def test_what_members_are_given_is_as_new(writer, ada, mod, monkeypatch):
    """Their pages are made anew each time; what the index said is remembered until it says something else."""
    question = make.question(title="Why is the variance never negative?")
    indexing.rebuild(writer)
    client, asked = Client(), []
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    search = type(searching.backend()).search
    monkeypatch.setattr(
        type(searching.backend()), "search", lambda *given, **how: asked.append(1) or search(*given, **how)
    )
    titles(client)  # opens the index, which is a change of its state
    before, _ = len(asked), titles(client)
    assert "never negative" in titles(client)
    assert len(asked) == before + 1
    question.edit(mod, title="Why is the variance at least zero?", body=question.body, tags="variance")
    question.category.name = "Numbers and chance"
    question.category.save()
    page = titles(client)
    assert "at least zero" in page
    assert page.count("Numbers and chance") == 2  # in the row, and beside it to narrow the search down
    assert len(asked) == before + 2  # for the names of categories are part of what is remembered
    writer.delete([question.pk])
    writer.commit(writer.checkpoint() + 1)
    assert "at least zero" not in titles(client)


def test_the_same_post_is_marked_for_each_search(writer, ada):
    make.question(title="Why is the variance never negative?", body="Its expectation and the variance of a sum.")
    indexing.rebuild(writer)
    client = Client()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    for _ in range(2):
        assert "<mark>variance</mark>" in client.get("/search?q=variance").content.decode()
        found = client.get("/search?q=expectation").content.decode()
        assert "<mark>expectation</mark>" in found
        assert "<mark>variance</mark>" not in found
