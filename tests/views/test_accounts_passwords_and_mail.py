"""Changing and resetting a password, and the addresses of an account."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from geeks.models import User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_leaves_at_once(monkeypatch):
    """A test's own transaction never ends, so what waits for its end would never be sent."""
    monkeypatch.setattr("geeks.forms.accounts.transaction.on_commit", lambda send: send())


NEW = "another long phrase"


@pytest.fixture
def carol(db):
    return make.person("carol", email="carol@example.org")


def link_in(message, settings):
    address = re.search(r"\S+/accounts/\S+", message.body)[0]
    assert address.startswith(settings.SITE_URL + "/")
    return address.removeprefix(settings.SITE_URL)


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_mail(client, carol, settings):
    page = client.post("/accounts/password/reset", {"email": "carol@example.org"}, follow=True)
    assert page.request["PATH_INFO"] == "/accounts/password/reset/done"
    assert "carol" in mail.outbox[0].body
    link = link_in(mail.outbox[0], settings)
    form = client.get(link, follow=True)
    assert form.status_code == 200
    where = form.request["PATH_INFO"]
    assert where.endswith("-set-password")
    done = client.post(where, {"password1": NEW, "password2": NEW}, follow=True)
    assert done.request["PATH_INFO"] == "/accounts/password/reset/key/done"
    assert User.objects.get(pk=carol.pk).check_password(NEW)
    again = client.get(link, follow=True)
    assert b"used or is too old" in again.content


def test_a_host_name_in_the_request_does_not_reach_the_mail(client, carol, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for address in ("carol@example.org", "nobody@example.org"):
        client.post("/accounts/password/reset", {"email": address}, headers={"host": "evil.example"})
    assert len(mail.outbox) == 2
    assert not [message for message in mail.outbox if "evil.example" in message.body + message.subject]


def test_an_unknown_address_gets_the_same_answer_on_the_page(client, carol):
    known = client.post("/accounts/password/reset", {"email": "carol@example.org"})
    unknown = client.post("/accounts/password/reset", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "No account has this address" in mail.outbox[1].body


@pytest.mark.parametrize("key", ["1-abc", "0-x", "zzzzzzzzzzzzz-abc", "zzzzzzzzzzzzzzzzzzzzzz-abc", "1-set-password"])
def test_a_link_that_nobody_was_sent_says_so(client, carol, key):
    page = client.get(f"/accounts/password/reset/key/{key}")
    assert page.status_code == 200
    assert b"used or is too old" in page.content


def test_a_password_is_changed_with_the_old_one_only(client, carol):
    client.force_login(carol)
    wrong = client.post("/accounts/password/change", {"oldpassword": "no", "password1": NEW, "password2": NEW})
    assert "oldpassword" in wrong.context_data["form"].errors
    client.post("/accounts/password/change", {"oldpassword": "correct horse", "password1": NEW, "password2": NEW})
    assert User.objects.get(pk=carol.pk).check_password(NEW)
    assert "_auth_user_id" in client.session
    assert "Your password has been changed." in mail.outbox[-1].body


@pytest.mark.parametrize("path", ["/accounts/password/change", "/accounts/password/set", "/accounts/email"])
def test_a_stranger_is_asked_to_sign_in_first(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login?next={path}"


def test_an_address_is_added_and_confirmed_by_its_link(client, settings):
    ada = make.person("ada")
    client.force_login(ada)
    client.post("/accounts/email", {"action_add": "1", "email": "ada@example.org"})
    link = link_in(mail.outbox[0], settings)
    assert client.get(link).status_code == 200
    client.post(link)
    assert EmailAddress.objects.get(user=ada).verified
    assert User.objects.get(pk=ada.pk).email == "ada@example.org"


def test_whoever_proves_an_address_takes_it_from_an_account_that_only_claimed_it(client, carol, settings):
    ada = make.person("ada")
    client.force_login(ada)
    client.post("/accounts/email", {"action_add": "1", "email": "carol@example.org"})
    assert client.post(link_in(mail.outbox[0], settings)).status_code == 302
    assert User.objects.get(pk=ada.pk).email == "carol@example.org"
    assert User.objects.get(pk=carol.pk).email == ""


def test_an_address_of_another_account_cannot_be_made_primary_unproved(client, carol):
    ada = make.person("ada")
    client.force_login(ada)
    client.post("/accounts/email", {"action_add": "1", "email": "carol@example.org"})
    answer = client.post("/accounts/email", {"action_primary": "1", "email": "carol@example.org"})
    assert answer.status_code == 302
    assert User.objects.get(pk=ada.pk).email == ""
    assert User.objects.get(pk=carol.pk).email == "carol@example.org"


@pytest.mark.parametrize("key", ["abc", "a:b:c", "MQ:1abc:xyz"])
def test_a_confirmation_that_nobody_was_sent_says_so(client, db, key):
    page = client.get(f"/accounts/confirm-email/{key}")
    assert b"used or is too old" in page.content
    assert client.post(f"/accounts/confirm-email/{key}").status_code == 404


def test_the_pages_of_an_account_open_for_its_owner(client, carol):
    client.force_login(carol)
    for path in ("/accounts/email", "/accounts/password/change", "/accounts/reauthenticate", "/accounts/logout"):
        assert client.get(path).status_code == 200, path
