"""The list of people, and the page of one with what he or she wrote."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models import User
from geeks.views import users
from tests import make

pytestmark = pytest.mark.django_db


def names_in(page):
    return re.findall(r'<span class="who"><a href="[^"]+"><bdi>([^<]+)', page.content.decode())


def queries_of(client, path):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_people_stand_by_reputation_or_by_when_they_came(client):
    for name, reputation in (("first", 10), ("second", 900), ("third", 50)):
        make.person(name, reputation=reputation)
    assert names_in(client.get("/users")) == ["second", "third", "first"]
    assert names_in(client.get("/users?tab=newest")) == ["third", "second", "first"]
    assert names_in(client.get("/users?tab=nonsense")) == ["second", "third", "first"]


def test_the_list_goes_on_page_by_page_without_gap_or_repeat(client, monkeypatch):
    monkeypatch.setattr(users, "PEOPLE_A_PAGE", 3)
    for number in range(8):
        make.person(f"person-{number}", reputation=10 + number // 3)
    seen, path = [], "/users"
    while path:
        page = client.get(path)
        seen += names_in(page)
        link = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        path = "/users" + link[1].replace("&amp;", "&") if link else ""
    assert len(seen) == len(set(seen)) == 8


def test_switched_off_accounts_are_not_in_the_list(client):
    make.person("gone", is_active=False)
    assert names_in(client.get("/users")) == []


@pytest.mark.parametrize(
    "query", ["after=abc", "before=%00", "after=W10", "after=WzEsMV0&before=WzEsMV0", "after=" + "x" * 3000]
)
def test_an_address_that_was_tampered_with_is_a_400_page(client, ada, query):
    page = client.get(f"/users?{query}")
    assert page.status_code == 400
    assert "first page" in page.content.decode()


def test_the_list_costs_the_same_queries_for_ten_and_for_fifty(client):
    for _ in range(10):
        make.person()
    few = queries_of(client, "/users")
    for _ in range(40):
        make.person()
    assert queries_of(client, "/users") == few


def test_a_profile_shows_who_it_is_and_the_best_posts(client, ada, ben):
    ada.describe(
        display_name="Ada L", about="I like $e^{i\\pi}$.", location="London", website="https://ada.example.org"
    )
    question = make.question(ada, title="Why do halves of sums pair up?")
    make.answer(question, ben)
    make.article(ada, title="An article about pairing sums")
    text = client.get(ada.get_absolute_url()).content.decode()
    for words in ("Ada L", "London", "ada.example.org", "Why do halves", "An article about"):
        assert words in text, words
    assert 'class="math"' in text
    assert "Why do halves" in client.get(ben.get_absolute_url()).content.decode()


def test_a_wrong_or_missing_name_in_the_address_leads_to_the_right_one(client, ada):
    for path in (f"/users/{ada.pk}", f"/users/{ada.pk}/someone-else"):
        assert client.get(path)["Location"] == f"/users/{ada.pk}/ada"
    assert client.get(f"/users/{ada.pk}/x?tab=answers")["Location"] == f"/users/{ada.pk}/ada?tab=answers"


def test_a_name_without_latin_letters_has_a_page(client):
    person = make.person("li", display_name="李小龍")
    assert client.get(person.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("number", ["0", "999", "9223372036854775808", "9" * 19, "9" * 40])
def test_a_number_that_nobody_has_is_a_404_page(client, db, number):
    for path in (f"/users/{number}", f"/users/{number}/ada", f"/users/{number}/feed"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("tab", ["questions", "answers", "articles"])
@pytest.mark.parametrize("sort", ["score", "newest"])
def test_all_of_one_kind_are_listed_page_by_page(client, ada, ben, tab, sort, monkeypatch):
    monkeypatch.setattr("geeks.views.users.page_of.__defaults__", (4,))
    for number in range(6):
        question = make.question(ada if tab == "questions" else ben, title=f"Question of sums, number {number}")
        if tab == "answers":
            make.answer(question, ada)
        if tab == "articles":
            make.article(ada)
    path = f"{ada.get_absolute_url()}?tab={tab}&sort={sort}"
    first = client.get(path).content.decode()
    assert first.count('<article class="post-summary') == 4
    after = re.search(r'rel="next" href="\?([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(f"{ada.get_absolute_url()}?{after}").content.decode()
    assert second.count('<article class="post-summary') == 2


@pytest.mark.parametrize("query", ["", "?tab=questions", "?tab=answers", "?tab=articles"])
def test_a_profile_costs_the_same_queries_for_two_posts_and_for_ten(client, ada, ben, query):
    def write(times):
        for _ in range(times):
            make.answer(make.question(ada, tags=["sums", "series"]), ben)
            make.answer(make.question(ben), ada)
            make.article(ada)

    write(2)
    few = queries_of(client, ada.get_absolute_url() + query)
    write(8)
    assert queries_of(client, ada.get_absolute_url() + query) == few


def test_deleted_posts_are_for_their_author_and_moderators(client, ada, ben, mod):
    question = make.question(ada, title="A question that goes away soon")
    question.delete_by(ada)
    path = f"{ada.get_absolute_url()}?tab=questions"
    assert "goes away" not in client.get(path).content.decode()
    client.force_login(ben)
    assert "goes away" not in client.get(path).content.decode()
    for person in (ada, mod):
        client.force_login(person)
        assert "goes away" in client.get(path).content.decode(), person


def test_an_answer_to_a_deleted_question_is_not_listed_for_strangers(client, ada, ben, mod):
    question = make.question(ada, title="A question that goes away soon")
    make.answer(question, ben)
    question.delete_by(mod)
    for query in ("", "?tab=answers"):
        assert "goes away" not in client.get(ben.get_absolute_url() + query).content.decode()


def test_of_a_switched_off_account_only_the_name_is_shown(client, mod):
    person = make.person("seller", is_active=False)
    person.describe(display_name="Seller", about="Buy pills", location="Pill town", website="https://pills.example")
    text = client.get(person.get_absolute_url()).content.decode()
    assert "Seller" in text
    assert not re.search("pill", text, re.IGNORECASE)
    client.force_login(mod)
    assert "Buy pills" in client.get(person.get_absolute_url()).content.decode()


def test_what_a_person_says_about_himself_is_harmless(client, ada):
    about = "<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))"
    ada.describe(display_name='<b>Ada</b> "quoted"', about=about, location="<i>here</i>")
    text = client.get(ada.get_absolute_url()).content.decode()
    for bad in ("<script>alert", "onerror=", 'href="javascript', "<b>Ada</b>", "<i>here</i>"):
        assert bad not in text, bad


def test_a_stranger_who_reads_profiles_gets_no_session(client, ada):
    assert not client.get(ada.get_absolute_url()).cookies
    assert not client.get("/users").cookies
    assert User.objects.count() == 1
