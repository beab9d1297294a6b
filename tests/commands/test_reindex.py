"""`manage.py reindex` builds the index anew."""

from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from geeks.models import Outbox, Post
from geeks.search import SearchUnavailable, open_backend, parse
from geeks.search.opening import ENGINES
from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db


def test_it_says_how_many_posts_can_be_found(ada):
    question = make.question(ada, title="Why does the zeta function vanish?")
    make.question(ada).delete_by(ada)
    for _ in range(2):
        out = StringIO()
        call_command("reindex", stdout=out)
        assert out.getvalue() == "The search index holds 1 posts.\n"
    backend = indexing.reader()
    try:
        assert backend.search(parse("zeta")).ids == [question.pk]
    finally:
        backend.close()


def test_what_is_wrong_with_the_index_is_said(monkeypatch):
    def broken(*args, **given):
        raise SearchUnavailable("The index is damaged.")

    monkeypatch.setattr(indexing, "rebuild", broken)
    with pytest.raises(CommandError, match="damaged"):
        call_command("reindex", stdout=StringIO())


@pytest.fixture(params=ENGINES)
def follower(request, db, settings, monkeypatch):
    """Follows at once: no transaction of these tests is under way elsewhere."""
    opened = partial(open_backend, settings.SEARCH_DIR, engine=request.param)
    monkeypatch.setattr(indexing, "reader", opened)
    monkeypatch.setattr(indexing, "HOLE_SECONDS", 0)
    backend = opened(writer=True)
    yield indexing.Follower(backend)
    backend.close()


def checked() -> str:
    out = StringIO()
    try:
        call_command("reindex", check=True, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def test_an_index_that_followed_is_right(ada, ben, follower):
    question = make.question(ada)
    answer = make.answer(question, ben)
    follower.catch_up()
    answer.votes.cast(ada, 1)
    question.accept(answer, ada)
    question.edit(ada, title="Why does the zeta function vanish?", body=make.BODY, tags=["zeta"])
    make.question(ada).delete_by(ada)
    follower.catch_up()
    assert checked() == "no differences\n"


def test_what_is_announced_and_not_applied_is_no_difference(ada, follower):
    make.question(ada)
    follower.catch_up()
    make.question(ada)
    assert checked() == "no differences\n"


def test_every_difference_is_named(ada, follower):
    missing, hidden, voted, edited = (make.question(ada) for _ in range(4))
    follower.catch_up()
    follower.backend.delete([missing.pk])
    follower.backend.commit(follower.backend.checkpoint())
    Post.objects.filter(pk=hidden.pk).update(deleted_at=hidden.created)
    Post.objects.filter(pk=voted.pk).update(score=7, answer_count=2)
    Post.objects.filter(pk=edited.pk).update(last_activity=edited.created.replace(year=2001))
    assert checked().splitlines() == [
        f"post {missing.pk}: is not in the index",
        f"post {hidden.pk}: is in the index, but may not be found",
        f"post {voted.pk}: the index has not renewed its score, its answers",
        f"post {edited.pk}: the index has not renewed its last activity",
        "4 differences from the database: build the index anew with manage.py reindex.",
    ]
    call_command("reindex", stdout=StringIO())
    assert checked() == "no differences\n"


def test_a_post_beyond_the_last_of_the_database_is_found(ada, follower):
    gone = make.question(ada)
    follower.catch_up()
    Post.objects.filter(pk=gone.pk).delete()
    Outbox.objects.all().delete()
    assert f"post {gone.pk}: is in the index, but may not be found" in checked()


def test_there_must_be_an_index():
    assert "There is no search index yet" in checked()
