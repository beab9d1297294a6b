"""What moderators do to posts: every act goes through the model, leaves an audit row, and tells what came of it."""

import pytest

from geeks.models import Audit, Comment, Question
from tests import make
from tests.admin.acts import choose, list_url, page_url, said


@pytest.fixture
def question(ada):
    return make.question(ada)


def test_delete_and_restore_are_offered_under_these_names_and_djangos_removal_is_not(desk, question):
    for model in ("question", "answer", "article", "comment"):
        labels = [label for _, label in desk.get(list_url(model)).context["action_form"].fields["action"].choices]
        assert "Delete" in labels
        assert "Restore" in labels
        assert not [label for label in labels if "selected" in label]


@pytest.mark.parametrize("made", [make.question, make.answer, make.article])
def test_delete_is_soft_and_restore_brings_the_post_back(desk, mod, db, made):
    post = made()
    model = post._meta.model_name
    deleted = choose(desk, model, "delete_selected", [post], reason="spam")
    assert said(deleted) == [f"Deleted 1 {model}."]
    post.refresh_from_db()
    assert post.deleted_at
    assert (post.deletion.user, post.deletion.reason) == (mod, "spam")
    choose(desk, model, "restore_selected", [post])
    post.refresh_from_db()
    assert post.deleted_at is None
    acts = post.audit.order_by("id").values_list("action", "actor__username", "detail")
    assert list(acts) == [("delete", "mod", {"reason": "spam"}), ("restore", "mod", {})]


def test_what_cannot_be_done_is_named_and_the_others_go_on(desk, mod, ada):
    first, second, third = (make.question(ada) for _ in range(3))
    second.delete_by(mod)
    response = choose(desk, "question", "delete_selected", [first, second, third])
    assert said(response) == [
        "Deleted 2 questions.",
        f"“{second.title}” (#{second.pk}): This post is deleted already.",
    ]
    assert Question.objects.visible().count() == 0


def test_lock_and_unlock(desk, question):
    choose(desk, "question", "lock_selected", [question], reason="edit war")
    question.refresh_from_db()
    assert question.lock_row.reason == "edit war"
    choose(desk, "question", "unlock_selected", [question])
    question.refresh_from_db()
    assert question.locked_at is None
    assert set(question.audit.values_list("action", flat=True)) == {"lock", "unlock"}


def test_moving_asks_for_the_category_and_then_moves(desk, question):
    web = make.category("web")
    page = choose(desk, "question", "move_selected", [question])
    assert question.title in page.content.decode()
    assert "Web" in page.content.decode()
    assert said(choose(desk, "question", "move_selected", [question], apply="1", category=web.pk)) == [
        "Moved 1 question."
    ]
    question.refresh_from_db()
    assert question.category == web
    assert question.audit.get().detail == {"before": "Data Science", "after": "Web"}


def test_moving_to_no_category_asks_again(desk, question):
    page = choose(desk, "question", "move_selected", [question], apply="1", category="999")
    assert page.status_code == 200
    assert "category" in page.context["form"].errors


def test_closing_asks_for_a_reason_and_reopening_does_not(desk, question):
    assert choose(desk, "question", "close_selected", [question]).status_code == 200
    choose(desk, "question", "close_selected", [question], apply="1", reason="unclear", note="Which sum?")
    question.refresh_from_db()
    assert (question.closure.reason, question.closure.note) == ("unclear", "Which sum?")
    choose(desk, "question", "reopen_selected", [question])
    question.refresh_from_db()
    assert question.closed_at is None


def test_a_duplicate_names_the_other_question_or_what_was_typed_is_asked_for_again(desk, ada, question):
    typed = {"apply": "1", "reason": "duplicate", "note": "Look there."}
    page = choose(desk, "question", "close_selected", [question], **typed)
    assert "Name the other question" in page.content.decode()
    assert "Look there." in page.content.decode()
    unknown = choose(desk, "question", "close_selected", [question], **typed, duplicate_of="987654")
    assert unknown.context["form"].errors["duplicate_of"] == ["There is no question 987654."]
    other = make.question(ada)
    choose(desk, "question", "close_selected", [question], **typed, duplicate_of=str(other.pk))
    question.refresh_from_db()
    assert question.closure.duplicate_of_id == other.pk


