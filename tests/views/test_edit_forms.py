"""Editing by form."""

import html

import pytest

from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db

NEW = "A better body, with $e^{i\\pi}=-1$ in it and enough words."


def test_the_form_holds_the_post_as_it_stands(browser_of, ada):
    question = make.question(ada, title="Why $n$ & so on?", tags=["b", "a"], category=make.category("web"))
    page = html.unescape(browser_of(ada).get(f"/posts/{question.pk}/edit").content.decode())
    assert 'value="Why $n$ & so on?"' in page
    assert f"{make.BODY}</textarea>" in page
    assert 'value="b a"' in page
    assert '<option value="web" selected>' in page


@pytest.mark.parametrize("factory", [make.question, make.article])
def test_a_titled_post_is_edited(browser_of, ada, factory):
    post = factory(author=ada)
    form = make.question_form(title="A new title for it", body=NEW, tags="series", comment="clearer")
    response = browser_of(ada).post(f"/posts/{post.pk}/edit", form)
    post = Post.objects.get(pk=post.pk)
    assert (response.status_code, response["Location"]) == (302, post.get_absolute_url())
    assert (post.title, post.body) == ("A new title for it", NEW)
    assert post.revisions.get(number=2).comment == "clearer"


def test_an_answer_is_edited(browser_of, ben):
    answer = make.answer(author=ben)
    response = browser_of(ben).post(f"/posts/{answer.pk}/edit", {"body": NEW, "comment": ""})
    assert response["Location"] == f"{answer.parent.get_absolute_url()}#answer-{answer.pk}"
    assert Post.objects.get(pk=answer.pk).body == NEW


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Write a title."),
        ("body", "", "Write a body."),
        ("tags", "b@d", "cannot be a tag"),
        ("tags", "", "at least one tag"),
        ("category", "nowhere", "no such category"),
        ("comment", "x" * 501, "at most 500 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_text_stays(browser_of, ada, field, value, says):
    question = make.question(ada)
    form = make.question_form(body=NEW, title="A title that was typed") | {field: value}
    response = browser_of(ada).post(f"/posts/{question.pk}/edit", form)
    page = html.unescape(response.content.decode())
    assert response.status_code == 400
    assert says in page.split(f'id="id_{field}_error">')[1].split("</p>")[0]
    assert field == "body" or f"{NEW}</textarea>" in page
    assert field == "title" or 'value="A title that was typed"' in page
    assert question.revisions.count() == 1
    assert Post.objects.get().body == make.BODY


def test_an_edit_that_changes_nothing_goes_back_to_the_post(browser_of, ada):
    question = make.question(ada, tags=["sums"])
    form = {"title": question.title, "body": question.body, "category": question.category.slug, "tags": "sums"}
    assert browser_of(ada).post(f"/posts/{question.pk}/edit", form).status_code == 302
    assert question.revisions.count() == 1


def test_who_may_not_edit_gets_no_form_and_keeps_the_text_he_sends(browser_of, ben):
    question = make.question()
    assert browser_of(ben).get(f"/posts/{question.pk}/edit").status_code == 403
    response = browser_of(ben).post(f"/posts/{question.pk}/edit", make.question_form(body=NEW))
    assert response.status_code == 403
    assert "You need 2000 reputation to edit" in response.content.decode()
    assert f"{NEW}</textarea>" in html.unescape(response.content.decode())
    assert Post.objects.get().body == make.BODY


def test_a_question_locked_meanwhile_keeps_the_text(browser_of, ada, mod):
    question = make.question(ada)
    question.lock(mod)
    response = browser_of(ada).post(f"/posts/{question.pk}/edit", make.question_form(body=NEW))
    assert response.status_code == 403
    assert "locked" in response.content.decode()
    assert f"{NEW}</textarea>" in html.unescape(response.content.decode())
