"""Access tokens: made once, stored as a digest, revoked for good."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from geeks import policy
from geeks.models import AccessToken, Audit

pytestmark = pytest.mark.django_db


def issue(person, name="my script", scopes=("write_access",)):
    return AccessToken.objects.issue(person, name, list(scopes))


def test_only_the_digest_of_the_secret_is_stored(ada):
    token, secret = issue(ada)
    stored = AccessToken.objects.filter(pk=token.pk).values().get()
    assert secret not in map(str, stored.values())
    assert len(secret) > 40
    assert AccessToken.objects.of(secret) == token


@pytest.mark.parametrize("secret", ["", "gm_", "gm_wrong", "x" * 5000, "gm_\x00", "gm_\ud800"])
def test_another_secret_is_nobody_s(ada, secret):
    issue(ada)
    assert AccessToken.objects.of(secret) is None


def test_it_allows_what_it_was_made_for(ada):
    token, _ = issue(ada, scopes=["private_info"])
    assert token.allows("private_info")
    assert not token.allows("write_access")
    assert token.allowed == ["Read what only I may see, such as my bookmarks"]
    assert issue(ada, scopes=[])[0].allowed == []


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [(" ", [], "name"), ("\u200b", [], "name"), ("x" * 81, [], "name"), ("ok", ["root"], "scopes")],
)
def test_what_is_wrong_is_told_at_its_field(ada, name, scopes, field):
    with pytest.raises(ValidationError) as problem:
        AccessToken.objects.issue(ada, name, scopes)
    assert list(problem.value.error_dict) == [field]
    assert not AccessToken.objects.exists()


def test_there_is_room_for_a_number_of_them_and_revoking_makes_room(ada, ben, monkeypatch):
    monkeypatch.setattr(policy, "TOKENS_MOST", 2)
    first, _ = issue(ada)
    issue(ada)
    with pytest.raises(ValidationError, match="Revoke one"):
        issue(ada)
    issue(ben)
    first.revoke(ada)
    issue(ada)


def test_making_and_revoking_are_in_the_audit_once(ada):
    token, secret = issue(ada)
    token.revoke(ada)
    token.revoke(ada)
    assert [row.action for row in Audit.objects.order_by("id")] == ["make access token", "revoke access token"]
    assert secret not in str(list(Audit.objects.values()))
    assert AccessToken.objects.of(secret).revoked is not None


def test_a_moderator_revokes_those_of_others_and_nobody_else_does(ada, ben, mod):
    token, _ = issue(ada)
    with pytest.raises(PermissionDenied):
        token.revoke(ben)
    token.revoke(mod)
    assert Audit.objects.get(action="revoke access token").actor == mod


def test_a_switched_off_account_makes_none(ada):
    ada.is_active = False
    with pytest.raises(PermissionDenied):
        issue(ada)


def test_its_last_use_is_noted_to_the_minute(ada, django_assert_num_queries):
    token, _ = issue(ada)
    token.note_use()
    token.refresh_from_db()
    assert timezone.now() - token.last_used < timedelta(minutes=1)
    with django_assert_num_queries(0):
        token.note_use()
