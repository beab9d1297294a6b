"""Every model has its place in the admin, and every page of it opens."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from geeks.models import Audit, Post, Reputation, Revision, Tagging, Upload, Vote
from tests import make
from tests.admin.acts import page_url

# Posts stand under their three kinds; the tags of a post are a field of its page.
INSIDE_OTHERS = {Post, Tagging}
MODELS = sorted(
    (model for model in apps.get_app_config("geeks").get_models() if model not in INSIDE_OTHERS),
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_is_registered(model):
    assert admin.site.is_registered(model), f"{model.__name__} has no page in geeks/admin"


def test_every_model_stands_on_a_shelf(throne):
    shelved = {
        model["object_name"]
        for app in throne.get(reverse("admin:index")).context["app_list"]
        if app["app_label"] == "geeks"
        for model in app["models"]
    }
    assert shelved == {model.__name__ for model in MODELS}


def test_groups_give_no_rights_here_and_are_not_offered(db):
    assert not admin.site.is_registered(Group)


def test_the_system_checks_pass():
    call_command("check")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_opens_and_can_be_searched(desk, ada, model):
    question = make.question(ada)
    url = reverse(f"admin:geeks_{model._meta.model_name}_changelist")
    assert desk.get(url).status_code == 200
    assert desk.get(url, {"q": "1"}).status_code == 200  # also where no box asks for words
    if admin.site.get_model_admin(model).search_fields:
        for words in ("ada", str(question.pk), "sums pair", "9" * 40, "$x^2$", '"'):
            assert desk.get(url, {"q": words}).status_code == 200


def test_every_page_of_a_row_opens(desk, ada, ben, mod):
    question = make.question(ada)
    answer = make.answer(question, ben)
    article = make.article(ada)
    comment = question.comments.write(ada, "A remark on $n+1$.")
    answer.votes.cast(ada, 1)
    question.accept(answer, ada)
    for act in (question.delete_by, question.lock):
        act(mod, "a reason")
    question.close(mod, "unclear")
    upload = Upload.objects.create(user=ada, file="uploads/a.webp", sha256="0" * 64, width=1, height=1)
    rows = [question, answer, article, comment, upload, ada, question.category, question.tags.get(), question.closure]
    rows += [question.deletion, question.lock_row, question.acceptance, Vote.objects.first(), Audit.objects.first()]
    rows += [Reputation.objects.first(), Revision.objects.first()]
    for row in rows:
        assert desk.get(page_url(row)).status_code == 200, row


def test_a_row_that_is_not_there_is_no_error_of_the_server(desk, db):
    for number in ("0", "9" * 30, "abc"):
        response = desk.get(reverse("admin:geeks_question_change", args=[number]))
        assert response.status_code in (302, 404)


def test_history_is_read_only(throne, ada):
    make.question(ada)
    for name in ("audit", "revision", "vote", "reputation", "outbox", "closure", "lock", "deletion", "acceptance"):
        assert throne.get(reverse(f"admin:geeks_{name}_add")).status_code == 403
    revision = Revision.objects.get()
    assert throne.post(page_url(revision), {"body": "x"}).status_code == 403
    assert throne.post(reverse("admin:geeks_revision_delete", args=[revision.pk]), {"post": "yes"}).status_code == 403


def test_links_lead_back_to_the_site(desk, ada):
    question = make.question(ada)
    assert f'href="{question.get_absolute_url()}" class="viewsitelink"' in desk.get(page_url(question)).content.decode()


def test_the_site_has_its_own_name(desk, settings):
    settings.SITE_NAME = "Sums & Co"
    assert "Sums &amp; Co" in desk.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("key", ["18446744073709551616", "1" + "0" * 30, "9" * 5_000, "-1", "x", "%00", "%0a1"])
def test_a_number_that_no_key_can_be_is_no_row(throne, key):
    for model in MODELS:
        for page in ("change", "delete", "history"):
            address = f"/admin/geeks/{model._meta.model_name}/{key}/{page}/"
            assert throne.get(address).status_code in (302, 403, 404), address