def test_an_act_begun_on_the_posts_page_leads_back_to_it(desk, question):
    response = choose(desk, "question", "delete_selected", [question], one=str(question.pk))
    assert response.url == page_url(question)
    page = desk.get(response.url).content.decode()
    assert ">Restore</button>" in page
    assert ">Delete</button>" not in page


def test_an_act_begun_on_the_posts_page_leads_back_from_the_page_between_too(desk, question):
    page = choose(desk, "question", "move_selected", [question], one=str(question.pk)).content.decode()
    assert f'name="one" value="{question.pk}"' in page


def test_answers_offer_neither_moving_nor_closing(desk, db):
    choices = dict(desk.get(list_url("answer")).context["action_form"].fields["action"].choices)
    assert not {"move_selected", "close_selected"} & set(choices)


def test_a_selection_that_is_no_number_is_refused(desk, question):
    data = {"action": "delete_selected", "_selected_action": ["1 or 1", "9" * 40], "index": "0"}
    response = desk.post(list_url("question"), data)
    assert said(response) == ["The selection cannot be read. Choose the rows again."]


def test_more_than_a_hundred_rows_at_once_are_refused(desk, ada):
    question = make.question(ada)
    Question.objects.bulk_create(
        Question(kind=1, author=ada, title=f"Number {n}", body="x", category=question.category) for n in range(101)
    )
    response = desk.post(
        list_url("question"),
        {"action": "delete_selected", "_selected_action": "1", "select_across": "1", "index": "0"},
    )
    assert said(response) == ["Choose at most 100 at once. Nothing was changed."]
    assert Question.objects.visible().count() == 102


def test_an_overlong_reason_changes_nothing(desk, question):
    response = choose(desk, "question", "delete_selected", [question], reason="x" * 501)
    assert said(response) == ["Shorten the reason to 500 characters. Nothing was changed."]
    question.refresh_from_db()
    assert question.deleted_at is None


def test_comments_are_deleted_and_restored(desk, ada, ben, question):
    comment = question.comments.write(ben, "First! And nothing else.")
    choose(desk, "comment", "delete_selected", [comment])
    comment.refresh_from_db()
    assert comment.deleted_by.username == "mod"
    choose(desk, "comment", "restore_selected", [comment])
    assert Comment.objects.visible().count() == 1
    assert list(Audit.objects.order_by("id").values_list("action", flat=True)) == ["delete comment", "restore comment"]


def test_merging_tags_asks_for_the_target_and_moves_the_posts(desk, ada):
    make.question(ada, tags=["sum"])
    make.question(ada, tags=["sums", "sum"])
    tags = {tag.name: tag for tag in Question.objects.last().tags.all()}
    assert choose(desk, "tag", "merge_selected", [tags["sum"]]).status_code == 200
    unknown = choose(desk, "tag", "merge_selected", [tags["sum"]], apply="1", into="nothing")
    assert "There is no tag “nothing”" in unknown.content.decode()
    same = choose(desk, "tag", "merge_selected", [tags["sum"]], apply="1", into="sum")
    assert "cannot be merged into itself" in same.content.decode()
    choose(desk, "tag", "merge_selected", list(tags.values()), apply="1", into="sums")
    assert [list(q.tags.values_list("name", flat=True)) for q in Question.objects.all()] == [["sums"], ["sums"]]
    assert Audit.objects.get(action="merge tags").detail["into"] == "sums"


def test_the_audit_list_shows_who_did_what(desk, question):
    choose(desk, "question", "delete_selected", [question], reason="off the map")
    page = desk.get(list_url("audit"), {"action": "delete"}).content.decode()
    assert "reason: off the map" in page
    assert page_url(question) in page
