"""A HEAD tells what the GET of the same address would, without sending it."""

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory

from tests import make

TOLD = ("ETag", "Content-Length", "Content-Type", "Vary", "Cache-Control", "Last-Modified")
PAGES = ("/", "/questions", "/users", "/help/maths", "/feeds", "/search?q=variance", "/nowhere", "/healthz")


@pytest.fixture(autouse=True)
def _question(ada, settings):
    settings.PAGE_CACHE_MB = 0  # each is made anew; tests/views/test_kept_pages.py has those that are not
    make.question(ada)


def told(method, path, encoding):
    """Status and headers as a web server gets them: the client of tests takes a page's content away, and its length."""
    environ = RequestFactory().generic(method, path, headers={"accept-encoding": encoding}).environ
    answer = get_wsgi_application()(environ, lambda status, headers: None)
    return answer.status_code, [answer.get(name) for name in TOLD]


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
@pytest.mark.parametrize("path", PAGES)
def test_a_head_tells_what_a_get_does(path, encoding):
    given = told("GET", path, encoding)
    assert told("HEAD", path, encoding) == given
    assert given[1][1]


@pytest.mark.parametrize("path", ["/questions", "/feeds"])
def test_a_head_of_what_is_known_is_a_304(path):
    etag = Client().get(path)["ETag"]
    for marks, status in ((etag, 304), ("*", 304), ('"other"', 200)):
        answer = Client().head(path, headers={"if-none-match": marks})
        assert (answer.status_code, answer["ETag"]) == (status, etag)


def test_a_head_of_what_has_not_changed_since_is_a_304():
    since = Client().get("/feeds")["Last-Modified"]
    assert Client().head("/feeds", headers={"if-modified-since": since}).status_code == 304


def test_a_page_for_one_alone_has_no_mark(ada):
    browser = Client()
    browser.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "ETag" not in browser.head("/questions")
