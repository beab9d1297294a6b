"""Editing: who may, what is kept, and what an edit must not undo."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Audit, Outbox, Post, Tag
from tests import make

pytestmark = pytest.mark.django_db

NEW = "A better body, with $e^{i\\pi}=-1$ in it and enough words."


def tag_count(name: str) -> int:
    return Tag.objects.get(name=name).question_count


def test_an_author_edits_and_every_version_is_kept(ada):
    question = make.question(ada, title="The first title of it", tags=["sums"])
    assert question.edit(ada, title="The second title of it", body=NEW, tags="sums series", comment=" clearer ")
    question.refresh_from_db()
    assert question.title == "The second title of it"
    assert question.slug == "the-second-title-of-it"
    assert 'data-tex="e^{i\\pi}=-1"' in question.body_html
    assert question.editor == ada
    first, second = question.revisions.order_by("number")
    assert (first.title, first.body, first.tags) == ("The first title of it", make.BODY, "sums")
    assert (second.number, second.title, second.body, second.tags) == (2, question.title, NEW, "sums series")
    assert second.comment == "clearer"
    assert not Audit.objects.exists()


def test_an_edit_that_changes_nothing_leaves_no_trace(ada):
    question = make.question(ada)
    Outbox.objects.all().delete()
    assert question.edit(ada, title=question.title, body=question.body + "\r\n  ", tags="sums") is False
    assert question.revisions.count() == 1
    assert not Outbox.objects.exists()


def test_an_edit_moves_the_question_to_the_front(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    answer.edit(ben, body=NEW)
    question.refresh_from_db()
    assert question.last_activity == answer.edited
    assert question.last_active_by == ben


def test_tags_are_counted_anew(ada):
    question = make.question(ada, tags=["sums", "induction"])
    question.edit(ada, body=question.body, tags=["sums", "series"])
    assert (tag_count("sums"), tag_count("induction"), tag_count("series")) == (1, 0, 1)
    assert [tagging.tag.name for tagging in question.taggings.all()] == ["sums", "series"]


def test_the_order_of_tags_is_the_authors(ada):
    question = make.question(ada, tags=["a", "b", "c"])
    assert question.edit(ada, body=question.body, tags=["c", "a", "b"])
    assert [tagging.tag.name for tagging in question.taggings.all()] == ["c", "a", "b"]
    assert tag_count("a") == 1


def test_editing_the_tags_of_a_deleted_question_counts_when_it_comes_back(ada, mod):
    question = make.question(ada, tags=["sums"])
    question.delete_by(mod)
    question.edit(mod, body=question.body, tags=["series"])
    assert (tag_count("sums"), tag_count("series")) == (0, 0)
    question.restore_by(mod)
    assert (tag_count("sums"), tag_count("series")) == (0, 1)


def test_editing_others_posts_asks_for_reputation_and_leaves_an_audit_row(ada):
    question = make.question(ada)
    with pytest.raises(PermissionDenied, match="You need 2000 reputation"):
        question.edit(make.person(reputation=1999), body=NEW)
    editor = make.person(reputation=2000)
    question.edit(editor, body=NEW, comment="spelling")
    row = Audit.objects.get()
    assert (row.actor, row.action, row.post_id, row.detail) == (
        editor,
        "edit",
        question.pk,
        {"comment_given": "spelling"},
    )


def test_locked_posts_are_edited_by_moderators_only(ada, mod):
    question = make.question(ada)
    question.lock(mod)
    with pytest.raises(PermissionDenied, match="locked"):
        question.edit(ada, body=NEW)
    assert question.edit(mod, body=NEW)


def test_a_deleted_post_is_edited_by_moderators_only(ada, mod):
    question = make.question(ada)
    question.delete_by(ada)
    with pytest.raises(PermissionDenied, match="restore it before"):
        question.edit(ada, body=NEW)
    assert question.edit(mod, body=NEW)


def test_everything_wrong_is_said_at_its_field_and_nothing_changes(ada):
    question = make.question(ada)
    with pytest.raises(ValidationError) as caught:
        question.edit(ada, title="", body="", tags="b@d")
    assert set(caught.value.message_dict) == {"title", "body", "tags"}
    question.refresh_from_db()
    assert question.body == make.BODY
    assert question.revisions.count() == 1


def test_the_category_may_be_changed_and_the_revision_tells(ada):
    question = make.question(ada)
    web = make.category("web")
    assert question.edit(ada, body=question.body, category=web)
    question.refresh_from_db()
    assert question.category == web
    assert [row.category.slug for row in question.revisions.order_by("number")] == ["data-science", "web"]


def test_an_answer_has_neither_title_nor_tags_nor_category_to_edit(ben):
    answer = make.answer(author=ben)
    answer.edit(ben, body=NEW, title="A title for it", tags="sums", category=make.category())
    answer.refresh_from_db()
    assert (answer.title, answer.category, answer.taggings.count()) == ("", None, 0)
    assert answer.body == NEW


def test_answers_are_announced_when_their_questions_tags_or_category_change(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    for change in ({"tags": "series"}, {"category": make.category("web")}):
        Outbox.objects.all().delete()
        question.edit(ada, body=question.body, **change)
        assert set(Outbox.objects.values_list("post_id", flat=True)) == {question.pk, answer.pk}
    Outbox.objects.all().delete()
    question.edit(ada, body=NEW)
    assert list(Outbox.objects.values_list("post_id", flat=True)) == [question.pk]


def test_votes_comments_and_answers_that_came_while_editing_are_kept(ada, ben):
    question = make.question(ada)
    opened = Post.objects.get(pk=question.pk)
    question.votes.cast(ben, 1)
    question.comments.write(ben, "A remark meanwhile.")
    make.answer(question, ben)
    Post.objects.filter(pk=question.pk).update(view_count=77)
    opened.edit(ada, body=NEW)
    now = Post.objects.get(pk=question.pk)
    assert (now.score, now.comment_count, now.answer_count, now.view_count) == (1, 1, 1, 77)
    assert now.body == NEW


def test_a_post_locked_while_its_new_text_is_rendered_stays_as_it_was(ada, mod, monkeypatch):
    question, render = make.question(ada, body=make.PLAIN), Post.render

    def locked_first(self):
        Post.objects.get(pk=question.pk).lock(mod)
        render(self)

    monkeypatch.setattr(Post, "render", locked_first)
    with pytest.raises(PermissionDenied, match="locked"):
        question.edit(ada, body=NEW)
    assert Post.objects.get(pk=question.pk).body == make.PLAIN
    assert question.revisions.count() == 1


def test_an_edit_of_the_text_undoes_nothing_that_was_done_since_the_post_was_read(ada, mod):
    read = make.question(ada, title="The first title of it", tags=["sums"])
    now = Post.objects.get(pk=read.pk)
    now.move(mod, make.category("android"))
    now.edit(mod, title="The second title of it", body=now.body, tags="series")
    assert read.edit(ada, body=NEW)
    stored = Post.objects.get(pk=read.pk)
    assert (stored.title, stored.slug, stored.body) == ("The second title of it", "the-second-title-of-it", NEW)
    assert "second" in stored.title_html
    assert stored.category.slug == "android"
    assert [tag.name for tag in stored.tags.all()] == ["series"]
    last = stored.revisions.order_by("number").last()
    assert (last.title, last.body, last.tags) == ("The second title of it", NEW, "series")
    assert (read.title, read.category.slug) == (stored.title, "android")


def test_an_edit_undoes_nothing_that_is_done_while_its_text_is_rendered(ada, mod, monkeypatch):
    question, render = make.question(ada, title="The first title of it", tags=["sums"]), Post.render

    def changed_first(post):
        render(post)
        monkeypatch.undo()
        other = Post.objects.get(pk=post.pk)
        other.move(mod, make.category("android"))
        other.edit(mod, title="The second title of it", body=other.body, tags="series")

    monkeypatch.setattr(Post, "render", changed_first)
    assert question.edit(ada, body=NEW)
    stored = Post.objects.get(pk=question.pk)
    assert (stored.title, stored.body, stored.category.slug) == ("The second title of it", NEW, "android")
    assert stored.slug == "the-second-title-of-it"
    last = stored.revisions.order_by("number").last()
    assert (last.title, last.body, last.tags) == ("The second title of it", NEW, "series")


def test_whether_an_edit_changes_anything_is_asked_of_what_is_stored(ada):
    read = make.question(ada)
    first = read.body
    Post.objects.get(pk=read.pk).edit(ada, body=NEW)
    assert read.edit(ada, body=first)
    assert Post.objects.get(pk=read.pk).body == first
