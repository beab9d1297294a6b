"""Kept pages after changes that are none of theirs: their queries are asked again, and the same page is given again."""

from __future__ import annotations

from threading import BoundedSemaphore

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.models import F
from django.test import Client

from geeks.models import Change, PostLink, Question, lasting, statement
from geeks.models.change import EVERYTHING, SITE
from geeks.views import categories, finished, home, questions, suggestions, tags
from geeks.views.kept import pages_of_process
from tests import make

pytestmark = pytest.mark.django_db
OF_CHANGES = 3  # queries: the site, the page's keys, the site again
OF_A_LIST = 3  # rows, tags, categories
AT_MOST_MADE = 40


def seen(alias="default"):
    return Change.objects.using(alias).site()


@pytest.fixture
def made(monkeypatch):
    """How often a whole page has been made."""
    pages, get = [], BaseHandler._get_response
    monkeypatch.setattr(BaseHandler, "_get_response", lambda self, request: pages.append(request) or get(self, request))
    return pages


@pytest.fixture
def elsewhere(ada):
    """A question that is not on the lists of the other category, and on all others."""
    return make.question(ada, category=make.category("elsewhere"), tags=["moments"])


@pytest.mark.parametrize("address", ["/c/data-science", "/c/data-science?tab=active", "/articles"])
def test_a_list_without_what_has_changed_is_given_again(
    keeping, thread, elsewhere, ben, made, address, django_assert_num_queries
):
    make.article(category=make.category("elsewhere"))
    reader = Client()
    first = reader.get(address).content
    make.answer(elsewhere, ben)
    count = OF_CHANGES + OF_A_LIST + address.startswith("/c/")  # the category itself
    with django_assert_num_queries(count):
        assert reader.get(address).content == first
    with django_assert_num_queries(1):  # until something changes again
        assert reader.get(address).content == first
    assert len(made) == 1


def test_views_are_no_change(keeping, thread, elsewhere, ben, made):
    reader = Client()
    addresses = ["/c/data-science", thread.get_absolute_url()]
    before = [reader.get(address).content for address in addresses]
    Question.objects.filter(pk=thread.pk).update(view_count=F("view_count") + 1)
    make.answer(elsewhere, ben)
    Change.objects.note(f"p{thread.pk}")
    assert [reader.get(address).content for address in addresses] == before
    assert len(made) == 2
    thread.votes.cast(make.person(), 1)
    assert all(new != old for new, old in zip([reader.get(one).content for one in addresses], before, strict=True))


def test_what_stands_beside_a_question_is_read_without_what_is_not_shown(thread):
    with lasting.moment(seen) as now:
        suggestions.titles_of([thread.pk])
    before = now.trail()
    make.answer(thread)
    assert before.leads_back("default", seen())
    thread.votes.cast(make.person(), 1)
    assert not before.leads_back("default", seen())


@pytest.mark.parametrize("address", ["/", "/questions?tab=score", "/c/elsewhere"])
def test_a_list_with_what_has_changed_is_made_anew(keeping, thread, elsewhere, ben, made, address):
    reader = Client()
    first = reader.get(address).content
    make.answer(elsewhere, ben)
    assert reader.get(address).content != first
    assert len(made) == 2


def test_what_was_asked_again_in_vain_is_not_asked_a_third_time(keeping, thread, ben, django_assert_max_num_queries):
    reader = Client()
    reader.get("/questions?tab=score")
    make.answer(thread, ben)
    with django_assert_max_num_queries(AT_MOST_MADE) as asked:
        reader.get("/questions?tab=score")
    shown = [query["sql"] for query in asked if "geeks_change" not in query["sql"]]
    assert len(shown) == len(set(shown)) == OF_A_LIST + 1  # the row that has changed asks for its texts


