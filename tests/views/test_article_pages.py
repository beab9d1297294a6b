"""Articles: the list, the page, writing one."""

import html

import pytest

from geeks.models import Article, Post
from tests import make

pytestmark = pytest.mark.django_db


def test_an_article_is_written_and_shown(browser_of, ada, stranger):
    response = browser_of(ada).post("/articles/new", make.question_form(title="A short tutorial on sums"))
    article = Article.objects.get()
    assert (response.status_code, response["Location"]) == (302, article.get_absolute_url())
    page = stranger.get(article.get_absolute_url()).content.decode()
    assert article.body_html in page
    assert article.get_absolute_url() in stranger.get("/articles").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Write a title."),
        ("body", "", "Write a body."),
        ("category", "", "Choose a category."),
        ("tags", "", "tag"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_text_stays(browser_of, ada, field, value, says):
    response = browser_of(ada).post("/articles/new", make.question_form(**{field: value}))
    page = html.unescape(response.content.decode())
    assert response.status_code == 400
    assert says in page.split(f'id="id_{field}_error">')[1].split("</p>")[0]
    assert field == "body" or make.BODY in page
    assert not Post.objects.exists()


def test_questions_and_articles_have_lists_of_their_own(stranger):
    question, article = make.question(), make.article()
    assert question.get_absolute_url() not in stranger.get("/articles").content.decode()
    assert article.get_absolute_url() not in stranger.get("/questions").content.decode()


@pytest.mark.parametrize("tab", ["newest", "active", "score", "hot", "nonsense"])
def test_the_list_has_tabs(stranger, tab):
    article = make.article()
    assert article.get_absolute_url() in stranger.get("/articles", {"tab": tab}).content.decode()


def test_another_form_of_the_address_redirects(stranger):
    article = make.article()
    for tail in ("", "/wrong"):
        response = stranger.get(f"/articles/{article.pk}{tail}")
        assert (response.status_code, response["Location"]) == (301, article.get_absolute_url())


def test_a_question_is_no_article(stranger):
    assert stranger.get(f"/articles/{make.question().pk}").status_code == 404


def test_a_deleted_article_is_there_for_its_author_only(stranger, browser_of, ada):
    article = make.article(ada)
    article.delete_by(ada)
    assert stranger.get(article.get_absolute_url()).status_code == 404
    assert browser_of(ada).get(article.get_absolute_url()).status_code == 200
    assert article.get_absolute_url() not in stranger.get("/articles").content.decode()


def test_a_comment_refused_under_an_article_keeps_its_text(browser_of, ada):
    article = make.article(ada)
    response = browser_of(ada).post(f"/posts/{article.pk}/comments", {"text": "hm $"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "hm $</textarea>" in page
    assert "at least 5 characters" in page
