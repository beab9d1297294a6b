"""The page of a post: the post as readers see it, its state, its audit, and the form that edits it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from geeks.models import Audit
from tests import make
from tests.admin.acts import list_url, page_url


@pytest.fixture
def question(ada):
    return make.question(ada, tags=["sums", "series"])


def form_of(post, **changed):
    typed = {"title": post.title, "body": post.body, "tag_names": "sums series", "category": post.category_id}
    return {**typed, "comment": "", **changed}


def test_the_page_shows_the_stored_body_and_title_as_they_are(desk, question):
    page = desk.get(page_url(question)).content.decode()
    assert f'<div class="post-body">{question.body_html}</div>' in page
    assert 'class="math' in page
    assert "css/maths.css" in page


def test_lists_show_titles_and_excerpts_typeset_with_each_outline_once(desk, ada):
    for number in (1, 2):
        make.answer(
            make.question(ada, title=f"Is $n^2+{number}$ ever a square?"), body="Only $n^2+1=1$ for $n=0$, it is."
        )
    for model in ("question", "answer"):
        page = desk.get(list_url(model)).content.decode()
        assert page.count('<span class="math"') >= 2
        assert "&lt;span" not in page
        outlines = re.findall(r'<path id="([^"]+)"', page)
        assert len(outlines) == len(set(outlines)) > 0


def test_the_history_of_a_post_is_its_audit(desk, question):
    response = desk.get(page_url(question).replace("change", "history"))
    assert response.url == f"{list_url('audit')}?post__id__exact={question.pk}"


def test_an_edit_goes_through_the_model_and_keeps_a_revision(desk, mod, question):
    body = question.body + "\n\nAnd for odd $n$?"
    response = desk.post(page_url(question), form_of(question, body=body, tag_names="series", comment="Odd numbers"))
    assert response.status_code == 302
    question.refresh_from_db()
    assert "odd" in question.body_html
    assert list(question.tags.values_list("name", flat=True)) == ["series"]
    revision = question.revisions.order_by("number").last()
    assert (revision.number, revision.editor, revision.comment) == (2, mod, "Odd numbers")
    assert question.audit.get().action == "edit"


def test_saving_without_a_change_makes_no_revision(desk, question):
    body = question.body.replace("\n", "\r\n")
    desk.post(page_url(question), form_of(question, body=body))
    assert question.revisions.count() == 1
    assert not Audit.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "Write a title."),
        ("title", "x" * 151, "Shorten the title"),
        ("body", "", "Write a body."),
        ("body", "x" * 30_001, "Shorten the body"),
        ("tag_names", "", "Add at least one tag"),
        ("tag_names", "a b c d e f", "Use at most 5 tags"),
        ("tag_names", "un_der", "cannot be a tag"),
        ("category", "999", "Select a valid choice"),
        ("comment", "x" * 501, "at most 500"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_stored(desk, question, field, typed, sentence):
    body = question.body + " More."
    response = desk.post(page_url(question), form_of(question, **{"body": body, field: typed}))
    errors = response.context["adminform"].form.errors
    assert list(errors) == [field]
    assert sentence in errors[field][0]
    question.refresh_from_db()
    assert "More" not in question.body
    assert question.revisions.count() == 1


def test_another_category_is_a_move(desk, question):
    web = make.category("web")
    desk.post(page_url(question), form_of(question, category=web.pk))
    question.refresh_from_db()
    assert question.category == web
    assert question.audit.get().action == "move"


def test_an_answer_has_a_body_and_nothing_else_to_edit(desk, ada):
    answer = make.answer(make.question(ada))
    page = desk.get(page_url(answer))
    assert list(page.context["adminform"].form.fields) == ["body", "comment", "revision"]
    desk.post(page_url(answer), {"body": "A better answer, with $n+1$ in it.", "comment": ""})
    answer.refresh_from_db()
    assert answer.body == "A better answer, with $n+1$ in it."


def test_the_page_tells_who_closed_locked_and_deleted_the_post_and_why(desk, mod, question):
    question.close(mod, "too-broad", note="One sum at a time.")
    question.lock(mod, "edit war")
    question.delete_by(mod, "by mistake")
    page = " ".join(desk.get(page_url(question)).content.decode().split())
    assert "Needs more focus; One sum at a time." in page
    assert "edit war" in page
    assert "by mistake" in page
    assert [row.action for row, _ in desk.get(page_url(question)).context["audit"]] == ["delete", "lock", "close"]


def test_a_comment_is_corrected_through_the_model(desk, ada, question):
    comment = question.comments.write(ada, "Loook at $n$ again.")
    desk.post(page_url(comment), {"text": "Look at $n$ again."})
    comment.refresh_from_db()
    assert comment.text == "Look at $n$ again."
    assert 'class="math' in comment.html
    assert Audit.objects.get(action="edit comment").detail == {"before": "Loook at $n$ again."}
    short = desk.post(page_url(comment), {"text": "Hm"})
    assert "text" in short.context["adminform"].form.errors


def test_posts_are_written_on_the_site_and_not_added_here(throne):
    for model in ("question", "answer", "article", "comment"):
        assert throne.get(f"/admin/geeks/{model}/add/").status_code == 403


def test_posts_are_never_removed_for_good(throne, question):
    assert throne.post(page_url(question).replace("change", "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("field", ["", "id"])
def test_an_address_that_names_no_field_to_find_a_row_by_finds_it_by_its_number(throne, question, field):
    """Django's own popups name one."""
    comment = question.comments.write(question.author, "Look at $n$ again.")
    for row in (question, comment, question.author):
        assert throne.get(page_url(row), {"_to_field": field}).status_code == 200
        assert throne.post(f"{page_url(row)}?_to_field={field}", {}).status_code == 200


def test_mail_addresses_are_found_by_what_their_list_shows_and_no_number_is_too_large(throne, ada):
    address = EmailAddress.objects.create(user=ada, email="ada@example.org", verified=True)
    page = reverse("admin:account_emailaddress_changelist")
    assert b"ada@example.org" in throne.get(page, {"verified__exact": "1"}).content
    for name in ("user", "pk__in", "user__password__startswith"):
        assert throne.get(page, {name: "9223372036854775808"}).status_code == 400
    assert (
        throne.get(reverse("admin:account_emailaddress_change", args=[address.pk]), {"_to_field": ""}).status_code
        == 200
    )
