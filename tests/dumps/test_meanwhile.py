"""An import takes its time, and people go on meanwhile: what they do holds, and breaks no import."""

import pytest

from geeks.dumps.stackexchange import DumpError, passes
from geeks.models import Closure, Comment, ImportedFile, Lock, PostEvent, Question, Revision, Source
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
