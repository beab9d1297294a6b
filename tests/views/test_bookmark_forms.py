"""Bookmarks on pages: the button in a post's menu, and one's own list on the profile."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models import Bookmark
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [make.question, make.answer, make.article])
def test_a_post_is_kept_and_dropped_from_its_menu(browser_of, ada, factory):
    post, browser = factory(), browser_of(ada)
    home = (post.parent if post.is_answer else post).get_absolute_url()
    button = f'action="/posts/{post.pk}/bookmark"'
    assert 'value="1" aria-pressed="false"' in browser.get(home).content.decode().split(button)[1][:400]
    response = browser.post(f"/posts/{post.pk}/bookmark", {"value": "1"})
    assert response["Location"].startswith(home)
    assert ada.bookmarks.post_ids() == [post.pk]
    assert 'value="0" aria-pressed="true"' in browser.get(home).content.decode().split(button)[1][:400]
    browser.post(f"/posts/{post.pk}/bookmark", {"value": "0"})
    assert not Bookmark.objects.exists()


def test_scripts_get_json(browser_of, ada):
    post = make.question()
    response = browser_of(ada).post(
        f"/posts/{post.pk}/bookmark", {"value": "1"}, headers={"Accept": "application/json"}
    )
    assert response.json() == {"value": 1}


def test_only_one_and_nought_are_values_and_only_a_post_changes(browser_of, ada):
    post, browser = make.question(), browser_of(ada)
    assert browser.post(f"/posts/{post.pk}/bookmark", {"value": "2"}).status_code == 400
    assert browser.get(f"/posts/{post.pk}/bookmark").status_code == 405
    assert browser.post(f"/posts/{'9' * 19}/bookmark").status_code == 404
    assert not Bookmark.objects.exists()


def test_strangers_have_no_button_and_are_sent_to_sign_in(stranger):
    post = make.question()
    assert "/bookmark" not in stranger.get(post.get_absolute_url()).content.decode()
    assert stranger.post(f"/posts/{post.pk}/bookmark", {"value": "1"})["Location"].startswith("/accounts/login")


def test_what_one_may_not_see_cannot_be_kept(browser_of, ada, ben):
    post = make.question(ben)
    post.delete_by(ben)
    assert browser_of(ada).post(f"/posts/{post.pk}/bookmark", {"value": "1"}).status_code == 404


def test_the_list_is_on_ones_own_profile_only(browser_of, stranger, ada, ben):
    question, answer, gone = make.question(ben), make.answer(), make.question(ben)
    for post in (question, answer, gone):
        post.bookmarks.keep(ada)
    gone.delete_by(ben)
    url = f"{ada.get_absolute_url()}?tab=bookmarks"
    page = browser_of(ada).get(url).content.decode()
    assert page.count('class="post-summary') == 2
    assert page.index(f"summary-{answer.pk}") < page.index(f"summary-{question.pk}")
    for other in (stranger, browser_of(ben)):
        shown = other.get(url).content.decode()
        assert f"summary-{question.pk}" not in shown
        assert "Bookmarks" not in shown


def test_the_list_is_paged_by_key_at_a_fixed_cost(browser_of, ada, monkeypatch):
    monkeypatch.setattr("geeks.views.lists.page_of.__defaults__", (3,))
    for _ in range(5):
        make.question().bookmarks.keep(ada)
    browser, url = browser_of(ada), f"{ada.get_absolute_url()}?tab=bookmarks"
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        page = browser.get(url).content.decode()
    assert page.count('class="post-summary') == 3
    assert "after=" in page
    assert len(captured) <= 8
