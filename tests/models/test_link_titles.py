"""Bare links to questions of this site, or of one that was imported, show their titles."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models.link_titles import titles_at
from geeks.rendering import render
from geeks.rendering.source import MAX_FORMULAS
from tests import make

pytestmark = pytest.mark.django_db

HERE = "http://127.0.0.1:8000"
TITLE = "Is $e^x > x$ for every real $x$, and <why>?"


@pytest.fixture
def named(ada):
    return make.question(ada, title=TITLE)


def shown(question) -> str:
    """The text of a post that names `question` barely, as plain text."""
    return make.question(body=f"{make.BODY}\n\nSee {HERE}/questions/{question.pk}/slug for more.").text


def test_a_bare_link_shows_the_title_with_its_formulas_typeset(named):
    post = make.question(body=f"{make.BODY}\n\nSee {HERE}/q/{named.pk} and <{HERE}/q/{named.pk}>.")
    assert post.text.count(f"See {TITLE} and {TITLE}.") == 1
    assert post.body_html.count(f'href="{HERE}/q/{named.pk}"') == 2
    assert post.body_html.count('data-tex="e^x &gt; x"') == 2
    assert "&lt;why&gt;?</a>" in post.body_html


def test_an_answer_has_the_title_of_its_question(named):
    answer = make.answer(named)
    for address in (f"{HERE}/a/{answer.pk}", f"{HERE}/questions/{named.pk}/slug/{answer.pk}#{answer.pk}"):
        assert titles_at({address}) == {address: TITLE}


def test_a_link_with_a_text_of_its_own_and_code_stay(named):
    address = f"{HERE}/q/{named.pk}"
    post = make.question(body=f"{make.BODY}\n\n[this one]({address}), `{address}`, {HERE}/q/{named.pk + 100_000}.")
    assert f"this one, {address}, {HERE}/q/{named.pk + 100_000}." in post.text


def test_comments_show_titles_too(named, ben):
    assert ">Is <" in make.comment(named, ben, text=f"The same as {HERE}/q/{named.pk} it seems.").html


def test_a_deleted_question_is_not_named(named, mod):
    answer = make.answer(named)
    named.delete_by(mod)
    assert titles_at({f"{HERE}/q/{named.pk}", f"{HERE}/a/{answer.pk}"}) == {}
    assert f"{HERE}/questions/{named.pk}/slug" in shown(named)


def test_other_sites_and_numbers_beyond_any_are_not_looked_up(named):
    assert titles_at({f"https://example.org/q/{named.pk}", f"{HERE}/q/{'9' * 30}", f"{HERE}/users/1"}) == {}


def test_many_links_cost_as_many_queries_as_one(named, ada):
    many = [named, *(make.question(ada) for _ in range(20))]

    def queries(posts) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert len(titles_at({f"{HERE}/q/{post.pk}" for post in posts})) == len(posts)
        return len(counted)

    assert queries(many) == queries([named])


def test_a_preview_shows_what_is_stored(named, client, ben):
    body = f"{make.BODY}\n\nSee {HERE}/q/{named.pk}"
    client.force_login(ben)
    assert client.post("/preview", {"markdown": body}).content.decode() == make.question(body=body).body_html


def test_a_title_cannot_redefine_the_formulas_of_the_text(ada):
    named = make.question(ada, title=r"What does $\def\x{evil}\x$ mean here?")
    text = f"See {HERE}/q/{named.pk} and $\\x$."
    assert [formula.tex for formula in render(text, titles_at).formulas] == [r"\x"]
    assert "evil" not in render(text, titles_at).html


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (r"What is $a\label{eq}$ here?", r"LINK $$b\label{eq}$$"),
        (r"Who needs $\Newextarrow{\x}{5,5}{0x2190}$ here?", r"LINK $\x{a}$"),
        (r"Why does $\endgroup$ fail here?", r"$\begingroup\def\x{1}$ LINK $\x\endgroup$"),
        (r"Why does $\begingroup$ stay here?", r"$\begingroup\def\x{1}$ LINK $\endgroup$ $\x$"),
    ],
)
def test_a_title_leaves_labels_and_groups_of_the_text_alone(ada, title, text):
    text = text.replace("LINK", f"{HERE}/q/{make.question(ada, title=title).pk}")
    assert render(text, titles_at) == render(text)


def test_a_page_about_a_post_does_not_have_its_title(named):
    assert titles_at({f"{HERE}/posts/{named.pk}/revisions", f"{HERE}/posts/{named.pk}/edit?x=1"}) == {}
    for address in (f"{HERE}/posts/{named.pk}", f"{HERE}/posts/{named.pk}/", f"{HERE}/posts/{named.pk}#here"):
        assert titles_at({address}) == {address: TITLE}


def test_a_text_with_no_room_for_the_formulas_of_a_title_shows_the_address(named):
    address = f"{HERE}/q/{named.pk}"
    full = " ".join("$a$" for _ in range(MAX_FORMULAS - 1))
    rendered = render(f"{full} {address}", titles_at)
    assert address in rendered.text
    assert len(rendered.formulas) == MAX_FORMULAS - 1
