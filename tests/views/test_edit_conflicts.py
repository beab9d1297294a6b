"""Two who edit one post: the second is told who was before him, keeps his text, and overwrites only knowingly."""

import html
import re

import pytest
from django.urls import reverse

from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db

HERS = "Her version of the text, with $n+1$ in it and enough words."
HIS = "His version of the text, with $n-1$ in it and enough words."


def opened(browser, post):
    """What the edit form of `post` holds, as a browser sends it."""
    page = browser.get(f"/posts/{post.pk}/edit").content.decode()
    number = re.search(r'name="revision" value="(\d*)"', page)[1]
    return {"title": post.title, "tags": "sums", "category": make.category().slug, "revision": number}


def body_of(post):
    return Post.objects.get(pk=post.pk).body


@pytest.fixture
def ben(db):
    return make.person("ben", display_name="Ben <b>", reputation=5_000)


@pytest.mark.parametrize("factory", [make.question, make.article, make.answer])
def test_the_second_of_two_keeps_his_text_and_learns_who_was_first(ada, ben, browser_of, factory):
    post = factory(author=ada)
    his, hers = opened(browser_of(ben), post), opened(browser_of(ada), post)
    assert browser_of(ada).post(f"/posts/{post.pk}/edit", {**hers, "body": HERS}).status_code == 302
    response = browser_of(ben).post(f"/posts/{post.pk}/edit", {**his, "body": HIS})
    page = response.content.decode()
    assert response.status_code == 409
    assert body_of(post) == HERS
    assert "ada changed this while you were writing: it is at revision 2 by now." in page
    assert f'<a href="/posts/{post.pk}/revisions"' in page
    assert f"{HIS}</textarea>" in html.unescape(page)
    assert 'name="revision" value="2"' in page


def test_sent_again_it_overwrites(ada, ben, browser_of):
    post = make.question(ada)
    his = opened(browser_of(ben), post)
    post.edit(ada, body=HERS)
    page = browser_of(ben).post(f"/posts/{post.pk}/edit", {**his, "body": HIS}).content.decode()
    his["revision"] = re.search(r'name="revision" value="(\d+)"', page)[1]
    assert browser_of(ben).post(f"/posts/{post.pk}/edit", {**his, "body": HIS}).status_code == 302
    assert body_of(post) == HIS
    assert list(post.revisions.order_by("number").values_list("body", flat=True)) == [make.BODY, HERS, HIS]


def test_what_came_between_the_two_sendings_is_a_conflict_again(ada, ben, browser_of):
    post = make.question(ada)
    his = opened(browser_of(ben), post)
    post.edit(ada, body=HERS)
    browser_of(ben).post(f"/posts/{post.pk}/edit", {**his, "body": HIS})
    Post.objects.get(pk=post.pk).edit(ada, body=HERS + " Once more.")
    response = browser_of(ben).post(f"/posts/{post.pk}/edit", {**his, "revision": "2", "body": HIS})
    assert response.status_code == 409
    assert body_of(post) == HERS + " Once more."


def test_the_name_of_the_other_is_escaped(ada, ben, browser_of):
    post = make.question(ada)
    hers = opened(browser_of(ada), post)
    post.edit(ben, body=HIS)
    page = browser_of(ada).post(f"/posts/{post.pk}/edit", {**hers, "body": HERS}).content.decode()
    assert "Ben &lt;b&gt; changed this" in page


def test_ones_own_other_window_is_named_as_such(ada, browser_of):
    post = make.question(ada)
    first, second = opened(browser_of(ada), post), opened(browser_of(ada), post)
    browser_of(ada).post(f"/posts/{post.pk}/edit", {**first, "body": HERS})
    page = browser_of(ada).post(f"/posts/{post.pk}/edit", {**second, "body": HIS}).content.decode()
    assert "You changed this in another window" in page


def test_the_same_edit_sent_twice_is_no_conflict(ada, browser_of):
    post = make.question(ada)
    sent = {**opened(browser_of(ada), post), "body": HERS}
    for _ in range(2):
        assert browser_of(ada).post(f"/posts/{post.pk}/edit", sent).status_code == 302
    assert post.revisions.count() == 2


@pytest.mark.parametrize("number", ["", "no number", "-1", "9" * 30, "\u0661"])
def test_a_number_that_no_form_had_is_no_fault(ada, browser_of, number):
    post = make.question(ada)
    sent = {**opened(browser_of(ada), post), "body": HERS, "revision": number}
    assert browser_of(ada).post(f"/posts/{post.pk}/edit", sent).status_code in (302, 409)


def test_another_refusal_does_not_take_the_conflict_away(ada, ben, browser_of):
    post = make.question(ada)
    his = opened(browser_of(ben), post)
    post.edit(ada, body=HERS)
    page = browser_of(ben).post(f"/posts/{post.pk}/edit", {**his, "body": ""}).content.decode()
    assert 'name="revision" value="1"' in page


@pytest.mark.parametrize("factory", [make.question, make.article, make.answer])
def test_the_admin_tells_of_a_conflict_too(ada, mod, browser_of, factory):
    post = factory(author=ada)
    address = reverse(f"admin:geeks_{post.get_kind_display()}_change", args=[post.pk])
    page = browser_of(mod).get(address).content.decode()
    sent = {
        "title": post.title,
        "tag_names": "sums",
        "category": str(make.category().pk),
        "comment": "",
        "body": HIS,
        "revision": re.search(r'name="revision" value="(\d+)"', page)[1],
    }
    post.edit(ada, body=HERS)
    response = browser_of(mod).post(address, sent)
    page = response.content.decode()
    assert response.status_code == 200
    assert body_of(post) == HERS
    assert "ada changed this while you were writing" in page
    assert f"{HIS}</textarea>" in html.unescape(page)
    sent["revision"] = re.search(r'name="revision" value="(\d+)"', page)[1]
    assert browser_of(mod).post(address, sent).status_code == 302
    assert body_of(post) == HIS
