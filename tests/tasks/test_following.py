"""The index follows the outbox: every visible change arrives, in any order, as often as it is repeated."""

import time
from contextlib import contextmanager

import pytest

from geeks.models import Outbox, Post
from geeks.models.outbox import ALL_POSTS
from geeks.models.tag import Tag
from geeks.search import parse
from geeks.tasks import indexing
from geeks.tasks.indexing import Follower
from tests import make

pytestmark = pytest.mark.django_db


class Kept:
    """A backend that keeps documents in a dictionary, and fails where it is told to."""

    def __init__(self) -> None:
        self.documents: dict[int, object] = {}
        self.number = 0
        self.writes = self.rebuilds = 0

    def index(self, batch):
        for document in batch:
            self.documents[document.id] = document
            self.writes += 1
        return []

    def preparation(self):
        return lambda document: document

    def delete(self, ids):
        for pk in ids:
            self.documents.pop(pk, None)

    def commit(self, checkpoint):
        assert checkpoint >= self.number
        self.number = checkpoint

    def checkpoint(self):
        return self.number

    def needs_rebuild(self):
        return ""

    @contextmanager
    def rebuild(self):
        fresh = Kept()
        yield fresh
        self.documents, self.number = fresh.documents, fresh.number
        self.rebuilds += 1


@pytest.fixture
def backend():
    return Kept()


@pytest.fixture
def later(monkeypatch):
    """`later(seconds)`: so many have passed since, by the clock that only goes forward."""
    return lambda seconds: monkeypatch.setattr(indexing, "monotonic", lambda: time.monotonic() + seconds)


@pytest.fixture
def follower(backend):
    return Follower(backend)


def known(backend) -> set[int]:
    return set(backend.documents)


def test_what_is_written_is_found(follower, backend, ada, ben):
    question = make.question(ada, tags=["sums", "c++"], title="Why does $a^2$ appear?")
    answer = make.answer(question, ben)
    article = make.article(ada)
    assert follower.catch_up() == 4  # the question is announced again when it is answered
    assert known(backend) == {question.pk, answer.pk, article.pk}
    head, reply = backend.documents[question.pk], backend.documents[answer.pk]
    assert (head.kind, head.question_id, head.title, head.category) == (
        "question", question.pk, "Why does $a^2$ appear?", "data-science",
    )  # fmt: skip
    assert set(head.tags) == {"sums", "c++"}
    assert "a^2" in head.formulas
    assert "\\frac{n(n+1)}2" in head.formulas
    assert (head.author_id, head.answers) == (ada.pk, 1)
    assert (reply.kind, reply.question_id, reply.title, set(reply.tags)) == ("answer", question.pk, "", {"sums", "c++"})
    assert reply.category == "data-science"


def test_nothing_new_writes_nothing(follower, backend):
    make.question()
    follower.catch_up()
    before = backend.writes
    assert follower.catch_up() == 0
    assert backend.writes == before


def test_everything_is_taken_in_when_everything_is_announced_as_changed(follower, backend, ada):
    question = make.question(ada)
    backend.commit(Outbox.objects.get().pk - 1)  # whatever other tests took from the sequence
    follower.catch_up()
    unannounced = make.question(ada)
    Outbox.objects.filter(post_id=unannounced.pk).update(post_id=ALL_POSTS)
    later = make.question(ada)
    follower.catch_up()
    assert known(backend) == {question.pk, unannounced.pk, later.pk}
    assert backend.checkpoint() == Outbox.objects.order_by("pk").last().pk
    assert follower.catch_up() == 0
    assert backend.rebuilds == 1


def test_an_index_is_not_built_twice_over_a_hole(follower, backend, ada, later):
    make.question(ada)
    backend.commit(Outbox.objects.get().pk - 1)
    Outbox.objects.create(pk=Outbox.objects.get().pk + 5, post_id=ALL_POSTS)
    for _ in range(3):
        follower.catch_up()
    assert backend.rebuilds == 1
    later(indexing.HOLE_SECONDS + 1)
    follower.catch_up()
    assert backend.checkpoint() == Outbox.objects.order_by("pk").last().pk
    assert backend.rebuilds == 1


