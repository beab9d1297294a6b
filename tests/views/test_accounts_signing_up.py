"""Signing up: who may, what a name may be, what the form says, and that two at once do no harm."""

from __future__ import annotations

import pytest
from allauth.account import views as allauth_views
from django.core import mail
from django.db import IntegrityError
from django.template import engines

from geeks.models import User
from geeks.views import accounts
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_leaves_at_once(monkeypatch):
    """A test's own transaction never ends, so what waits for its end would never be sent."""
    monkeypatch.setattr("geeks.forms.accounts.transaction.on_commit", lambda send: send())


PASSWORD = "a long pass phrase"


def sign_up(client, username="carol", password=PASSWORD, **more):
    return client.post("/accounts/signup", {"username": username, "password1": password, **more})


def test_a_name_and_a_password_are_enough(client):
    answer = sign_up(client)
    assert answer.status_code == 302
    carol = User.objects.get(username="carol")
    assert client.session["_auth_user_id"] == str(carol.pk)
    assert carol.display_name == "carol"
    assert carol.reputation == 1
    assert not carol.is_staff
    assert not mail.outbox


def test_rights_cannot_be_asked_for_in_the_form(client):
    sign_up(client, is_superuser="1", is_staff="1", is_moderator="1", reputation="9999")
    carol = User.objects.get(username="carol")
    assert (carol.is_superuser, carol.is_staff, carol.is_moderator, carol.reputation) == (False, False, False, 1)


def test_after_signing_up_one_comes_back_to_where_one_was(client):
    assert sign_up(client, next="/questions/ask")["Location"] == "/questions/ask"


def test_after_signing_up_one_is_not_sent_to_another_site(client):
    assert sign_up(client, next="//evil.example")["Location"] == "/"


@pytest.mark.parametrize(
    "name", ["ab", "x" * 31, "two words", "a/b", "ada@example.org", "<b>x</b>", "a\x00b", "\u202exyz", "...", "--__"]
)
def test_a_name_that_cannot_be_one_is_refused_at_its_field(client, name):
    page = sign_up(client, name)
    assert page.status_code == 200
    assert "username" in page.context_data["form"].errors
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["admin", "Admin", "moderator", "root", "\uff41dmin"])
def test_names_of_the_site_itself_are_kept(client, name):
    assert "username" in sign_up(client, name).context_data["form"].errors


def test_a_name_is_one_name_however_it_is_written(client):
    make.person("carol")
    for name in ("Carol", "CAROL", "\uff43arol"):
        assert "Somebody has this name" in str(sign_up(client, name).context_data["form"].errors["username"]), name


@pytest.mark.parametrize("name", ["Zoë", "Łukasz", "محمد", "李小龍", "a.b-c_d+e"])
def test_names_of_all_scripts_are_welcome(client, name):
    assert sign_up(client, name).status_code == 302


@pytest.mark.parametrize("password", ["short", "password123", "carol.carol"])
def test_a_weak_password_is_refused_at_its_field_and_the_name_kept(client, password):
    page = sign_up(client, "carol.carol", password)
    assert "password1" in page.context_data["form"].errors
    assert 'value="carol.carol"' in page.content.decode()


def test_an_address_gets_one_mail_with_a_link_to_the_sites_own_address(client, settings):
    sign_up(client, email="carol@example.org")
    assert [message.to for message in mail.outbox] == [["carol@example.org"]]
    message = mail.outbox[0]
    assert message.subject.startswith(f"[{settings.SITE_NAME}] ")
    assert f"{settings.SITE_URL}/accounts/confirm-email/" in message.body
    assert "&" not in message.body.replace("&amp;", "&x")


def test_an_address_that_has_an_account_is_refused_at_its_field(client):
    make.person("ada", email="ada@example.org")
    page = sign_up(client, email="ADA@example.org")
    assert "exists already" in str(page.context_data["form"].errors["email"])
    assert User.objects.count() == 1


def test_of_two_who_take_one_name_at_once_the_later_reads_so_at_the_field(rf, client, monkeypatch):
    calls = []

    def beaten_by_another(request):
        calls.append(request)
        if len(calls) == 1:
            raise IntegrityError("UNIQUE constraint failed")
        return allauth_views.HttpResponse("the form again")

    monkeypatch.setattr(allauth_views, "signup", beaten_by_another)
    assert accounts.signup(rf.post("/accounts/signup")).content == b"the form again"


@pytest.mark.parametrize(("mode", "words"), [("invite", "invit"), ("closed", "closed")])
def test_a_site_that_takes_nobody_says_so_and_makes_no_account(client, settings, monkeypatch, mode, words):
    settings.SIGNUP = mode
    monkeypatch.setitem(engines["jinja2"].env.globals, "signup", mode)
    assert words in client.get("/accounts/signup").content.decode().lower()
    sign_up(client)
    assert not User.objects.exists()


def test_looking_at_the_form_takes_no_lock(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):  # a transaction would be one: SQLite lets nobody else write meanwhile
        assert client.get("/accounts/signup").status_code == 200
