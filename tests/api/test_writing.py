"""Writing through the API: who may, what the site's rules refuse, and what comes of each method."""

import pytest
from django.test import Client

from geeks.models import AccessToken, Answer, Audit, Comment, Post, Question, User
from tests import make

pytestmark = pytest.mark.django_db


def secret_of(person, *scopes) -> str:
    return AccessToken.objects.issue(person, "a program", list(scopes or ("write_access",)))[1]


@pytest.fixture
def send(db):
    """`send(ada, "questions/1/upvote")`: the answer parsed, of a call with her token."""
    client, secrets = Client(enforce_csrf_checks=True), {}

    def post(person, method: str, status: int = 200, **form):
        if person and person not in secrets:
            secrets[person] = secret_of(person)
        data = {**form, "access_token": secrets[person]} if person else form
        response = client.post(f"/api/2.3/{method}", data)
        assert response.status_code == status, response.content
        return response.json()

    return post


def asking(**given) -> dict[str, str]:
    return {"title": "Why do sums pair up?", "body": make.BODY, "tags": "sums;order", **given}


# --- who may ----------------------------------------------------------------------------------------------------------


def test_without_a_token_nobody_writes_whatever_cookies_he_has(browser_of, ada):
    make.category()
    response = browser_of(ada).post("/api/2.3/questions/add", asking())
    assert response.json()["error_name"] == "access_token_required"
    assert not Question.objects.exists()


@pytest.mark.parametrize("way", ["form", "query", "header"])
def test_a_token_may_come_in_three_ways(ada, way):
    make.category()
    secret, client = secret_of(ada), Client(enforce_csrf_checks=True)
    form = asking(access_token=secret) if way == "form" else asking()
    url = "/api/2.3/questions/add" + (f"?access_token={secret}" if way == "query" else "")
    headers = {"Authorization": f"Bearer {secret}"} if way == "header" else {}
    response = client.post(url, form, headers=headers)
    assert response.status_code == 200, response.content
    assert Question.objects.get().author == ada
    assert response.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in response.headers


def test_tokens_that_do_not_do_are_told_apart(send, ada, ben):
    question = make.question(ada)

    def error(**form) -> str:
        return send(None, f"questions/{question.pk}/upvote", 400, **form)["error_name"]

    assert error() == "access_token_required"
    assert error(access_token="gm_nobody") == "invalid_access_token"
    assert error(access_token=secret_of(ben, "private_info")) == "access_denied"
    token, secret = AccessToken.objects.issue(ben, "old", ["write_access"])
    token.revoke(ben)
    assert error(access_token=secret) == "access_token_compromised"
    secret = secret_of(ben)
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert error(access_token=secret) == "access_denied"
    assert Post.objects.get(pk=question.pk).score == 0


def test_the_use_of_a_token_is_noted(send, ada, ben):
    question = make.question(ada)
    send(ben, f"questions/{question.pk}/upvote")
    assert AccessToken.objects.get().last_used is not None


def test_a_preview_writes_nothing(send, ada):
    make.category()
    assert send(ada, "questions/add", 400, **asking(preview="true"))["error_name"] == "bad_parameter"
    assert not Question.objects.exists()


def test_methods_that_write_take_a_post_only(stranger):
    for method in ("questions/add", "questions/1/edit", "answers/1/accept", "posts/1/comments/add"):
        response = stranger.get(f"/api/2.3/{method}")
        assert (response.status_code, response.headers["Allow"]) == (405, "POST")


# --- what comes of it -------------------------------------------------------------------------------------------------


def test_asking_answering_and_accepting(send, ada, ben):
    make.category()
    (question,) = send(ada, "questions/add", **asking(filter="withbody"))["items"]
    assert question["title"] == "Why do sums pair up?"
    assert question["tags"] == ["sums", "order"]
    assert question["owner"]["user_id"] == ada.pk
    assert "math-container" in question["body"]
    number = question["question_id"]
    (answer,) = send(ben, f"questions/{number}/answers/add", body=make.ANSWER)["items"]
    assert (answer["question_id"], answer["is_accepted"]) == (number, False)
    (accepted,) = send(ada, f"answers/{answer['answer_id']}/accept")["items"]
    assert accepted["is_accepted"] is True
    (undone,) = send(ada, f"answers/{answer['answer_id']}/accept/undo")["items"]
    assert undone["is_accepted"] is False


