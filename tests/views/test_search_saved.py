"""Saved searches on pages: saving, the list, removing, the feed, and the notices in the head of every page."""

import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models import Notification, Post, SavedSearch
from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def search(ada):
    return SavedSearch.objects.save_for(ada, "Sums that $\\sum$ up", "sums")


@pytest.fixture
def index(db):
    backend = indexing.writer()
    yield lambda: indexing.rebuild(backend)
    backend.close()


def test_a_search_is_saved_from_its_results(browser_of, ada, index):
    index()
    browser = browser_of(ada)
    assert 'action="/searches"' in browser.get("/search?q=sums&tab=newest").content.decode()
    response = browser.post("/searches", {"q": "sums", "name": "Sums", "tab": "newest"})
    assert (response.status_code, response["Location"]) == (302, "/search?q=sums&tab=newest")
    assert "The search is saved." in browser.get(response["Location"]).content.decode()
    assert SavedSearch.objects.get().user == ada


def test_what_cannot_be_saved_comes_back_with_the_reason(browser_of, ada, search):
    response = browser_of(ada).post("/searches", {"q": "sums", "name": "Again"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "You have saved this search already" in page
    assert 'value="Again"' in page


def test_a_stranger_saves_nothing_and_sees_no_form(stranger, index):
    index()
    assert 'action="/searches"' not in stranger.get("/search?q=sums").content.decode()
    assert stranger.post("/searches", {"q": "sums"}).status_code == 302
    assert not SavedSearch.objects.exists()
    for url in ("/searches", "/notifications"):
        assert stranger.get(url)["Location"].startswith("/accounts/login")


def test_the_list_shows_ones_own_with_formulas_typeset(browser_of, ada, ben, search):
    page = browser_of(ada).get("/searches").content.decode()
    assert 'class="math" data-tex="\\sum"' in page
    assert search.feed_url in page
    assert "data-tex" not in browser_of(ben).get("/searches").content.decode()


def test_only_the_owner_removes_a_search(browser_of, ada, ben, search):
    assert browser_of(ben).post(f"/searches/{search.pk}/deletion").status_code == 404
    assert browser_of(ada).get(f"/searches/{search.pk}/deletion").status_code == 405
    assert browser_of(ada).post(f"/searches/{search.pk}/deletion").status_code == 302
    assert not SavedSearch.objects.exists()


def test_the_feed_needs_its_secret_and_no_sign_in(stranger, search, index):
    new, old = make.question(title="Sums of cubes, and why"), make.answer(body="All sums are finite, and so is $n$.")
    make.question(title="What is the mean of a sample?", body=make.PLAIN, tags=["means"])
    index()
    response = stranger.get(search.feed_url)
    assert response["Content-Type"].startswith("application/atom+xml")
    assert response["Cache-Control"] == "private"
    feed = ElementTree.fromstring(response.content)
    ids = {entry.findtext(f"{ATOM}id").rpartition("/")[2] for entry in feed.iter(f"{ATOM}entry")}
    assert {str(new.pk), str(old.pk)} <= ids
    assert search.token not in feed.findtext(f"{ATOM}id")
    for wrong in ("", "?token=", "?token=x", f"?token={search.token}x", "?token=\xe9"):
        assert stranger.get(f"/searches/{search.pk}/feed{wrong}").status_code == 404
    assert stranger.get(f"/searches/{'9' * 19}/feed?token={search.token}").status_code == 404


def test_the_feed_of_a_switched_off_account_ends(stranger, ada, search):
    ada.is_active = False
    ada.save()
    assert stranger.get(search.feed_url).status_code == 404


def test_the_feed_shows_nothing_deleted(stranger, search, index, ada):
    question = make.question(ada, title="Sums of cubes, and why")
    index()
    Post.objects.filter(pk=question.pk).update(deleted_at=question.created)
    assert b"<entry>" not in stranger.get(search.feed_url).content


def test_a_feed_without_an_index_asks_to_come_back(stranger, search):
    response = stranger.get(search.feed_url)
    assert (response.status_code, response["Retry-After"]) == (503, "60")


def test_unread_notices_are_counted_in_the_head_of_every_page(browser_of, stranger, ada, ben, search):
    search.tell([make.question(ben), make.question(ben)])
    page = browser_of(ada).get("/").content.decode()
    assert re.search(r'href="/notifications".*?<b>1</b><span class="visually-hidden"> unread notice</span>', page, re.S)
    for other in (stranger, browser_of(ben)):
        assert 'class="unread"' not in other.get("/").content.decode()


def test_following_a_notice_reads_it(browser_of, ada, ben, search):
    search.tell([make.question(ben)])
    browser, notice = browser_of(ada), Notification.objects.get()
    assert 'data-tex="\\sum"' in browser.get("/notifications").content.decode(), "typeset here too"
    response = browser.post(f"/notifications/{notice.pk}")
    assert response["Location"] == "/search?q=sums&tab=newest"
    assert ada.notifications.unread().count() == 0


def test_reading_is_a_post_and_ones_own(browser_of, ada, ben, search):
    search.tell([make.question(ben)])
    notice = Notification.objects.get()
    assert browser_of(ada).get(f"/notifications/{notice.pk}").status_code == 405
    assert browser_of(ben).post(f"/notifications/{notice.pk}").status_code == 404
    browser_of(ben).post("/notifications")
    assert ada.notifications.unread().count() == 1
    assert browser_of(ada).post("/notifications").status_code == 302
    assert ada.notifications.unread().count() == 0


def test_removing_a_search_removes_its_notices(browser_of, ada, ben, search):
    search.tell([make.question(ben)])
    browser_of(ada).post(f"/searches/{search.pk}/deletion")
    assert not Notification.objects.exists()


def test_the_lists_cost_the_same_for_two_and_for_twenty(browser_of, ada, ben):
    browser, counts = browser_of(ada), []
    for few in (range(2), range(2, 20)):
        for number in few:
            SavedSearch.objects.save_for(ada, "", f"sums {number}").tell([make.question(ben)])
        with CaptureQueriesContext(connection) as captured:
            browser.get("/searches")
            browser.get("/notifications")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_one_s_bookmarks_are_searched_by_oneself_only(browser_of, stranger, ada, ben, index):
    kept, other = make.question(ben), make.question(ben)
    kept.bookmarks.keep(ada)
    index()
    mine = browser_of(ada).get("/search", {"q": "sums inbookmarks:mine"}).content.decode()
    assert f"summary-{kept.pk}" in mine
    assert f"summary-{other.pk}" not in mine
    for browser in (stranger, browser_of(ben)):
        assert f"summary-{kept.pk}" not in browser.get("/search", {"q": "inbookmarks:mine"}).content.decode()
        page = browser.get("/search", {"q": f"inbookmarks:{ada.pk}"}).content.decode()
        assert "was read as words" in page