def test_states_are_found_and_forgotten(follower, backend, ada, ben, mod):
    question = make.question(ada, body="```\ncode\n```\nand some words around it.")
    answer = make.answer(question, ben)

    def flags(post):
        follower.catch_up()
        return set(backend.documents[post.pk].flags)

    assert flags(question) == {"hascode"}
    question.accept(answer, ada)
    assert (flags(question), flags(answer)) == ({"hascode", "hasaccepted", "isanswered"}, {"accepted"})
    question.unaccept(answer, ada)
    assert (flags(question), flags(answer)) == ({"hascode"}, set())
    answer.votes.cast(ada, 1)
    assert flags(question) == {"hascode", "isanswered"}
    answer.votes.cast(ada, 0)
    assert flags(question) == {"hascode"}
    closing = (lambda: question.close(mod, "unclear"), question.reopen, "closed")
    locking = (lambda: question.lock(mod), question.unlock, "locked")
    for act, undo, flag in (closing, locking):
        act()
        assert flags(question) == {"hascode", flag}
        undo(mod)
        assert flags(question) == {"hascode"}


def test_deleted_posts_leave_and_restored_ones_return_with_their_answers(follower, backend, ada, ben, mod):
    question = make.question(ada)
    answer, other = make.answer(question, ben), make.answer(question, ben)
    answer.delete_by(ben)
    follower.catch_up()
    assert known(backend) == {question.pk, other.pk}
    question.delete_by(mod)
    follower.catch_up()
    assert known(backend) == set()
    question.restore_by(mod)
    follower.catch_up()
    assert known(backend) == {question.pk, other.pk}


def test_moves_edits_and_merges_reach_the_answers_too(follower, backend, ada, ben, mod):
    question = make.question(ada, tags=["summation"])
    answer = make.answer(question, ben)
    question.move(mod, make.category("web"))
    follower.catch_up()
    assert backend.documents[answer.pk].category == "web"
    question.edit(ada, body=question.body, tags=["summation", "series"])
    follower.catch_up()
    assert set(backend.documents[answer.pk].tags) == {"summation", "series"}
    Tag.objects.get(name="summation").merge_into(Tag.objects.create(name="sums"), mod)
    follower.catch_up()
    for post in (question, answer):
        assert set(backend.documents[post.pk].tags) == {"sums", "series"}


def test_a_post_that_is_really_gone_leaves(follower, backend):
    question = make.question()
    follower.catch_up()
    Post.objects.filter(pk=question.pk).delete()
    Outbox.objects.announce([question.pk])
    follower.catch_up()
    assert known(backend) == set()


def number(pk: int, post) -> None:
    Outbox.objects.create(pk=pk, post_id=post.pk)


@pytest.fixture
def posts(ada):
    made = [make.question(ada, body=make.PLAIN) for _ in range(3)]
    Outbox.objects.all().delete()
    return made


def test_a_hole_in_the_numbers_is_waited_for(follower, backend, posts):
    number(1, posts[0])
    number(3, posts[2])
    assert follower.catch_up() == 2
    assert known(backend) == {posts[0].pk, posts[2].pk}
    assert backend.checkpoint() == 1
    number(2, posts[1])  # its transaction took longer
    assert follower.catch_up() == 1
    assert posts[1].pk in known(backend)
    assert backend.checkpoint() == 3
    assert not follower.applied


def test_a_hole_that_stays_is_passed_over_after_a_while(follower, backend, posts, later):
    number(1, posts[0])
    number(3, posts[2])
    follower.catch_up()
    assert backend.checkpoint() == 1
    later(indexing.HOLE_SECONDS + 1)
    follower.catch_up()
    assert backend.checkpoint() == 3


def test_what_was_applied_beyond_a_hole_is_not_applied_twice(follower, backend, posts):
    number(1, posts[0])
    number(3, posts[2])
    follower.catch_up()
    before = backend.writes
    assert follower.catch_up() == 0
    assert backend.writes == before


