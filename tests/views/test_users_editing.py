"""The form on which a person changes what the profile says."""

from __future__ import annotations

import pytest

from geeks import policy
from geeks.models import User

pytestmark = pytest.mark.django_db
GOOD = {
    "display_name": "Ada Lovelace",
    "about": "I like $x^2$.",
    "location": "London",
    "website": "https://ada.example",
}


def edit(client, person, **changes):
    return client.post(f"/users/{person.pk}/edit", {**GOOD, **changes})


def stored(person):
    return User.objects.get(pk=person.pk)


def test_the_form_is_linked_from_ones_own_page_only(client, ada, ben):
    link = f'href="/users/{ada.pk}/edit"'
    assert link not in client.get(ada.get_absolute_url()).content.decode()
    client.force_login(ada)
    assert link in client.get(ada.get_absolute_url()).content.decode()
    client.force_login(ben)
    assert link not in client.get(ada.get_absolute_url()).content.decode()


def test_what_is_typed_is_stored_and_shown(client, ada):
    client.force_login(ada)
    answer = edit(client, ada)
    assert answer["Location"] == f"/users/{ada.pk}/ada-lovelace"
    person = stored(ada)
    assert (person.display_name, person.location, person.website) == ("Ada Lovelace", "London", "https://ada.example")
    assert 'class="math"' in person.about_html
    assert "Your profile is saved." in client.get(answer["Location"]).content.decode()


def test_what_turns_the_direction_of_a_line_is_taken_out_of_name_and_place(client, ada):
    client.force_login(ada)
    edit(client, ada, display_name="Ada\u202e L", location="Lon\u202edon")
    assert (stored(ada).display_name, stored(ada).location) == ("Ada L", "London")


def test_the_form_opens_with_what_is_stored(client, ada):
    ada.describe(**GOOD)
    client.force_login(ada)
    text = client.get(f"/users/{ada.pk}/edit").content.decode()
    assert 'value="Ada Lovelace"' in text
    assert "I like $x^2$." in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"display_name": ""}, "at least one letter or digit"),
        ({"display_name": "…"}, "at least one letter or digit"),
        ({"display_name": "x" * (policy.DISPLAY_NAME_MAX + 1)}, "at most 60 characters"),
        ({"about": "x" * (policy.ABOUT_MAX + 1)}, "Keep it under"),
        ({"website": "javascript:alert(1)"}, "web address"),
        ({"website": "not an address"}, "web address"),
        ({"location": "x" * 101}, "at most 100 characters"),
        ({"location": "a\x00b"}, "Null characters"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(client, ada, changes, sentence):
    client.force_login(ada)
    page = edit(client, ada, **changes)
    text = page.content.decode()
    assert page.status_code == 400
    assert f'id="id_{next(iter(changes))}_error"' in text
    assert sentence in text
    assert all(value in text for name, value in GOOD.items() if name not in changes)
    assert stored(ada).display_name == "ada"
    assert "<bdi>ada</bdi>" in text, "the head shows the stored name, not the refused one"


def test_an_address_without_https_gets_it(client, ada):
    client.force_login(ada)
    edit(client, ada, website="ada.example")
    assert stored(ada).website == "https://ada.example"


def test_nobody_edits_the_profile_of_another(client, ada, ben, mod):
    for person in (ben, mod):
        client.force_login(person)
        page = edit(client, ada)
        assert page.status_code == 403
        assert "your own profile only" in page.content.decode()
    assert stored(ada).display_name == "ada"


def test_a_stranger_signs_in_first_and_comes_back(client, ada):
    path = f"/users/{ada.pk}/edit"
    assert client.get(path)["Location"] == f"/accounts/login?next=/users/{ada.pk}/edit".replace(
        "/users", "%2Fusers"
    ).replace(f"/{ada.pk}/edit", f"%2F{ada.pk}%2Fedit")


def test_rights_are_no_fields_of_the_form(client, ada):
    client.force_login(ada)
    edit(client, ada, is_superuser="1", is_moderator="1", reputation="99999", username="admin")
    person = stored(ada)
    assert (person.is_superuser, person.is_moderator, person.username) == (False, False, "ada")
    assert person.reputation == ada.reputation
