"""Pages kept for strangers: never older than the database, whatever was done and whoever did it."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore

import brotli
import pytest
from django.conf import settings as django_settings
from django.test import Client

from geeks.models import Change
from geeks.models.change import EVERYTHING
from geeks.models.view_tally import tally
from geeks.views import kept
from geeks.views.finished import Kept, Shown
from geeks.views.kept import ASKED_AGAIN, Pages
from tests import make
from tests.views.acts import ACTS, pages_of

BR = {"HTTP_ACCEPT_ENCODING": "br"}


@pytest.mark.parametrize("act", ACTS, ids=[act.__name__ for act in ACTS])
def test_what_was_done_is_seen_at_the_next_request(keeping, settings, thread, ada, ben, mod, act):
    reader, pages = Client(), pages_of(thread, ben)
    for address in pages.values():
        reader.get(address)
    act(thread, ada, ben, mod)
    settings.PAGE_CACHE_MB = 0
    fresh = Client()
    for name, address in pages.items():
        kept, made = reader.get(address), fresh.get(address)
        assert (kept.status_code, kept.get("Location")) == (made.status_code, made.get("Location")), name
        assert kept.content == made.content, name


def test_a_page_that_did_not_change_costs_one_query(keeping, thread, django_assert_num_queries):
    reader = Client()
    first = reader.get(thread.get_absolute_url(), **BR)
    with django_assert_num_queries(1):
        again = reader.get(thread.get_absolute_url(), **BR)
    assert again.content == first.content
    assert {name: again[name] for name in ("ETag", "Vary", "Content-Security-Policy", "Content-Encoding")} == {
        name: first[name] for name in ("ETag", "Vary", "Content-Security-Policy", "Content-Encoding")
    }


def test_a_question_page_stays_kept_while_another_question_changes(keeping, thread, mod, django_assert_num_queries):
    reader = Client()
    reader.get(thread.get_absolute_url())
    make.question(mod)
    with django_assert_num_queries(2):  # the site has changed; nothing this page shows has
        reader.get(thread.get_absolute_url())
    with django_assert_num_queries(1):
        reader.get(thread.get_absolute_url())


def test_a_browser_that_has_the_page_is_told_so(keeping, thread):
    reader = Client()
    etag = reader.get(thread.get_absolute_url())["ETag"]
    for _ in range(2):
        answer = reader.get(thread.get_absolute_url(), HTTP_IF_NONE_MATCH=etag)
        assert (answer.status_code, answer.content) == (304, b"")
    thread.comments.write(mod_of(), "Something new")
    assert reader.get(thread.get_absolute_url(), HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_a_browser_that_has_any_page_is_told_so(keeping, thread, settings):
    """A star, which stands for whatever there is."""
    reader = Client()
    answers = [reader.get(thread.get_absolute_url(), HTTP_IF_NONE_MATCH=marks) for marks in ("", "*", " * ")]
    assert [answer.status_code for answer in answers] == [200, 304, 304]
    assert reader.get(thread.get_absolute_url(), HTTP_IF_NONE_MATCH='"*"').status_code == 200
    settings.PAGE_CACHE_MB = 0
    assert Client().get(thread.get_absolute_url(), HTTP_IF_NONE_MATCH="*").status_code == 304


def test_a_head_tells_of_a_kept_page_what_a_get_does(keeping, thread):
    reader = Client()
    reader.head(thread.get_absolute_url(), **BR)  # it is kept of this one, and whole
    for _ in range(ASKED_AGAIN):  # in the end it is packed well, which changes its length
        given = reader.get(thread.get_absolute_url(), **BR)
        assert "variance" in brotli.decompress(given.content).decode()
    told = reader.head(thread.get_absolute_url(), **BR)
    assert dict(told.headers) == dict(given.headers)
    assert (told.content, int(told["Content-Length"])) == (b"", len(given.content))
    assert reader.head(thread.get_absolute_url(), HTTP_IF_NONE_MATCH=given["ETag"], **BR).status_code == 304


def mod_of():
    return make.person("moderating", is_moderator=True)


def test_who_is_signed_in_gets_a_page_of_his_own(keeping, thread, ada):
    browser = Client()
    shared = browser.get(thread.get_absolute_url())
    assert shared["Cache-Control"] == "no-cache, public"
    browser.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    own = browser.get(thread.get_absolute_url())
    assert own["Cache-Control"] == "no-cache, private"
    assert str(ada) in own.content.decode()
    assert own.content != shared.content
    browser.logout()
    assert browser.get(thread.get_absolute_url()).content == shared.content


def test_each_encoding_gets_its_own_bytes(keeping, thread):
    reader = Client()
    plain = reader.get(thread.get_absolute_url())
    small = reader.get(thread.get_absolute_url(), **BR)
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "br"
    assert reader.get(thread.get_absolute_url()).content == plain.content
    assert len(small.content) < len(plain.content)


def test_what_is_asked_for_again_is_packed_well(keeping, thread):
    for number in range(30):  # a list that is long enough to be compressed by itself
        make.question(thread.author, title=f"Is $x_{{{number}}}^2$ never negative?")
    reader, both = Client(), {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd"}
    answers = [reader.get("/", **both) for _ in range(ASKED_AGAIN + 2)]
    assert [answer["Content-Encoding"] for answer in answers] == ["gzip"] * ASKED_AGAIN + ["br"] * 2
    assert gzip.decompress(answers[0].content) == brotli.decompress(answers[-1].content)
    assert all(int(answer["Content-Length"]) == len(answer.content) for answer in answers)
    assert len({answer["ETag"] for answer in answers}) == 1
    for wish in ("gzip;q=1, br ;q=0", "gzip, br;q=0"):
        assert {reader.get("/", HTTP_ACCEPT_ENCODING=wish)["Content-Encoding"] for _ in range(9)} == {"gzip"}
    # Who takes no brotli never gets it, and who takes nothing else gets nothing else.
    assert {reader.get("/", HTTP_ACCEPT_ENCODING="gzip")["Content-Encoding"] for _ in range(9)} == {"gzip"}
    assert {reader.get("/", HTTP_ACCEPT_ENCODING="br")["Content-Encoding"] for _ in range(9)} == {"br"}


def test_views_of_kept_pages_are_counted(keeping, thread):
    reader = Client()
    for _ in range(3):
        reader.get(thread.get_absolute_url())
    tally.flush()
    thread.refresh_from_db()
    assert thread.view_count == 3


def test_what_is_made_while_something_changes_is_not_given_unasked(
    keeping, thread, monkeypatch, django_assert_max_num_queries
):
    reader = Client()
    standing = type(Change.objects.all()).standing

    def changing(self, keys):
        found = standing(self, keys)
        Change.objects.note("p0")  # somebody commits while the page is made
        return found

    monkeypatch.setattr(type(Change.objects), "standing", lambda self, keys: changing(self.all(), keys))
    reader.get(thread.get_absolute_url())
    monkeypatch.undo()
    with django_assert_max_num_queries(40) as made:
        reader.get(thread.get_absolute_url())
    assert len(made) > 2


def test_a_change_to_everything_ends_every_page(keeping, thread, django_assert_max_num_queries):
    reader = Client()
    reader.get(thread.get_absolute_url())
    Change.objects.note(EVERYTHING)
    with django_assert_max_num_queries(40) as made:
        reader.get(thread.get_absolute_url())
    assert len(made) > 2


@pytest.mark.parametrize("address", ["/questions/999999", "/search?q=inquestion:this", "/accounts/login", "/healthz"])
def test_what_is_no_page_of_content_is_not_kept(keeping, thread, address):
    assert "public" not in Client().get(address).get("Cache-Control", "")


def test_pages_take_no_more_memory_than_allowed():
    pages = Pages(most=10_000)
    for number in range(20):
        pages.put((str(number),), Kept(b"x" * 1_000, {}, Shown((), True, None), (0, 0), {}))
    assert 0 < pages.size <= 10_000
    assert pages.get(("19",)) is not None
    assert pages.get(("0",)) is None


def test_the_site_keeps_pages_unless_told_otherwise():
    assert django_settings.MIDDLEWARE[0] == "geeks.views.kept.kept_pages"


def a_page(content: bytes) -> Kept:
    return Kept(content, {}, Shown((), False, None), (0, 0), {})


def test_a_crowd_that_comes_for_a_page_waits_for_the_one_who_makes_it(monkeypatch):
    waiting = Semaphore(0)
    monkeypatch.setattr(kept.connections, "close_all", waiting.release)
    pages = Pages(1_000_000)
    with ThreadPoolExecutor() as crowd:
        with pages.making(("a",)):
            come = [crowd.submit(pages.made, ("a",)) for _ in range(5)]
            assert all(waiting.acquire(timeout=20) for _ in come)
            assert not [one for one in come if one.done()]
            pages.put(("a",), a_page(b"made once"))
        assert {one.result(20).content for one in come} == {b"made once"}
    assert pages.made(("a",)) is None  # nobody is making it


def test_nobody_waits_for_a_page_that_is_never_kept():
    pages = Pages(1_000_000)
    with pages.making(("search",)):
        pages.drop(("search",))
    with pages.making(("search",)):
        assert pages.made(("search",)) is None


def test_a_page_that_was_refused_once_and_is_kept_now_is_waited_for_again(monkeypatch):
    waiting = Semaphore(0)
    monkeypatch.setattr(kept.connections, "close_all", waiting.release)
    pages = Pages(1_000_000)
    pages.drop(("a",))  # an answer with 503, say
    pages.put(("a",), a_page(b"an old one"))
    with ThreadPoolExecutor() as crowd:
        with pages.making(("a",)):
            comes = crowd.submit(pages.made, ("a",))
            waited = waiting.acquire(timeout=20)
            pages.put(("a",), a_page(b"a new one"))
        assert (waited, comes.result(20).content) == (True, b"a new one")


def test_a_page_that_failed_is_waited_for_no_longer():
    pages = Pages(1_000_000)
    with pytest.raises(RuntimeError), pages.making(("a",)):
        raise RuntimeError
    assert pages.made(("a",)) is None
