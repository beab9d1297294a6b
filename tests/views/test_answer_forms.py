"""Answering, accepting and the short link of an answer."""

import html

import pytest

from geeks.models import Answer, Question
from tests import make

pytestmark = pytest.mark.django_db


def test_an_answer_is_given_and_stands_on_the_page(browser_of, ada, ben, stranger):
    question = make.question(ada)
    response = browser_of(ben).post(f"/questions/{question.pk}/answers", {"body": make.ANSWER})
    answer = Answer.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"{question.get_absolute_url()}#answer-{answer.pk}"
    assert answer.body_html in stranger.get(question.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "Write a body."),
        ("short $x$", "at least 20 characters"),
        ("x" * 30_001, "Shorten the body to 30,000 characters"),
        ("with a \x00 character and words", "Null characters are not allowed."),
    ],
)
def test_a_wrong_body_comes_back_with_a_sentence_and_the_text(browser_of, ben, body, says):
    question = make.question()
    response = browser_of(ben).post(f"/questions/{question.pk}/answers", {"body": body})
    page = html.unescape(response.content.decode())
    assert response.status_code == 400
    assert says in page
    assert body in page
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("act", "says"), [("close", "closed"), ("lock", "locked")])
def test_a_refused_answer_keeps_the_text(browser_of, ben, mod, act, says):
    question = make.question()
    question.close(mod, "unclear") if act == "close" else question.lock(mod)
    response = browser_of(ben).post(f"/questions/{question.pk}/answers", {"body": "My long answer to this question."})
    page = response.content.decode()
    assert response.status_code == 403
    assert says in page
    assert "My long answer to this question.</textarea>" in page
    assert not Answer.objects.exists()


def test_a_deleted_question_is_not_there_to_answer(browser_of, ada, ben):
    question = make.question(ada)
    question.delete_by(ada)
    assert browser_of(ben).post(f"/questions/{question.pk}/answers", {"body": make.ANSWER}).status_code == 404


def test_the_asker_accepts_and_takes_it_back(browser_of, ada, ben, stranger):
    question = make.question(ada)
    answer = make.answer(question, ben)
    url = f"/answers/{answer.pk}/acceptance"
    response = browser_of(ada).post(url)
    assert response["Location"] == f"{question.get_absolute_url()}#answer-{answer.pk}"
    assert "post answer accepted" in stranger.get(question.get_absolute_url()).content.decode()
    browser_of(ada).post(url, {"undo": "1"})
    assert Question.objects.get().accepted_answer_id is None


def test_nobody_else_accepts(browser_of, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    response = browser_of(ben).post(f"/answers/{answer.pk}/acceptance")
    assert response.status_code == 403
    assert "Only the person who asked" in response.content.decode()
    assert Question.objects.get().accepted_answer_id is None


def test_a_question_is_no_answer_to_accept(browser_of, ada):
    assert browser_of(ada).post(f"/answers/{make.question(ada).pk}/acceptance").status_code == 404


def test_the_short_link_leads_to_the_answer(stranger, ben):
    answer = make.answer(author=ben)
    response = stranger.get(f"/a/{answer.pk}")
    assert (response.status_code, response["Location"]) == (
        302,
        f"{answer.parent.get_absolute_url()}#answer-{answer.pk}",
    )
    assert stranger.get(f"/a/{answer.parent_id}").status_code == 404


def test_the_short_link_to_an_answer_of_a_deleted_question_is_a_404(stranger, browser_of, ben, mod):
    answer = make.answer(author=ben)
    answer.parent.delete_by(mod)
    assert stranger.get(f"/a/{answer.pk}").status_code == 404
    assert browser_of(mod).get(f"/a/{answer.pk}").status_code == 302


@pytest.mark.parametrize("accepted", [None, 3])
def test_the_short_link_leads_to_the_page_of_answers_that_holds_it(stranger, ada, ben, monkeypatch, accepted):
    monkeypatch.setattr("geeks.policy.ANSWERS_A_PAGE", 2)
    question = make.question(ada)
    answers = [make.answer(question, ben, make.PLAIN) for _ in range(6)]
    answers[4].votes.cast(ada, 1)
    if accepted is not None:
        question.accept(answers[accepted], ada)
    for answer in answers:
        page = stranger.get(f"/a/{answer.pk}", follow=True)
        assert f'id="answer-{answer.pk}"' in page.content.decode()


def test_a_new_answer_beyond_the_first_page_is_found_too(browser_of, ada, ben, monkeypatch):
    monkeypatch.setattr("geeks.policy.ANSWERS_A_PAGE", 2)
    question = make.question(ada)
    for _ in range(3):
        make.answer(question, ben, make.PLAIN).votes.cast(ada, 1)
    page = browser_of(ben).post(f"/questions/{question.pk}/answers", {"body": make.PLAIN}, follow=True)
    assert f'id="answer-{question.answers.latest("pk").pk}"' in page.content.decode()
