"""The page on which a person makes and revokes access tokens."""

import pytest
from bs4 import BeautifulSoup

from geeks.models import AccessToken

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_sign_in(stranger):
    assert stranger.get("/accounts/tokens").headers["Location"].startswith("/accounts/login?next=%2Faccounts%2Ftokens")


def test_the_secret_is_shown_once_and_kept_nowhere(browser_of, ada):
    browser = browser_of(ada)
    response = browser.post("/accounts/tokens", {"name": "my script", "scopes": ["write_access"]})
    assert response.status_code == 201
    assert "no-store" in response.headers["Cache-Control"]
    secret = BeautifulSoup(response.content, "html.parser").select_one("#secret")["value"]
    assert AccessToken.objects.of(secret).user == ada
    page = browser.get("/accounts/tokens").content.decode()
    assert secret not in page
    assert "my script" in page
    assert "Ask, answer, comment" in page


def test_what_is_wrong_comes_back_with_what_was_typed(browser_of, ada):
    response = browser_of(ada).post("/accounts/tokens", {"name": " ", "scopes": ["private_info"]})
    assert response.status_code == 400
    page = BeautifulSoup(response.content, "html.parser")
    assert "Give it a name" in page.select_one("#id_name_error").text
    assert page.select_one("input[value=private_info]").has_attr("checked")
    assert browser_of(ada).post("/accounts/tokens", {"name": "x", "scopes": ["root"]}).status_code == 400
    assert not AccessToken.objects.exists()


def test_revoking_ends_it_and_says_so(browser_of, ada, ben):
    token, _ = AccessToken.objects.issue(ada, "my script", [])
    assert browser_of(ben).post(f"/accounts/tokens/{token.pk}/revocation").status_code == 404
    assert browser_of(ada).get(f"/accounts/tokens/{token.pk}/revocation").status_code == 405
    page = browser_of(ada).post(f"/accounts/tokens/{token.pk}/revocation", follow=True).content.decode()
    assert "is revoked" in page
    token.refresh_from_db()
    assert token.revoked is not None
    assert "You have no access token." in page


def test_the_way_there_is_on_one_s_profile(browser_of, ada):
    assert b'href="/accounts/tokens"' in browser_of(ada).get(f"/users/{ada.pk}/edit").content


def test_a_moderator_revokes_in_the_admin(browser_of, ada, mod):
    token, _ = AccessToken.objects.issue(ada, "my script", [])
    browser = browser_of(mod)
    data = {"action": "revoke", "_selected_action": [token.pk]}
    browser.post("/admin/geeks/accesstoken/", data)
    token.refresh_from_db()
    assert token.revoked is not None
    assert token.digest not in browser.get(f"/admin/geeks/accesstoken/{token.pk}/change/").content.decode()
