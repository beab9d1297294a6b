"""The ask form: each bad input is a sentence at its field, what was typed stays, nothing is stored."""

import html

import pytest
from django.test import Client

from geeks.models import Post, Question, Revision, Tag
from tests import make

pytestmark = pytest.mark.django_db


def send(browser, **given):
    return browser.post("/questions/ask", make.question_form(**given))


def kept(response, text: str) -> bool:
    """Is `text` in the form of this page, as the browser will show it? (A textarea begins with a newline.)"""
    page = html.unescape(response.content.decode())
    return f"\n{text}</textarea>" in page or f'value="{text}"' in page


def test_a_question_is_asked_and_its_page_shows_it(browser_of, ada, stranger):
    response = send(browser_of(ada))
    question = Question.objects.get()
    assert response.status_code == 302
    assert response["Location"] == question.get_absolute_url()
    page = stranger.get(response["Location"]).content.decode()
    assert question.body_html in page
    assert question.author == ada


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Write a title."),
        ("title", "Too short", "at least 10 characters"),
        ("title", "word " * 40, "Shorten the title to 150 characters"),
        ("title", "A title with a \x00 in it", "Null characters are not allowed."),
        ("body", "", "Write a body."),
        ("body", "too short", "at least 20 characters"),
        ("body", "x" * 30_001, "Shorten the body to 30,000 characters; it has 30,001."),
        ("body", "A body that holds a \x00 character.", "Null characters are not allowed."),
        ("body", " ".join(f"$x_{{{i}}}$" for i in range(301)), "301 formulas; at most 300 are allowed"),
        ("body", "Formula: $" + "x" * 4001 + "$", "at most 4,000 are allowed"),
        ("category", "nowhere", "There is no such category. Choose one from the list."),
        ("category", "", "Choose a category."),
        ("category", "\x00", "Null characters are not allowed."),
        ("tags", "", "Add at least one tag"),
        ("tags", "a b c d e f", "Use at most 5 tags; there are 6 now."),
        ("tags", "good b@d", "“b@d” cannot be a tag"),
        ("tags", "x" * 36, "is too long"),
        ("tags", "\u202e\u202e", "cannot be a tag"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(browser_of, ada, field, value, says):
    body = "A body with enough words, $e^{i\\pi}$, and <b>marks</b> & all."
    given = {"title": "A title long enough", "body": body, "tags": "sums <x>"} | {field: value}
    if field != "tags":
        given["tags"] = "sums series"
    response = send(browser_of(ada), **given)
    page = html.unescape(response.content.decode())
    assert response.status_code == 400
    error = page.split(f'id="id_{field}_error">')[1].split("</p>")[0]
    assert says in error
    for name in ("title", "body", "tags"):
        if "\x00" not in given[name]:
            assert kept(response, given[name]), name
    assert not any(model.objects.exists() for model in (Post, Tag, Revision))


@pytest.mark.parametrize(
    "body",
    [
        "A brace that never closes: $\\frac{1$ and more.",
        "A macro nobody knows: $\\nosuchmacro{x}$ and more.",
        "A macro bomb: $\\def\\a{\\a\\a\\a}\\a$ and more.",
        "- " * 1500 + "a list nested very deep",
        "\n".join("  " * min(depth, 5) + "- item" for depth in range(1500)),
        "".join("\t" * depth + "- deep\n" for depth in range(200)),
        "An override \u202e and an isolate \u2066 and a mark \u200f in one body.",
    ],
    ids=["broken", "unknown macro", "macro bomb", "deep list", "long list", "deep tabs", "bidi"],
)
def test_odd_but_short_bodies_are_stored_or_refused_with_a_sentence(browser_of, ada, stranger, body):
    response = send(browser_of(ada), body=body)
    if response.status_code == 400:
        assert 'id="id_body_error"' in response.content.decode()
        assert not Post.objects.exists()
    else:
        question = Question.objects.get()
        page = stranger.get(question.get_absolute_url())
        assert page.status_code == 200
        assert question.body_html in page.content.decode()
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(question.body_html)


def test_a_form_without_its_token_is_refused_and_stores_nothing(ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    response = send(browser)
    assert response.status_code == 403
    assert "Your text is not lost" in response.content.decode()
    assert not Post.objects.exists()


def test_a_form_with_its_token_is_taken(ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    browser.get("/questions/ask")
    token = browser.cookies["csrftoken"].value
    assert send(browser, csrfmiddlewaretoken=token).status_code == 302


def test_a_form_of_several_megabytes_is_a_400(browser_of, ada):
    response = send(browser_of(ada), body="x" * 3_000_000)
    assert response.status_code == 400
    assert "too large" in response.content.decode()


def test_a_form_that_is_cut_or_not_a_form_is_a_4xx(browser_of, ada):
    browser = browser_of(ada)
    for body, kind in (
        (b"{}", "application/json"),
        (b"\xff\xfe=%", "application/x-www-form-urlencoded"),
        (b"x", "a/b"),
    ):
        assert browser.post("/questions/ask", body, content_type=kind).status_code == 400
    assert not Post.objects.exists()


def test_a_newcomer_beyond_the_limit_keeps_the_text(browser_of, newcomer, monkeypatch):
    monkeypatch.setattr("geeks.policy.NEWCOMER_POSTS_AN_HOUR", 0)
    response = send(browser_of(newcomer), title="A title to be kept")
    assert response.status_code == 403
    assert "Your text is not lost" in response.content.decode()
    assert kept(response, "A title to be kept")
    assert kept(response, make.BODY)


def test_the_form_takes_category_title_and_tags_from_its_address(browser_of, ada):
    make.category("web")
    response = browser_of(ada).get("/questions/ask?category=web&title=Why+so%3F&tags=sums")
    page = response.content.decode()
    assert '<option value="web" selected>' in page
    assert kept(response, "Why so?")
    assert kept(response, "sums")
