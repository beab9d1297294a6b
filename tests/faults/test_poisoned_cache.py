"""Poisoned caches: whatever stands in the cache, and whatever else a request said that a page was kept for, readers get
the page as it is, and nobody's but their own."""

from __future__ import annotations

import pickle
import shutil
import zlib

import pytest
from django.core.cache import caches
from django.test import Client

from geeks.tasks import indexing, searching
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    """The cache of a site on one machine, under all that asks for `cache`."""
    place = tmp_path / "cache"
    settings.CACHES = {"default": {"BACKEND": "geeks.caches.FolderCache", "LOCATION": str(place)}}
    yield place
    caches["default"].clear()


@pytest.fixture
def question(ada, ben):
    """A question that has another one beside it, in the index too."""
    beside = make.question(ben, title="When is a variance zero?", body=make.PLAIN, tags="variance")
    question = make.question(ada, title="Why is the variance never negative?", body=make.PLAIN, tags="variance")
    make.answer(question, ben)
    writer = indexing.writer()
    indexing.rebuild(writer)
    writer.close()
    searching._open.cache_clear()
    assert beside.pk
    return question


def pages(question):
    """All that the cache has a part in, under a second name of the site, so that old hosts are looked up too."""
    browser = Client(HTTP_HOST="localhost")
    paths = (question.get_absolute_url(), "/search/suggestions?q=varia", "/api/2.3/info?site=geeksmental", "/")
    answers = [browser.get(path) for path in paths]
    preview = browser.post("/preview", {"markdown": "$x$"})
    # An API's answer ends with how often one may still call.
    return [(one.status_code, one.content.partition(b'"quota_')[0]) for one in (*answers, preview)]


def garbage(_):
    return b"\x00\xffgarbage" * 20


def nothing(_):
    return b""


def cut_off(kept):
    return kept[: len(kept) * 2 // 3]


def of_another_kind(_):
    return pickle.dumps(None) + zlib.compress(pickle.dumps("a text that never was an entry"))


@pytest.mark.parametrize("harm", [garbage, nothing, cut_off, of_another_kind])
def test_pages_do_not_mind_damaged_entries(folder, question, harm):
    right = pages(question)
    assert [status for status, _ in right] == [200] * 5
    entries = list(folder.glob("*.djcache"))
    assert len(entries) >= 4
    for entry in entries:
        entry.write_bytes(harm(entry.read_bytes()))
    assert pages(question) == right
    assert pages(question) == right


def test_pages_do_not_take_the_entries_of_others(folder, question):
    right = pages(question)
    entries = sorted(folder.glob("*.djcache"))
    kept = [entry.read_bytes() for entry in entries]
    for turn in range(1, len(entries)):
        for entry, content in zip(entries, kept[turn:] + kept[:turn], strict=True):
            entry.write_bytes(content)
        assert pages(question) == right


def test_pages_do_without_the_folder(folder, question):
    right = pages(question)
    shutil.rmtree(folder)
    folder.write_text("a file in its place")
    assert pages(question) == right
    folder.unlink()


# What a page might be made by and not kept by: whoever asks first must not choose for all who come after him.
SAID = {
    "another host": {"X-Forwarded-Host": "evil.example"},
    "another scheme": {"X-Forwarded-Proto": "https"},
    "another path": {"X-Original-URL": "/users", "X-Rewrite-URL": "/users"},
    "another method": {"X-HTTP-Method-Override": "POST"},
    "a program": {"Accept": "application/json"},
    "a script of the page": {"HX-Request": "true", "HX-Target": "main", "X-Requested-With": "XMLHttpRequest"},
    "another language": {"Accept-Language": "de"},
    "a part of it": {"Range": "bytes=0-10"},
    "no change": {"If-Modified-Since": "Thu, 26 Nov 2099 10:00:00 GMT"},
    "a cookie of nobody": {"Cookie": "sessionid=nobodys; theme=<script>"},
    "an encoding of its own": {"Accept-Encoding": "br;q=0.1, evil"},
}


@pytest.mark.parametrize("name", SAID)
def test_what_one_reader_says_changes_no_page_for_another(question, settings, name):
    settings.PAGE_CACHE_MB = 0
    fresh = Client()
    paths = (question.get_absolute_url(), "/", "/questions", "/users", "/tags", "/search?q=variance")
    right = {path: fresh.get(path) for path in paths}
    settings.PAGE_CACHE_MB = 8
    site = Client()  # its first request builds the middleware, and with it an empty store of pages
    for path in paths:
        site.get(path, headers=SAID[name])
        site.cookies.clear()
        for _ in range(2):
            answer = site.get(path)
            assert (answer.status_code, answer.content) == (200, right[path].content), path
            assert answer.headers.get("Content-Encoding") is None


def test_no_page_of_somebody_who_is_signed_in_is_kept_for_strangers(question, settings, browser_of, ada):
    settings.PAGE_CACHE_MB = 8
    site, stranger = browser_of(ada), Client()
    site.handler = stranger.handler  # one process
    for path in (question.get_absolute_url(), "/", "/users"):
        assert "/accounts/logout" in site.get(path).content.decode()
        assert "/accounts/logout" not in stranger.get(path).content.decode()


def test_an_index_of_garbage_costs_no_page_and_is_built_anew(question, tmp_path):
    right = [Client().get(path).status_code for path in (question.get_absolute_url(), "/")]
    for file in (tmp_path / "search").rglob("*"):
        if file.is_file():
            file.write_bytes(b"\xff" * 100)
    searching._open.cache_clear()
    assert [Client().get(path).status_code for path in (question.get_absolute_url(), "/")] == right
    assert Client().get("/search?q=variance").status_code in (200, 503)
    writer = indexing.writer()
    assert indexing.behind(writer)
    indexing.rebuild(writer)
    writer.close()
    assert question.title in Client().get("/search?q=variance").content.decode()
