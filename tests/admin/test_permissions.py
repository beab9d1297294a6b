"""Who may do what in the admin: strangers and ordinary people nothing, moderators the posts, superusers the people."""

import pytest
from django.test import Client
from django.urls import reverse

from geeks.models import Audit, Category, Tag, User
from tests import make
from tests.admin.acts import list_url, page_url

PROFILE = {"display_name": "Ada L.", "about": "", "location": "", "website": ""}


def test_strangers_are_sent_to_the_sites_own_sign_in(client, db):
    response = client.get(list_url("question"), follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login?next=/admin/geeks/question/"


def test_signing_in_never_leads_to_another_site(client, db):
    response = client.get(reverse("admin:login"), {"next": "https://evil.example/"})
    assert response.url == "/accounts/login?next=/admin/"


def test_ordinary_people_are_refused_even_when_they_are_staff(db):
    client = Client()
    client.force_login(make.person("carl", is_staff=True))
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_somebody_who_no_longer_moderates_is_refused(desk, mod):
    User.objects.filter(pk=mod.pk).update(is_moderator=False)
    assert desk.get(list_url("question"), follow=True).status_code == 403


def test_a_moderator_cannot_give_power_to_anybody(desk, mod, ada):
    for person in (mod, ada):
        desk.post(page_url(person), {**PROFILE, "is_superuser": "on", "is_moderator": "on", "is_active": "on"})
        person.refresh_from_db()
        assert not person.is_superuser
    assert not ada.is_moderator
    assert mod.is_moderator


def test_a_moderator_cannot_change_a_superuser_or_another_moderator(desk, boss):
    other = make.person("other", is_moderator=True)
    for person in (boss, other):
        assert desk.get(page_url(person)).status_code == 200
        assert desk.post(page_url(person), PROFILE).status_code == 403


def test_a_moderator_sets_nobodys_password(desk, boss, ada):
    for person in (boss, ada):
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        data = {"password1": "a new long phrase", "password2": "a new long phrase", "usable_password": "true"}
        assert desk.get(url).status_code == 403
        assert desk.post(url, data).status_code == 403
        person.refresh_from_db()
        assert person.check_password("correct horse")


def test_a_moderator_neither_sees_nor_changes_an_e_mail_address_or_user_name(desk, ada):
    User.objects.filter(pk=ada.pk).update(email="ada@example.org")
    assert "ada@example.org" not in desk.get(page_url(ada)).content.decode()
    desk.post(page_url(ada), {**PROFILE, "email": "evil@example.org", "username": "eve", "is_active": "on"})
    ada.refresh_from_db()
    assert (ada.email, ada.username) == ("ada@example.org", "ada")


def test_a_moderator_switches_an_account_off_and_the_audit_tells(desk, ada):
    desk.post(page_url(ada), PROFILE)
    ada.refresh_from_db()
    assert not ada.is_active
    row = Audit.objects.get(action="change person")
    assert (row.user, row.detail["is_active"]) == (ada, False)


def test_a_moderator_cannot_switch_himself_off(desk, mod):
    desk.post(page_url(mod), PROFILE)
    mod.refresh_from_db()
    assert mod.is_active


def test_what_is_said_about_a_person_is_rendered_and_checked(desk, ada):
    desk.post(page_url(ada), {**PROFILE, "about": "I like $e^x$.", "is_active": "on"})
    ada.refresh_from_db()
    assert 'class="math' in ada.about_html
    assert ada.display_name == "Ada L."
    response = desk.post(page_url(ada), {**PROFILE, "display_name": "...", "is_active": "on"})
    assert "at least one letter" in str(response.context["adminform"].form.errors["display_name"])


def test_a_superuser_names_and_dismisses_moderators(throne, ada):
    page = throne.get(page_url(ada))
    typed = {**page.context["adminform"].form.initial, **PROFILE, "email": "", "is_active": "on"}
    typed = {name: value for name, value in typed.items() if name not in ("is_moderator", "is_superuser")}
    throne.post(page_url(ada), {**typed, "is_moderator": "on"})
    ada.refresh_from_db()
    assert ada.moderates
    throne.post(page_url(ada), typed)
    ada.refresh_from_db()
    assert not ada.moderates
    assert not ada.is_staff
    assert [row.detail["is_moderator"] for row in Audit.objects.order_by("id")] == [True, False]


def test_a_superuser_cannot_lose_his_own_power_by_a_slip(throne, boss):
    throne.post(page_url(boss), {**PROFILE, "username": "boss", "email": ""})
    boss.refresh_from_db()
    assert boss.is_superuser
    assert boss.is_active


def test_a_superuser_sets_a_password_and_the_audit_tells(throne, ada):
    url = reverse("admin:auth_user_password_change", args=[ada.pk])
    data = {"password1": "a new long phrase", "password2": "a new long phrase", "usable_password": "true"}
    assert throne.post(url, data).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password("a new long phrase")
    assert Audit.objects.get().action == "set password"


def test_a_superuser_adds_an_account(throne):
    data = {"username": "carla", "password1": "a new long phrase", "password2": "a new long phrase"}
    assert throne.post("/admin/geeks/user/add/", {**data, "usable_password": "true"}).status_code == 302
    assert User.objects.get(username="carla").display_name == "carla"
    assert Audit.objects.get().action == "add person"


def test_a_moderator_adds_no_account(desk):
    assert desk.get("/admin/geeks/user/add/").status_code == 403


def test_nobody_is_removed_for_good(throne, ada):
    assert throne.post(page_url(ada).replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_category_goes_only_while_it_is_empty(desk, ada):
    used, empty = make.question(ada).category, make.category("empty")
    assert desk.post(page_url(used).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert desk.post(page_url(empty).replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert list(Category.objects.all()) == [used]
    assert Audit.objects.get().detail == {"name": "Empty"}


def test_a_category_is_added_and_changed_with_an_audit_row(desk):
    data = {"name": "Proofs", "slug": "proofs", "description": "", "position": "3"}
    desk.post("/admin/geeks/category/add/", data)
    category = Category.objects.get()
    desk.post(page_url(category), {**data, "name": "Proof theory"})
    assert [row.action for row in Audit.objects.order_by("id")] == ["add category", "change category"]
    taken = desk.post("/admin/geeks/category/add/", {**data, "slug": "other", "name": "PROOF THEORY"})
    assert taken.status_code == 200
    assert taken.context["errors"]


@pytest.mark.parametrize("name", ["two words", "un_der", "x" * 36, "..."])
def test_a_tag_added_here_follows_the_rules_of_tags(desk, name):
    assert desk.post("/admin/geeks/tag/add/", {"name": name}).context["errors"]
    assert not Tag.objects.exists()


def test_a_tags_name_is_changed_by_merging_only(desk, ada):
    tag = make.question(ada).tags.get()
    desk.post(page_url(tag), {"name": "other", "excerpt": "About adding."})
    tag.refresh_from_db()
    assert (tag.name, tag.excerpt) == ("sums", "About adding.")
    assert desk.post(page_url(tag).replace("change", "delete"), {"post": "yes"}).status_code == 403
