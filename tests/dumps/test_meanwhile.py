"""An import takes its time, and people go on meanwhile: what they do holds, and breaks no import."""

from datetime import date

import pytest

from geeks.dumps.stackexchange import DumpError, passes
from geeks.dumps.stackexchange.history import EDITS, History
from geeks.dumps.stackexchange.records import VoteRow
from geeks.dumps.stackexchange.votes import _offer
from geeks.models import Bounty, Closure, Comment, ImportedFile, Lock, PostEvent, Question, Revision, Source
from tests.dumps import small
from tests.dumps.test_load import recounted, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    return small.site()


@pytest.fixture
def imported(tmp_path):
    """`imported(rows)` imports a site with these rows."""
    return lambda rows: run(small.write(tmp_path / small.HOST, rows))


def test_a_post_that_a_moderator_locks_meanwhile_stays_locked_by_him(imported, rows, mod, monkeypatch):
    honest = passes.settle

    def late(source, ids):
        """All rows are stored, and their states are not settled yet."""
        post = Question.objects.get(title="What is a sum?")
        if not post.locked_at:
            post.lock(mod, "a quarrel")
        honest(source, ids)

    monkeypatch.setattr(passes, "settle", late)
    imported(rows)
    post = Question.objects.get(title="What is a sum?")
    told, his = Lock.objects.filter(post=post).order_by("created")
    assert (his.user, his.ended) == (mod, None)
    assert told.ended == post.locked_at == his.created
    assert "here already" in imported(rows)
    assert recounted() == "no differences"


def test_a_question_that_a_moderator_reopened_stays_so_when_the_states_are_settled_again(imported, rows, mod):
    for row in rows["PostHistory.xml"]:
        if row["PostId"] == 4 and row["PostHistoryTypeId"] == 10:
            row.update(Comment="", Text="{}")  # the archive says neither who closed it nor why
    rows["PostLinks.xml"] = [row for row in rows["PostLinks.xml"] if row["PostId"] != 4]
    imported(rows)
    question = Question.objects.get(title="How large are sums?")
    question.reopen(mod)
    closures = list(Closure.objects.filter(post=question).values())
    passes.settle(Source.objects.get(), [question.pk])
    assert list(Closure.objects.filter(post=question).values()) == closures
    assert closures[0]["ended_by_id"] == mod.pk


def test_a_second_run_in_the_finishing_stage_is_told_of_the_first(imported, rows, monkeypatch):
    imported(rows)
    source = Source.objects.get()
    passes.begin_again(source)
    monkeypatch.setattr(passes.Announcements, "size", 1)
    state = ImportedFile.objects.filter(name=f"{passes.PREFIX}{passes.Announcements.name}")
    with pytest.raises(DumpError, match="Another import"):
        passes.Announcements(source).run(lambda done: state.update(last_id=10**9))


def test_names_in_comments_and_history_are_free_of_invisible_letters(imported, rows):
    for row in (*rows["Comments.xml"], *rows["PostHistory.xml"]):
        if row.get("UserDisplayName") == "gone":
            row["UserDisplayName"] = "go\u202ene"
    imported(rows)
    assert Comment.objects.filter(author_name="gone").exists()
    assert Revision.objects.filter(editor_name="gone").exists()
    for model, column in ((Comment, "author_name"), (PostEvent, "user_name"), (Revision, "editor_name")):
        assert not model.objects.filter(**{f"{column}__contains": "\u202e"}).exists()


def test_an_edit_between_the_posts_and_their_history_comes_behind_it(imported, rows, mod, monkeypatch):
    honest = History.take
    edited = []

    def late(self, records, done):
        if not edited:
            post = Question.objects.get(title="What is a sum?")
            edited.append(post.edit(mod, body="A better text, written while the archive was being read."))
        return honest(self, records, done)

    told = [row for row in rows["PostHistory.xml"] if row["PostId"] == 5 and row["PostHistoryTypeId"] in EDITS]
    alone = len({row["RevisionGUID"] for row in told})
    monkeypatch.setattr(History, "take", late)
    imported(rows)
    assert edited == [True]
    post = Question.objects.get(title="What is a sum?")
    revisions = list(post.revisions.order_by("number"))
    assert [one.number for one in revisions] == list(range(1, len(revisions) + 1))
    assert [bool(one.kinds) for one in revisions] == [True] * alone + [False, False]
    assert revisions[-1].body == post.body == "A better text, written while the archive was being read."


def test_an_edit_before_the_first_revision_keeps_what_came(imported, rows, mod, monkeypatch):
    del rows["PostHistory.xml"]
    honest = passes.FirstRevisions.work
    came = []

    def late(self, ids):
        post = Question.objects.get(title="What is a sum?")
        if not came:
            came.append(post.body)
            post.edit(mod, body="A better text, written while the archive was being read.")
        honest(self, [pk for pk in ids if pk != post.pk])  # it is no longer without one

    monkeypatch.setattr(passes.FirstRevisions, "work", late)
    imported(rows)
    post = Question.objects.get(title="What is a sum?")
    texts = list(post.revisions.order_by("number").values_list("number", "body"))
    assert texts == [(1, came[0]), (2, post.body)]


@pytest.mark.parametrize("count", [3, 30])
def test_bounties_and_tag_texts_take_as_many_queries_for_many_rows_as_for_few(
    imported, rows, count, django_assert_max_num_queries
):
    imported(rows)
    question = Question.objects.get(title="What is a sum?")
    votes = [
        VoteRow(Id=n, PostId=1, VoteTypeId=8 + n % 2, BountyAmount=50, CreationDate=date(2020, 1, 1 + n % 9))
        for n in range(count)
    ]
    with django_assert_max_num_queries(5):
        _offer([(question.pk, None, vote) for vote in votes])
    assert Bounty.objects.filter(post=question, closed=None).count() <= 1
