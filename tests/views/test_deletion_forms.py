"""Deleting and restoring a post by form, and who still finds it."""

import pytest

from geeks.models import Deletion, Post
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [make.question, make.answer, make.article])
def test_an_author_deletes_and_restores(browser_of, ada, stranger, factory):
    post = factory(author=ada)
    browser, url = browser_of(ada), f"/posts/{post.pk}/deletion"
    response = browser.post(url, {"reason": "in haste"}, follow=True)
    assert "The post is deleted." in response.content.decode()
    assert Deletion.objects.get().reason == "in haste"
    response = browser.post(url, {"undo": "1"}, follow=True)
    assert "The post is back." in response.content.decode()
    assert Post.objects.get(pk=post.pk).deleted_at is None


def test_a_deleted_question_is_a_404_but_for_its_author_and_moderators(browser_of, stranger, ada, ben, mod):
    question = make.question(ada)
    question.delete_by(mod, "not a question")
    for address in (question.get_absolute_url(), f"/q/{question.pk}", f"/posts/{question.pk}/revisions"):
        assert stranger.get(address).status_code == 404
        assert browser_of(ben).get(address).status_code == 404
        assert browser_of(ada).get(address, follow=True).status_code == 200
        assert browser_of(mod).get(address, follow=True).status_code == 200
    page = browser_of(ada).get(question.get_absolute_url()).content.decode()
    assert "Deleted" in page
    assert "not a question" in page


def test_a_refusal_is_a_403_with_its_sentence(browser_of, ada, ben):
    question = make.question(ada)
    response = browser_of(ben).post(f"/posts/{question.pk}/deletion")
    assert response.status_code == 403
    assert "Only a moderator can delete" in response.content.decode()


def test_deleting_what_is_deleted_is_a_400_with_its_sentence(browser_of, mod):
    question = make.question()
    question.delete_by(mod)
    response = browser_of(mod).post(f"/posts/{question.pk}/deletion")
    assert response.status_code == 400
    assert "deleted already" in response.content.decode()


def test_a_reason_that_is_too_long_is_shortened(browser_of, mod):
    browser_of(mod).post(f"/posts/{make.question().pk}/deletion", {"reason": "x" * 5000})
    assert len(Deletion.objects.get().reason) == 500


@pytest.mark.parametrize("kind", ["deletion", "lock"])
def test_a_reason_with_a_nul_in_it_is_kept_without(browser_of, mod, kind):
    response = browser_of(mod).post(f"/posts/{make.question().pk}/{kind}", {"reason": "spam\x00 again"})
    assert response.status_code == 302