def test_editing_keeps_what_is_not_given_and_makes_a_revision(send, ada, mod):
    question = make.question(ada, title="Why do sums pair up?", tags=["sums"])
    (item,) = send(mod, f"questions/{question.pk}/edit", body=make.PLAIN, comment="Plainer")["items"]
    assert (item["title"], item["tags"]) == ("Why do sums pair up?", ["sums"])
    (item,) = send(ada, f"questions/{question.pk}/edit", body=make.PLAIN, title="A better title", tags="order")["items"]
    assert (item["title"], item["tags"]) == ("A better title", ["order"])
    assert list(question.revisions.order_by("number").values_list("comment", flat=True)) == ["", "Plainer", ""]
    answer = make.answer(question, ada)
    (item,) = send(ada, f"answers/{answer.pk}/edit", body=make.PLAIN)["items"]
    assert "last_edit_date" in item


def test_deleting_hides_and_is_in_the_audit(send, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    assert send(ben, f"answers/{answer.pk}/delete")["items"] == []
    assert send(ada, f"questions/{question.pk}/delete")["items"] == []
    assert not Post.objects.visible().exists()
    assert Audit.objects.filter(action="delete").count() == 2


@pytest.mark.parametrize("kind", ["questions", "answers"])
def test_votes_go_up_and_down_and_back(send, ada, ben, kind):
    question = make.question(ada)
    number = question.pk if kind == "questions" else make.answer(question, ada).pk

    def score(act: str) -> int:
        return send(ben, f"{kind}/{number}/{act}")["items"][0]["score"]

    assert [score(act) for act in ("upvote", "upvote", "downvote", "downvote/undo", "upvote", "upvote/undo")] == [
        *(1, 1, -1),
        *(0, 1, 0),
    ]
    assert send(ben, f"{kind}/{number}/upvote/undo", 400)["error_name"] == "write_failed"


def test_comments_are_written_corrected_and_deleted(send, ada, ben):
    question = make.question(ada)
    (item,) = send(ben, f"posts/{question.pk}/comments/add", body="Is $n$ even?", filter="withbody")["items"]
    assert item["body"] == 'Is <span class="math-container">$n$</span> even?'
    number = item["comment_id"]
    (item,) = send(ben, f"comments/{number}/edit", body="Is $n$ odd?", filter="withbody")["items"]
    assert item["edited"] is True
    assert send(ben, f"comments/{number}/delete")["items"] == []
    assert not Comment.objects.visible().exists()


def test_bookmarks_are_kept_and_dropped(send, ada, ben):
    question = make.question(ada)
    send(ben, f"questions/{question.pk}/favorite")
    assert ben.bookmarks.post_ids() == [question.pk]
    send(ben, f"questions/{question.pk}/favorite/undo")
    assert ben.bookmarks.post_ids() == []


# --- what the rules refuse --------------------------------------------------------------------------------------------


def refusal(send, person, method, **form) -> str:
    error = send(person, method, 400, **form)
    assert (error["error_id"], error["error_name"]) == (407, "write_failed")
    return error["error_message"]


def test_the_rules_of_the_site_hold_with_their_sentences(send, ada, ben, newcomer, mod):
    question = make.question(ada)
    answer = make.answer(question, ben)
    assert "own post" in refusal(send, ada, f"questions/{question.pk}/upvote")
    assert "15 reputation to vote up" in refusal(send, newcomer, f"questions/{question.pk}/upvote")
    assert "reputation to comment" in refusal(send, newcomer, f"posts/{question.pk}/comments/add", body="A remark.")
    assert "reputation to edit" in refusal(send, ben, f"questions/{question.pk}/edit", body=make.PLAIN)
    assert "Only the person who asked" in refusal(send, ben, f"answers/{answer.pk}/accept")
    assert "longer body" in refusal(send, ben, f"questions/{question.pk}/answers/add", body="Short.")
    assert "Only a moderator" in refusal(send, ben, f"questions/{question.pk}/delete")
    problems = refusal(send, ada, "questions/add", **asking(title="Eh?", body="x", tags="a b c d e f"))
    assert all(words in problems for words in ("longer title", "longer body", "at most 5 tags"))
    question.close(mod, "unclear")
    assert "closed" in refusal(send, ben, f"questions/{question.pk}/answers/add", body=make.ANSWER)
    question.lock(mod)
    assert "locked" in refusal(send, ben, f"questions/{question.pk}/upvote")
    assert (Question.objects.count(), Answer.objects.count()) == (1, 1)


def test_newcomers_have_the_limit_that_they_have_on_pages(send, newcomer, monkeypatch):
    monkeypatch.setattr("geeks.policy.NEWCOMER_POSTS_AN_HOUR", 1)
    make.category()
    send(newcomer, "questions/add", **asking())
    assert "an hour" in refusal(send, newcomer, "questions/add", **asking())


def test_what_is_not_there_cannot_be_written_to(send, ada, ben, mod):
    question, gone = make.question(ada), make.question(ada)
    below = make.answer(gone, ben)
    gone.delete_by(mod)
    for number in (question.pk + 10_000, 0, -1, 10**30, gone.pk):
        assert "`id`" in send(ben, f"questions/{number}/upvote", 400)["error_message"]
    for method in (f"answers/{question.pk}/upvote", f"answers/{below.pk}/upvote", f"posts/{below.pk}/comments/add"):
        assert send(make.person(), method, 400, body="A remark.")["error_name"] == "bad_parameter"
    assert send(ben, "comments/987/delete", 400)["error_name"] == "bad_parameter"
    assert send(ben, "questions/x/upvote", 400)["error_name"] == "bad_parameter"


def test_a_question_needs_a_category_where_there_are_several(send, ada):
    make.category("web")
    make.category("data-science")
    message = send(ada, "questions/add", 400, **asking())["error_message"]
    assert "web" in message
    assert "`category`" in message
    assert send(ada, "questions/add", **asking(category="WEB"))["items"][0]["category"] == "web"
    assert send(ada, "questions/add", **asking(site="web"))["items"][0]["category"] == "web"
    send(ada, "questions/add", 400, **asking(category="nowhere", site="web"))


def test_what_is_missing_is_named(send, ada):
    make.category()
    assert "`title`" in send(ada, "questions/add", 400, body="x", tags="y")["error_message"]
    question = make.question(ada)
    assert "`body`" in send(ada, f"questions/{question.pk}/answers/add", 400)["error_message"]


def test_a_form_too_large_is_refused(ada):
    make.category()
    form = asking(body="x" * 3_000_000, access_token=secret_of(ada))
    response = Client().post("/api/2.3/questions/add", form, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    response = Client().post("/api/2.3/questions/add", form)
    assert response.status_code == 400
    assert response.json()["error_name"] == "bad_parameter"


# --- oneself ----------------------------------------------------------------------------------------------------------


def test_me_is_the_person_of_the_token(call, ada, ben):
    question = make.question(ada)
    answer = make.answer(make.question(ben), ada)
    secret = secret_of(ada, "private_info")
    assert [item["user_id"] for item in call("me", access_token=secret)["items"]] == [ada.pk]
    assert [i["question_id"] for i in call("me/questions", access_token=secret)["items"]] == [question.pk]
    assert [i["answer_id"] for i in call("me/answers", access_token=secret)["items"]] == [answer.pk]
    assert call("me", 400)["error_name"] == "access_token_required"


def test_bookmarks_need_the_scope_for_private_things(call, ada, ben):
    kept = make.question(ben)
    make.question(ben)
    kept.bookmarks.keep(ada)
    found = call("me/favorites", access_token=secret_of(ada, "private_info"))["items"]
    assert [item["question_id"] for item in found] == [kept.pk]
    assert call("me/favorites", 400, access_token=secret_of(ada))["error_name"] == "access_denied"
