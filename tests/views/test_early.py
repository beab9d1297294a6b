"""Kept pages given before Django: the same to the byte, and only to those who may have them."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection

from geeks.models import Change
from geeks.views import early, kept
from geeks.views.early import kept_first


class Site:
    """The application, and how often Django was asked."""

    def __init__(self):
        self.asked = 0
        django = get_wsgi_application()

        def counted(environ, start_response):
            self.asked += 1
            return django(environ, start_response)

        self.application = kept_first(counted)

    def get(self, path, method="GET", **sent):
        environ = {
            **{"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": ""},
            **{"SERVER_NAME": "testserver", "SERVER_PORT": "80", "HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1"},
            **{"wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "HTTP_ACCEPT_ENCODING": "gzip", **sent},
        }
        told = []
        answer = self.application(environ, lambda status, headers, error=None: told.extend((status, headers)))
        content = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return told[0], dict(told[1]), content


@pytest.fixture
def site(keeping, thread, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)  # tests keep theirs
    site = Site()
    site.get(thread.get_absolute_url())
    site.asked = 0
    return site


def test_a_kept_page_comes_without_django_and_is_the_same(site, thread, settings):
    early_ones = [site.get(thread.get_absolute_url()) for _ in range(2)]
    assert site.asked == 0
    by_django = site.get(thread.get_absolute_url(), HTTP_COOKIE="theme=dark")
    assert site.asked == 1
    assert early_ones == [by_django, by_django]
    assert early_ones[0][0] == "200 OK"
    assert early_ones[0][1]["Content-Security-Policy"]


def test_a_browser_that_has_the_page_is_told_so(site, thread):
    etag = site.get(thread.get_absolute_url())[1]["ETag"]
    given = site.get(thread.get_absolute_url(), HTTP_IF_NONE_MATCH=etag)
    assert (given[0], given[2], site.asked) == ("304 Not Modified", b"", 0)
    status, headers, _ = site.get(thread.get_absolute_url(), HTTP_IF_NONE_MATCH=etag, HTTP_COOKIE="theme=dark")
    assert status == given[0]
    assert given[1].items() <= headers.items()


def test_what_has_changed_is_made_anew(site, thread, ben):
    thread.comments.write(ben, "Something quite new")
    assert b"Something quite new" in site.get(thread.get_absolute_url(), HTTP_ACCEPT_ENCODING="")[2]
    before = site.asked
    site.get(thread.get_absolute_url())
    assert site.asked == before + 1  # in the other encoding it is as old


@pytest.mark.parametrize(
    "sent",
    [
        {"HTTP_COOKIE": "sessionid=" + "a" * 32},
        {"HTTP_AUTHORIZATION": "Bearer token"},
        {"SCRIPT_NAME": "/elsewhere"},
        {"method": "HEAD"},
        {"QUERY_STRING": "sort=newest"},
        {"HTTP_HOST": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"wsgi.url_scheme": "https"},
        {"HTTP_ACCEPT_ENCODING": "br"},
        {"HTTP_ACCEPT_ENCODING": "gzip;q=0"},
    ],
    ids=str,
)
def test_whatever_may_make_another_page_is_for_django(site, thread, sent):
    site.get(thread.get_absolute_url(), **sent)
    assert site.asked == 1


def test_the_bytes_of_one_address_are_not_the_letters_of_another(site, thread):
    """A server gives bytes as Latin-1, which may look like the letters that Django makes of others."""
    site.get(thread.get_absolute_url())
    (name, page), *_ = kept.pages_of_process()._pages.items()
    looks_alike = f"{thread.get_absolute_url()}\u00e9"
    kept.pages_of_process().put(tuple(looks_alike if one == thread.get_absolute_url() else one for one in name), page)
    site.get(looks_alike)
    assert site.asked == 1


def test_a_database_that_is_away_is_djangos_to_tell(site, thread, monkeypatch):
    def away(self):
        raise DatabaseError("gone")

    monkeypatch.setattr(type(Change.objects.all()), "site", away)
    monkeypatch.setattr(type(Change.objects), "site", away)
    assert site.get(thread.get_absolute_url())[0] == "200 OK"
    assert site.asked == 1


def test_the_connection_is_given_back(keeping, thread, monkeypatch):
    closed = []
    monkeypatch.setattr(connection, "close", lambda: closed.append(True))
    site = Site()
    site.get(thread.get_absolute_url())
    closed.clear()
    site.get(thread.get_absolute_url())
    assert closed
    assert site.asked == 1


def test_with_replicas_django_is_asked_for_everything(monkeypatch):
    monkeypatch.setattr(early, "settings", SimpleNamespace(DATABASES={"default": {}, "replica1": {}}))
    application = object()
    assert kept_first(application) is application


def test_a_site_that_keeps_no_pages_gives_none_early(settings, thread, monkeypatch):
    settings.PAGE_CACHE_MB = 0
    monkeypatch.setattr(connection, "close", lambda: None)
    site = Site()
    for _ in range(2):
        site.get(thread.get_absolute_url())
    assert site.asked == 2
    assert kept.pages_of_process() is None
