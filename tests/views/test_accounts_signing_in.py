"""Signing in and out: what happens with a wrong password, where `next` may lead, how often one may try."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import make

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse"


def sign_in(client, login="ada", password=PASSWORD, **more):
    return client.post("/accounts/login", {"login": login, "password": password, **more})


def test_a_stranger_gets_the_form_without_a_session(client):
    page = client.get("/accounts/login")
    assert page.status_code == 200
    assert b'name="login"' in page.content
    assert b'name="password"' in page.content
    assert "sessionid" not in page.cookies


def test_the_form_works_with_the_token_it_carries_and_not_without(ada):
    client = Client(enforce_csrf_checks=True)
    page = client.get("/accounts/login")
    token = page.cookies["csrftoken"].value
    assert sign_in(client).status_code == 403
    assert sign_in(client, csrfmiddlewaretoken=token).status_code == 302


def test_a_person_signs_in_by_name_or_by_address(client):
    make.person("ada", email="ada@example.org")
    assert sign_in(client, "ada").status_code == 302
    client.logout()
    assert sign_in(client, "ada@example.org").status_code == 302


def test_a_person_without_a_confirmed_address_is_signed_in(client):
    make.person("ada", email="ada@example.org")
    answer = sign_in(client)
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"]


def test_a_wrong_password_keeps_the_name_and_not_the_password(client, ada):
    page = sign_in(client, password="wrong guess")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="ada"' in text
    assert "wrong guess" not in text
    assert "not right" in text


def test_an_unknown_name_and_a_wrong_password_read_alike(client, ada):
    known = sign_in(client, "ada", "wrong guess").context_data["form"].errors
    unknown = sign_in(client, "nobody", "wrong guess").context_data["form"].errors
    assert known == unknown


def test_many_wrong_passwords_are_stopped_with_a_sentence(client, ada):
    for _ in range(5):
        sign_in(client, password="wrong guess")
    page = sign_in(client)
    assert "Too many attempts" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_many_requests_get_the_page_that_asks_for_patience(client, db):
    answers = [sign_in(client, f"nobody{number}") for number in range(31)]
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "60"
    assert "slower" in answers[-1].content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https:///evil.example",
        " //evil.example",
        "http://testserver@evil.example/",
        "/%0d%0a//evil.example\r\nLocation: https://evil.example",
    ],
)
def test_next_never_leads_to_another_site(client, ada, target):
    answer = sign_in(client, next=target)
    assert answer.status_code == 302
    assert answer["Location"] == "/" or (answer["Location"].startswith("/") and answer["Location"][1:2] not in "/\\")
    assert "evil.example" not in answer["Location"] or answer["Location"].startswith("/%")


def test_next_leads_back_to_a_page_of_ours(client, ada):
    assert sign_in(client, next="/questions/ask?category=web")["Location"] == "/questions/ask?category=web"


def test_the_form_keeps_next(client, ada):
    page = client.get("/accounts/login?next=/questions/ask")
    assert b'name="next" value="/questions/ask"' in page.content


def test_next_with_html_in_it_is_escaped(client, db):
    page = client.get("/accounts/login", {"next": '"><script>alert(1)</script>'})
    assert b"<script>alert" not in page.content


def test_a_switched_off_account_is_told_so(client):
    make.person("ada", is_active=False)
    page = client.post("/accounts/login", {"login": "ada", "password": PASSWORD}, follow=True)
    assert page.request["PATH_INFO"] == "/accounts/inactive"
    assert b"switched off" in page.content


def test_signing_out_is_a_post(client, ada):
    client.force_login(ada)
    assert client.get("/accounts/logout").status_code == 200
    assert "_auth_user_id" in client.session
    answer = client.post("/accounts/logout")
    assert answer["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_signing_out_leads_to_no_other_site(client, ada):
    client.force_login(ada)
    assert client.post("/accounts/logout", {"next": "https://evil.example/"})["Location"] == "/"


def test_what_cannot_be_a_name_is_refused_not_broken(client, db):
    for login in ("a\x00da", "x" * 5000, "\u202eada", "ada' OR 1=1 --"):
        assert sign_in(client, login).status_code == 200, login


@pytest.mark.parametrize("hops", ["", "198.51.100.7", "evil", "203.0.113.1, 198.51.100.7"])
def test_who_comes_past_a_trusted_proxy_can_sign_in(stranger, ada, settings, hops):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    typed = {"login": "ada", "password": "correct horse"}
    response = stranger.post("/accounts/login", typed, headers={"X-Forwarded-For": hops} if hops else {})
    assert response.status_code == 302


def test_a_quoted_cookie_with_a_nul_names_no_session(stranger):
    """Of cookies, unlike of all else in a request, what the server reads may be what PostgreSQL breaks at."""
    response = stranger.get("/questions/ask", headers={"Cookie": r'sessionid="\000 and some more letters"'})
    assert response.status_code == 302
