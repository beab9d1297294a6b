"""Commenting, deleting and restoring a comment."""

import html

import pytest

from geeks.models import Comment
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [make.question, make.answer, make.article])
def test_a_comment_is_written_and_stands_on_the_page(browser_of, ben, factory, stranger):
    post = factory()
    response = browser_of(ben).post(f"/posts/{post.pk}/comments", {"text": "Is $n$ even?"})
    comment = Comment.objects.get()
    thread = post.parent if post.is_answer else post
    assert (response.status_code, response["Location"]) == (302, f"{thread.get_absolute_url()}#comment-{comment.pk}")
    assert f'id="comment-{comment.pk}"' in stranger.get(thread.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "at least 5"), ("hi <b>", "at least 5"), ("x" * 601, "600 characters"), ("a\x00bcdefg", "Null characters")],
)
def test_a_wrong_comment_comes_back_with_a_sentence_and_the_text(browser_of, ben, text, says):
    answer = make.answer()
    text = text if text != "hi <b>" else "<b>"
    response = browser_of(ben).post(f"/posts/{answer.pk}/comments", {"text": text})
    page = html.unescape(response.content.decode())
    assert response.status_code == 400
    assert says in page.split(f'id="comment-error-{answer.pk}">')[1].split("</p>")[0]
    assert f"{text}</textarea>" in page
    assert not Comment.objects.exists()


def test_a_refused_comment_keeps_the_text_and_says_why(browser_of, newcomer, ben, mod):
    question, locked = make.question(), make.question(ben)
    locked.lock(mod)
    for person, post, says in ((newcomer, question, "You need 50 reputation"), (ben, locked, "locked")):
        response = browser_of(person).post(f"/posts/{post.pk}/comments", {"text": "My careful remark."})
        page = response.content.decode()
        assert response.status_code == 403
        assert says in page.split(f'id="comment-error-{post.pk}">')[1].split("</p>")[0]
        assert "My careful remark.</textarea>" in page


def test_an_author_deletes_his_comment_and_a_moderator_brings_it_back(browser_of, ada, mod, stranger):
    question = make.question(ada)
    comment = question.comments.write(ada, "A remark in haste.")
    url = f"/comments/{comment.pk}/deletion"
    assert browser_of(ada).post(url).status_code == 302
    assert "in haste" not in stranger.get(question.get_absolute_url()).content.decode()
    assert browser_of(ada).post(url).status_code == 404
    assert browser_of(mod).post(url, {"undo": "1"}).status_code == 302
    assert "in haste" in stranger.get(question.get_absolute_url()).content.decode()


def test_nobody_else_deletes_a_comment(browser_of, ben):
    comment = make.comment()
    assert browser_of(ben).post(f"/comments/{comment.pk}/deletion").status_code == 403
    assert not Comment.objects.get().deleted_at


def test_a_comment_that_is_not_there_or_not_to_be_seen_is_a_404(browser_of, ben, mod):
    comment = make.comment()
    comment.post.delete_by(mod)
    for pk in (comment.pk, 999_999, 2**63):
        assert browser_of(ben).post(f"/comments/{pk}/deletion").status_code == 404
