"""The front page: what moves, in all categories."""

import pytest

from geeks.rendering.glyphs import apart
from tests import make

pytestmark = pytest.mark.django_db


def test_a_row_shows_title_excerpt_category_tags_score_and_answers(stranger, ada, ben):
    question = make.question(ada, title="Why does $n$ pair up?", tags=["sums", "c++"], category=make.category("web"))
    make.answer(question, ben)
    question.votes.cast(ben, 1)
    page = stranger.get("/").content.decode()
    row = page.split(f'id="summary-{question.pk}"')[1].split("</article>")[0]
    assert '<article class="post-summary' in page
    assert f'<h3><a href="{question.get_absolute_url()}">' in row
    assert apart(question.title_html)[0] in row  # its glyphs stand once, at the head of the page
    assert "frac{n(n+1)}2" in row.split('class="excerpt"')[1].split("</p>")[0]
    assert '<span class="category"><a href="/c/web">Web</a>' in row
    assert '<a class="tag" href="/questions/tagged/c%2B%2B"' in row
    assert "<b>1</b> vote" in row
    assert "<b>1</b> answer" in row
    assert ben.get_absolute_url() in row


def test_what_moved_last_comes_first(stranger, ben):
    first, second = make.question(), make.question()
    make.answer(first, ben)
    page = stranger.get("/").content.decode()
    assert page.index(first.get_absolute_url()) < page.index(second.get_absolute_url())


def test_deleted_questions_are_on_no_list_not_even_their_authors(stranger, browser_of, ada):
    question = make.question(ada)
    question.delete_by(ada)
    for browser in (stranger, browser_of(ada)):
        for address in ("/", "/questions", "/c/data-science", "/questions/tagged/sums"):
            assert question.get_absolute_url() not in browser.get(address).content.decode()


def test_the_front_page_of_an_empty_site_stands(stranger):
    assert stranger.get("/").status_code == 200


def test_a_strangers_page_tells_nothing_about_a_reader_and_sets_no_cookie(stranger, browser_of, ada):
    response = stranger.get("/")
    assert not response.cookies
    assert response.content == stranger.get("/").content
    assert "ada" in browser_of(ada).get("/").content.decode()
    assert "/users/" not in response.content.decode().replace('href="/users"', "")
