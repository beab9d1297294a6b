"""What a reader is told when something goes wrong: a page with a sentence, never a bare error and never a lost text."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from geeks import urls as site
from geeks.models import BadCursor
from geeks.views import errors
from tests import make

RAISED: dict[str, Exception] = {
    "refused": PermissionDenied("You need 125 reputation to vote down; you have 3."),
    "refused-without-a-word": PermissionDenied(),
    "gone": Http404("There is no such question, or it was deleted."),
    "cursor": BadCursor("This page's address has been changed or cut. Start again from the first page."),
    "suspicious": SuspiciousOperation("internal detail that is nobody's business"),
    "large": RequestDataTooBig("internal detail that is nobody's business"),
    "broken": RuntimeError("internal detail that is nobody's business"),
    "database": OperationalError("password=hunter2"),
}


def breaking(request: HttpRequest, name: str) -> HttpResponse:
    raise RAISED[name]


urlpatterns = [path("break/<str:name>", breaking), *site.urlpatterns]
handler400, handler403, handler404, handler500 = site.handler400, site.handler403, site.handler404, site.handler500


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("refused", 403, "You need 125 reputation to vote down; you have 3."),
        ("refused-without-a-word", 403, "You may not do that"),
        ("gone", 404, "There is no such question, or it was deleted."),
        ("cursor", 400, "Start again from the first page."),
        ("suspicious", 400, "That cannot be read"),
        ("large", 400, "What you sent is too large."),
        ("broken", 500, "Something broke on our side"),
        ("database", 500, "Something broke on our side"),
    ],
)
def test_each_error_is_a_page_with_a_sentence(client, name, status, sentence):
    page = client.get(f"/break/{name}")
    text = page.content.decode()
    assert page.status_code == status
    assert sentence in text.replace("&#39;", "'")
    assert "<h1>" in text
    assert "nobody" not in text
    assert "hunter2" not in text
    assert page["Content-Security-Policy"]


@pytest.mark.parametrize("name", RAISED)
def test_scripts_get_the_sentence_as_json(client, name):
    page = client.get(f"/break/{name}", headers={"accept": "application/json"})
    assert page["Content-Type"] == "application/json"
    assert "hunter2" not in page.content.decode()
    assert "nobody" not in page.content.decode()
    assert len(json.loads(page.content)["error"]) > 10


def test_an_address_that_is_none_is_a_404_page_without_the_map_of_the_site(client):
    page = client.get("/no/such/page")
    assert page.status_code == 404
    assert "There is no such page" in page.content.decode()
    assert "accounts/password" not in page.content.decode()


def test_what_the_address_holds_is_not_repeated_raw(client):
    assert b"<script>alert" not in client.get("/<script>alert(1)</script>").content


@pytest.mark.django_db
def test_error_pages_know_who_reads_them(client):
    client.force_login(make.person("ada"))
    assert "Sign out" in client.get("/break/refused").content.decode()


def test_error_pages_start_no_session(client):
    for name in RAISED:
        assert "sessionid" not in client.get(f"/break/{name}").cookies, name


def test_the_500_page_needs_neither_database_nor_session(client):
    client.cookies["sessionid"] = "x" * 32  # reading it would ask a database that this test may not touch
    assert client.get("/break/broken").status_code == 500


def test_the_500_page_comes_even_when_its_template_does_not(client, monkeypatch):
    def gone(*_):
        raise OSError("no templates")

    monkeypatch.setattr(errors, "render_to_string", gone)
    page = client.get("/break/broken")
    assert page.status_code == 500
    assert "Something broke on our side" in page.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_the_way_back_to_the_text(settings):
    settings.ROOT_URLCONF = __name__
    client = Client(enforce_csrf_checks=True)
    page = client.post("/accounts/login", {"login": "ada", "password": "x"})
    assert page.status_code == 403
    text = page.content.decode()
    assert "Your text is not lost" in text
    assert "Back button" in text


def test_a_name_that_is_not_ours_is_a_400_page(client):
    page = client.get("/about", headers={"host": "evil.example"})
    assert page.status_code == 400
    assert "does not answer under that name" in page.content.decode()
    assert "evil.example" not in page.content.decode()


def test_a_form_with_too_many_fields_is_a_400_page(client, db):
    page = client.post("/accounts/login", {f"field{number}": "x" for number in range(300)})
    assert page.status_code == 400
    assert "too many fields" in page.content.decode()


def test_a_body_too_large_is_a_400_page(client, db):
    page = client.post("/accounts/login", {"login": "x" * (3 * 1024 * 1024)})
    assert page.status_code == 400
    assert "too large" in page.content.decode()


@pytest.mark.parametrize(
    ("accept", "json_wanted"),
    [
        ("", False),
        ("*/*", False),
        ("text/html,application/xhtml+xml,application/json;q=0.9", False),
        ("application/json", True),
        ("application/json, text/plain, */*", True),
    ],
)
def test_only_those_who_ask_for_json_get_it(rf, accept, json_wanted):
    assert errors.wants_json(rf.get("/", headers={"accept": accept})) is json_wanted


@pytest.mark.django_db
def test_a_form_in_another_encoding_is_a_400_page():
    """To read it for the token of the page that says so would fail once more."""
    sent = "application/x-www-form-urlencoded; charset=utf-7"
    answer = Client(raise_request_exception=False).post("/accounts/login", b"login=x", content_type=sent)
    assert answer.status_code == 400
    assert "UTF-8" in answer.content.decode()


@pytest.mark.parametrize("sent", ["multipart/form-data", "application/x-www-form-urlencoded; charset=utf-7"])
def test_an_unreadable_form_for_an_address_that_is_none_is_a_404_page(sent):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["csrftoken"] = "a" * 32
    assert client.post("/nosuch", b"a=1", content_type=sent).status_code == 404
