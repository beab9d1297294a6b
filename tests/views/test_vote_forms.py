"""Voting by form and by script."""

import pytest

from geeks.models import Post, Vote
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [make.question, make.answer, make.article])
def test_a_vote_is_cast_changed_and_taken_back(browser_of, ben, factory):
    post, browser = factory(), browser_of(ben)
    for value in (1, -1, 0):
        response = browser.post(f"/posts/{post.pk}/votes", {"value": str(value)})
        assert response.status_code == 302
        assert Post.objects.get(pk=post.pk).score == value


def test_a_form_comes_back_to_the_post_on_its_page(browser_of, ben):
    answer = make.answer()
    response = browser_of(ben).post(f"/posts/{answer.pk}/votes", {"value": "1"})
    assert response["Location"] == f"{answer.parent.get_absolute_url()}#answer-{answer.pk}"


def test_a_script_gets_the_score(browser_of, ben):
    question = make.question()
    response = browser_of(ben).post(
        f"/posts/{question.pk}/votes", {"value": "1"}, headers={"accept": "application/json"}
    )
    assert response.json() == {"score": 1, "value": 1}


@pytest.mark.parametrize("value", ["", "2", "-2", "one", "1.0", "\x00", "٣", "9" * 5000])
def test_any_other_value_is_a_400_with_a_sentence(browser_of, ben, value):
    response = browser_of(ben).post(f"/posts/{make.question().pk}/votes", {"value": value})
    assert response.status_code == 400
    assert "A vote is 1, -1 or 0." in response.content.decode()
    assert not Vote.objects.exists()


def test_a_refused_vote_is_a_403_with_a_sentence_for_people_and_for_scripts(browser_of, ada):
    question = make.question(ada)
    response = browser_of(ada).post(f"/posts/{question.pk}/votes", {"value": "1"})
    assert response.status_code == 403
    assert "You cannot vote for your own post." in response.content.decode()
    response = browser_of(ada).post(
        f"/posts/{question.pk}/votes", {"value": "1"}, headers={"accept": "application/json"}
    )
    assert (response.status_code, response.json()["error"]) == (403, "You cannot vote for your own post.")


def test_a_reader_sees_his_own_vote(browser_of, ben):
    question = make.question()
    question.votes.cast(ben, 1)
    page = browser_of(ben).get(question.get_absolute_url()).content.decode()
    assert 'data-vote="1"' in page
    assert 'value="0" aria-pressed="true"' in page