def test_a_question_is_given_again_while_those_beside_it_only_get_answers(keeping, thread, ada, ben, mod, made):
    other = make.question(ada, title="Why is the other variance never negative?", tags="variance")
    PostLink.objects.create(post=thread, related=other, kind=PostLink.Kind.LINKED)
    reader, address = Client(), thread.get_absolute_url()
    first = reader.get(address).content
    assert other.title.encode() in first
    make.answer(other, ben)
    assert reader.get(address).content == first
    assert len(made) == 1
    other.edit(ada, title="Why is yet another variance never negative?", body=other.body, tags="variance")
    assert b"yet another variance" in reader.get(address).content
    assert len(made) == 2


def test_a_question_that_comes_back_is_seen_beside_others_at_once(keeping, thread, ada, mod):
    other = make.question(ada, title="Why is the other variance never negative?")
    PostLink.objects.create(post=other, related=thread, kind=PostLink.Kind.LINKED)
    other.delete_by(mod, "spam")
    reader, address = Client(), thread.get_absolute_url()
    assert other.title.encode() not in reader.get(address).content
    other.restore_by(mod)
    assert other.title.encode() in reader.get(address).content


def test_the_name_of_whoever_closed_a_question_is_as_new_as_his_own(keeping, thread, mod):
    mod.describe(display_name="Someone who closes")
    thread.close(mod, "unclear", "What is asked?")
    reader, address = Client(), thread.get_absolute_url()
    assert b"Someone who closes" in reader.get(address).content
    mod.describe(display_name="Quite another name")
    assert b"Quite another name" in reader.get(address).content


def test_what_the_orm_was_asked_for_is_asked_by_making_the_page(keeping, thread, elsewhere, ben, mod, made):
    thread.close(mod, "unclear", "What is asked?")  # the closure is read by the ORM
    PostLink.objects.create(post=elsewhere, related=thread, kind=PostLink.Kind.LINKED)
    reader = Client()
    for address in (elsewhere.get_absolute_url(), thread.get_absolute_url(), "/tags", "/users"):
        reader.get(address)
    Change.objects.note(SITE, f"p{thread.pk}")
    made.clear()
    for address in (elsewhere.get_absolute_url(), thread.get_absolute_url(), "/tags", "/users"):
        reader.get(address)
    assert [request.path for request in made] == [thread.get_absolute_url(), "/tags", "/users"]


def test_numbers_from_a_cache_do_not_grow_older_on_a_kept_page(keeping, thread, made, monkeypatch):
    monkeypatch.setattr(categories, "MANY", 1)
    reader = Client()
    for _ in range(2):  # counted, then from the cache
        reader.get("/c")
        Change.objects.note(SITE)
    reader.get("/c")
    assert len(made) == 3


def test_after_a_change_to_everything_nothing_is_given_again(keeping, thread, made):
    reader = Client()
    reader.get("/")
    Change.objects.note(EVERYTHING)
    reader.get("/")
    assert len(made) == 2


@pytest.fixture
def meanwhile(monkeypatch):
    """Acts of somebody else, in another thread as it were, after the queries of the next page, before it is kept."""
    acts, show = [], questions.shows

    def shows(*given, **named):
        while acts:
            watch, wrappers = statement._watch.set(None), connection.execute_wrappers
            connection.execute_wrappers = []
            acts.pop()()
            statement._watch.reset(watch)
            connection.execute_wrappers = wrappers
        return show(*given, **named)

    for module in (questions, home, tags):
        monkeypatch.setattr(module, "shows", shows)
    return acts


@pytest.mark.parametrize("where", ["/", "the question"])
def test_a_page_made_while_something_else_changed_is_kept(keeping, thread, elsewhere, ben, made, meanwhile, where):
    reader, address = Client(), thread.get_absolute_url() if where == "the question" else where
    meanwhile.append(lambda: Change.objects.note(f"p{thread.pk}", f"p{elsewhere.pk}"))
    first = reader.get(address).content
    assert reader.get(address).content == first
    assert len(made) == 1


@pytest.mark.parametrize("where", ["/", "the question"])
def test_a_page_made_while_what_it_shows_changed_is_made_anew(keeping, thread, ben, made, meanwhile, where):
    reader, address = Client(), thread.get_absolute_url() if where == "the question" else where
    meanwhile.append(lambda: make.answer(thread, ben))
    first = reader.get(address).content
    assert reader.get(address).content != first
    assert len(made) == 2


