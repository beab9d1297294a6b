"""Who may do what: thresholds of reputation, moderators, switched-off accounts, and profiles."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks import policy
from geeks.models import User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("privilege", policy.PRIVILEGES)
def test_a_privilege_begins_at_its_reputation_and_moderators_have_all(privilege):
    needed = policy.PRIVILEGES[privilege]
    if needed is None:
        assert not User(reputation=10**9).can(privilege)
    else:
        assert User(reputation=needed).can(privilege)
        assert not User(reputation=needed - 1).can(privilege)
    assert User(reputation=1, is_moderator=True).can(privilege)
    assert User(reputation=1, is_superuser=True).can(privilege)


@pytest.mark.parametrize("privilege", policy.PRIVILEGES)
def test_a_refusal_is_a_sentence_that_names_the_act(privilege):
    with pytest.raises(PermissionDenied) as caught:
        User(reputation=0).demand(privilege)
    assert policy.DOING[privilege] in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_switched_off_account_may_do_nothing_not_even_as_a_moderator():
    person = User(reputation=10**6, is_moderator=True, is_superuser=True, is_active=False)
    assert not person.moderates
    assert not any(person.can(privilege) for privilege in policy.PRIVILEGES)


def test_a_moderator_may_enter_the_admin(mod):
    assert mod.is_staff


def test_a_person_without_a_display_name_goes_by_the_user_name(db):
    person = make.person("ada")
    assert str(person) == person.display_name == "ada"
    assert person.get_absolute_url() == f"/users/{person.pk}/ada"


def test_a_profile_is_rendered_when_it_is_saved(ada):
    ada.describe(
        display_name="  Ada   L.\u202e ", about="I like $\\pi$.", location=" Town ", website="https://example.org"
    )
    ada.refresh_from_db()
    assert ada.display_name == "Ada L."
    assert 'data-tex="\\pi"' in ada.about_html
    assert ada.location == "Town"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"display_name": ""}, "display_name"),
        ({"display_name": " ... "}, "display_name"),
        ({"display_name": "x" * 61}, "display_name"),
        ({"about": "x" * 5001}, "about"),
        ({"about": " ".join(f"$x_{{{i}}}$" for i in range(301))}, "about"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"location": "x" * 101}, "location"),
    ],
)
def test_what_is_wrong_in_a_profile_is_said_at_its_field(ada, given, field):
    with pytest.raises(ValidationError) as caught:
        ada.describe(**{"display_name": "Ada", **given})
    assert list(caught.value.message_dict) == [field]
    ada.refresh_from_db()
    assert ada.display_name == "ada"


def test_saving_a_profile_keeps_reputation_that_was_earned_meanwhile(ada, ben):
    opened = User.objects.get(pk=ada.pk)
    make.question(ada).votes.cast(ben, 1)
    opened.describe(display_name="Ada L.")
    ada.refresh_from_db()
    assert (ada.display_name, ada.reputation) == ("Ada L.", 510)
