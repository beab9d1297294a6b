"""Closing and reopening by form."""

import pytest

from geeks.models import Closure, Question
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", ["{pk}", "/questions/{pk}", "/questions/{pk}/slug", "http://host/q/{pk}", " {pk} "])
def test_a_duplicate_is_named_by_number_or_address(browser_of, mod, form):
    question, original = make.question(), make.question()
    response = browser_of(mod).post(
        f"/questions/{question.pk}/closure", {"reason": "duplicate", "duplicate_of": form.format(pk=original.pk)}
    )
    assert (response.status_code, response["Location"]) == (302, question.get_absolute_url())
    assert Closure.objects.get().duplicate_of_id == original.pk


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"reason": "boring"},
        {"reason": "duplicate"},
        {"reason": "duplicate", "duplicate_of": "999999"},
        {"reason": "duplicate", "duplicate_of": str(2**63)},
        {"reason": "duplicate", "duplicate_of": "http://evil.example/"},
        {"reason": "duplicate", "duplicate_of": "<script>\x00"},
    ],
)
def test_a_wrong_form_is_a_400_and_nothing_is_closed(browser_of, mod, given):
    question = make.question()
    response = browser_of(mod).post(f"/questions/{question.pk}/closure", given)
    assert response.status_code == 400
    assert "<script>" not in response.content.decode()
    assert not Closure.objects.exists()


def test_a_moderator_reopens(browser_of, mod):
    question = make.question()
    question.close(mod, "unclear")
    response = browser_of(mod).post(f"/questions/{question.pk}/closure", {"undo": "1"}, follow=True)
    assert "The question is open again." in response.content.decode()
    assert Question.objects.get().closed_at is None


def test_reopening_an_open_question_is_a_400_with_a_sentence(browser_of, mod):
    response = browser_of(mod).post(f"/questions/{make.question().pk}/closure", {"undo": "1"})
    assert response.status_code == 400
    assert "This question is not closed." in response.content.decode()


def test_nobody_else_closes(browser_of, ada):
    response = browser_of(ada).post(f"/questions/{make.question(ada).pk}/closure", {"reason": "unclear"})
    assert response.status_code == 403
    assert "Only a moderator" in response.content.decode()


def test_the_notice_names_no_original_that_was_deleted(stranger, mod):
    original, question = make.question(title="A title that nobody may see"), make.question()
    question.close(mod, "duplicate", duplicate_of=original)
    assert "A title that nobody may see" in stranger.get(question.get_absolute_url()).content.decode()
    original.delete_by(mod)
    page = stranger.get(question.get_absolute_url()).content.decode()
    assert "A title that nobody may see" not in page
    assert "until it is edited and reopened" in page
