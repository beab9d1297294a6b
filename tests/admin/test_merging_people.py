"""Moderators merge authors whom an import brought into accounts; nobody gets power or a password by it."""

import pytest
from django.urls import reverse

from geeks.models import Audit, User
from tests import make
from tests.admin.acts import choose, page_url, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def ghost():
    return make.ghost("casper", reputation=40)


def test_the_page_between_asks_for_the_account(desk, ghost):
    page = choose(desk, "user", "merge_selected", [ghost]).content.decode()
    assert "Merge imported authors into an account" in page
    assert "casper" in page


@pytest.mark.parametrize("how", ["ada", "@ada", " ada ", "number"])
def test_an_author_is_merged_into_an_account_named_or_numbered(desk, ghost, ada, mod, how):
    into = str(ada.pk) if how == "number" else how
    answer = choose(desk, "user", "merge_selected", [ghost], apply="1", into=into)
    assert said(answer) == ["Merged into “ada”: 1 user."]
    assert User.objects.get(pk=ghost.pk).merged_into == ada
    assert Audit.objects.get(action="merge people").actor == mod


def test_each_refusal_is_a_sentence_and_the_others_are_merged(desk, ghost, ada, ben):
    answer = choose(desk, "user", "merge_selected", [ghost, ben], apply="1", into="ada")
    assert len(said(answer)) == 2
    assert "somebody's account" in " ".join(said(answer))
    assert User.objects.get(pk=ghost.pk).merged_into == ada
    assert User.objects.get(pk=ben.pk).is_active


def test_an_account_that_is_not_there_is_said_at_the_field(desk, ghost):
    for into in ("nobody", "9" * 30, "", "\x00"):
        page = choose(desk, "user", "merge_selected", [ghost], apply="1", into=into)
        assert page.status_code == 200
        assert "errorlist" in page.content.decode()
    assert not Audit.objects.exists()


def test_no_moderator_merges_into_his_own_account_or_anothers(desk, ghost, mod, boss):
    for account in (mod, boss):
        choose(desk, "user", "merge_selected", [ghost], apply="1", into=account.username)
    assert not User.objects.get(pk=ghost.pk).merged_into_id


def test_a_ghost_gets_no_password_mail_or_power_even_from_a_superuser(throne, ghost):
    url = reverse("admin:auth_user_password_change", args=[ghost.pk])
    data = {"password1": "a new long phrase", "password2": "a new long phrase", "usable_password": "true"}
    assert throne.post(url, data).status_code == 403
    form = {
        "username": "casper",
        "display_name": "casper",
        "about": "",
        "location": "",
        "website": "",
        "is_active": "on",
    }
    for more in ({"email": "casper@example.org"}, {"is_moderator": "on"}, {"is_superuser": "on"}):
        page = throne.post(page_url(ghost), {**form, "email": "", **more})
        assert page.status_code == 200
        assert "Nobody signs in as an imported author" in page.content.decode()
    ghost.refresh_from_db()
    assert not ghost.has_usable_password()
    assert (ghost.email, ghost.is_moderator, ghost.is_superuser) == ("", False, False)