def test_a_page_made_while_everything_changed_is_made_anew(keeping, thread, made, meanwhile):
    reader = Client()
    meanwhile.append(lambda: Change.objects.note(EVERYTHING))
    for _ in range(3):
        reader.get("/")
    assert len(made) == 2


def test_a_page_without_a_trail_made_while_something_changed_is_not_kept(keeping, thread, made, meanwhile):
    reader = Client()
    meanwhile.append(lambda: Change.objects.note("p0"))
    for _ in range(3):
        reader.get("/tags")
    assert len(made) == 2


def test_votes_of_minus_one_and_minus_two_are_told_apart(keeping, thread, elsewhere, made):
    """Python's hash of both is the same."""
    PostLink.objects.create(post=thread, related=elsewhere, kind=PostLink.Kind.LINKED)
    reader, address = Client(), thread.get_absolute_url()
    pages = []
    for score in (-1, -2, -1):
        Question.objects.filter(pk=elsewhere.pk).update(score=score)
        Change.objects.note(f"p{elsewhere.pk}")
        pages.append(reader.get(address).content)
    assert pages[0] == pages[2] != pages[1]
    assert len(made) == 3


def test_a_change_between_two_looks_at_it_is_not_missed(keeping, thread, monkeypatch):
    """Rows that another reader has found since the first look must not pass for those of the second."""
    page = the_page(thread.get_absolute_url())
    Change.objects.note(f"p{thread.pk}")
    standing = type(Change.objects).standing

    def changed(self, keys):
        monkeypatch.undo()
        assert page.trail.leads_back("default", seen())  # another reader, who remembers them under the first look
        thread.votes.cast(make.person(), 1)
        return standing(self, keys)

    monkeypatch.setattr(type(Change.objects), "standing", changed)
    assert not page.holds()
    assert not page.holds()


def test_a_crowd_that_comes_for_a_page_asks_once(keeping, thread, elsewhere, ben, monkeypatch):
    page = the_page("/c/data-science")
    make.answer(elsewhere, ben)
    asked, lead = [], lasting.Trail.leads_back
    monkeypatch.setattr(lasting.Trail, "leads_back", lambda *given: asked.append(1) or lead(*given))
    page._retracing.acquire()
    monkeypatch.setattr(finished, "PATIENCE", 0.01)
    closed: list[int] = []
    monkeypatch.setattr(finished.connections, "close_all", lambda: closed.append(1))  # it is this test's, too
    assert not page.holds()  # who has waited too long makes it
    assert closed == [1]
    page._retracing.release()
    assert page.holds()
    assert page.holds()
    assert len(asked) == 1


def test_only_so_many_pages_are_asked_for_at_the_same_time(keeping, thread, elsewhere, ben, monkeypatch):
    page = the_page("/c/data-science")
    make.answer(elsewhere, ben)
    monkeypatch.setattr(finished, "_room", BoundedSemaphore(1))
    with finished._room:
        assert not page.holds()
    assert page.holds()


def the_page(address):
    """The page that a new client's request has kept."""
    Client().get(address)
    (page,) = pages_of_process()._pages.values()
    return page


def test_a_list_is_not_given_for_ever(keeping, thread, elsewhere, ben, made, monkeypatch):
    reader = Client()
    reader.get("/c/data-science")
    make.answer(elsewhere, ben)
    monkeypatch.setattr("geeks.views.finished.SECONDS", -1.0)
    reader.get("/c/data-science")
    assert len(made) == 2


def test_a_question_that_is_open_is_made_of_nothing_else(keeping, thread):
    """So that those pages which are asked for most do not come to be made anew unnoticed."""
    thread = Question.objects.get(pk=thread.pk)
    for address in ("/", "/questions", "/c/data-science", thread.get_absolute_url(), thread.author.get_absolute_url()):
        reader = Client()
        reader.get(address)
        (page,) = pages_of_process()._pages.values()
        assert page.trail is not None, address