def test_a_new_follower_repeats_what_was_beyond_the_checkpoint_without_harm(follower, backend, posts):
    for pk, post in enumerate(posts, 1):
        number(pk, post)
    number(9, posts[0])
    follower.catch_up()
    assert backend.checkpoint() == 3
    again = Follower(backend)
    assert again.catch_up() == 1
    assert known(backend) == {post.pk for post in posts}


def test_a_crash_before_the_commit_loses_nothing(follower, backend, posts, monkeypatch):
    for pk, post in enumerate(posts, 1):
        number(pk, post)

    def broken(checkpoint):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(backend, "commit", broken)
        with pytest.raises(OSError, match="no space"):
            follower.catch_up()
    assert Follower(backend).catch_up() == 3
    assert backend.checkpoint() == 3


def test_many_announcements_are_applied_in_batches(follower, backend, posts, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    for pk in range(1, 8):
        number(pk, posts[pk % 3])
    assert follower.catch_up() == 7
    assert backend.checkpoint() == 7


@pytest.mark.parametrize(
    ("checkpoint", "numbers", "is_behind"),
    [
        (0, [], False),
        (0, [1, 2], False),
        (0, [5], True),
        (3, [1, 2, 3, 4], False),
        (3, [4], False),
        (3, [5], True),
        (5, [5], False),
        (5, [], False),
    ],
)
def test_an_index_that_missed_something_is_told_apart(backend, checkpoint, numbers, is_behind):
    backend.number = checkpoint
    Outbox.objects.bulk_create(Outbox(pk=pk, post_id=1) for pk in numbers)
    assert bool(indexing.behind(backend)) is is_behind


def test_an_empty_index_of_a_site_with_posts_is_behind_when_the_outbox_is_empty(backend, posts):
    assert "empty" in indexing.behind(backend)


def test_documents_cost_the_same_queries_for_one_and_for_many(django_assert_num_queries, ada):
    first = make.question(ada)
    with django_assert_num_queries(3):
        list(indexing.documents([first.pk]))
    ids = [make.answer(make.question(ada), ada).pk for _ in range(5)]
    with django_assert_num_queries(3):
        assert len(list(indexing.documents(ids))) == 5


def found(text: str) -> set[int]:
    backend = indexing.reader()
    try:
        return set(backend.search(parse(text)).ids)
    finally:
        backend.close()


def test_the_real_index_finds_what_the_outbox_announced(ada, ben, mod):
    question = make.question(ada, title="Why does the zeta function vanish?", tags=["number-theory"])
    answer = make.answer(question, ben, "Because of the trivial zeros, and of others on the critical line.")
    backend = indexing.writer()
    try:
        follower = Follower(backend)
        follower.catch_up()
        assert found("zeta") == {question.pk}
        assert found("critical line") == {answer.pk}
        assert {question.pk} <= found("[number-theory]") <= {question.pk, answer.pk}
        answer.delete_by(ben)
        follower.catch_up()
        assert found("critical line") == set()
        question.delete_by(mod)
        follower.catch_up()
        assert found("zeta") == set()
    finally:
        backend.close()


def test_a_rebuild_holds_what_readers_may_find_and_nothing_else(ada, ben):
    question = make.question(ada, title="Why does the zeta function vanish?")
    gone = make.question(ada, title="Why does the eta function vanish?")
    gone.delete_by(ada)
    backend = indexing.reader()
    reports: list[int] = []
    try:
        assert indexing.rebuild(backend, reports.append) == 1
        assert reports == [1]
        assert backend.health().documents == 1
    finally:
        backend.close()
    assert found("vanish") == {question.pk}


def test_a_follower_goes_on_where_a_rebuild_began(ada):
    make.question(ada, title="Why does the zeta function vanish?")
    backend = indexing.reader()
    indexing.rebuild(backend)
    backend.close()
    later = make.question(ada, title="Why does the eta function vanish?")
    backend = indexing.writer()
    try:
        Follower(backend).catch_up()
    finally:
        backend.close()
    assert later.pk in found("vanish")
