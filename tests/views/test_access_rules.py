"""What changes something is a POST by somebody who signed in."""

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver

from geeks.models import Post, Question
from geeks.views.access import _posted_from
from tests import make

pytestmark = pytest.mark.django_db

ACTS = [
    "/questions/{pk}/answers",
    "/questions/{pk}/closure",
    "/answers/{pk}/acceptance",
    "/posts/{pk}/votes",
    "/posts/{pk}/comments",
    "/posts/{pk}/deletion",
    "/posts/{pk}/lock",
    "/posts/{pk}/bookmark",
    "/comments/{pk}/deletion",
    "/searches/{pk}/deletion",
]
FORMS = ["/questions/ask", "/articles/new", "/posts/{pk}/edit"]


@pytest.mark.parametrize("act", [*ACTS, "/preview"])
@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_an_act_refuses_any_other_method(browser_of, ada, act, method):
    url = act.format(pk=make.question(ada).pk)
    assert getattr(browser_of(ada), method)(url).status_code == 405


@pytest.mark.parametrize("method", ["get", "put"])
def test_the_address_of_an_act_says_that_there_is_nothing_to_read(stranger, method):
    page = getattr(stranger, method)(f"/questions/{make.question().pk}/answers")
    assert page.status_code == 405
    assert page["Allow"] == "POST"
    assert "Go back to the page you came from" in page.content.decode()


@pytest.mark.parametrize(("url", "field"), [("/questions/{pk}/answers", "body"), ("/posts/{pk}/comments", "text")])
def test_who_was_signed_out_meanwhile_is_shown_what_he_wrote_before_signing_in(stranger, url, field):
    question = make.question()
    page = stranger.post(
        url.format(pk=question.pk),
        {field: "First $x < y$.\n</textarea><script>alert(1)</script>"},
        headers={"referer": f"http://testserver{question.get_absolute_url()}"},
    )
    text = page.content.decode()
    assert page.status_code == 403
    assert "First $x &lt; y$.\n&lt;/textarea&gt;&lt;script&gt;" in text
    assert f'href="/accounts/login?next={question.get_absolute_url().replace("/", "%2F")}"' in text
    assert not question.answers.exists()


def test_a_form_that_was_too_old_is_shown_again_to_be_copied_and_never_a_password(ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    page = browser.post("/questions/ask", {"title": "Why so?", "body": "A long story.", "password": "hunter2"})
    assert page.status_code == 403
    assert "A long story." in page.content.decode()
    assert "Why so?" in page.content.decode()
    assert "hunter2" not in page.content.decode()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_sends_strangers_to_sign_in_and_back_to_where_they_were(stranger, act):
    question = make.question()
    url = act.format(pk=question.pk)
    page = question.get_absolute_url()
    response = stranger.post(url, headers={"referer": f"http://testserver{page}"})
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login?next={page.replace('/', '%2F')}"
    response = stranger.post(url, headers={"referer": "http://evil.example/"})
    assert response["Location"] == "/accounts/login?next=%2F"
    assert Question.objects.get().score == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_form_sends_strangers_to_sign_in_and_back_to_it(stranger, form):
    url = form.format(pk=make.question().pk)
    for address in (url, f"{url}?category=web"):
        response = stranger.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login?next=" + url.replace("/", "%2F"))
    assert stranger.post(url).status_code == 302
    assert Post.objects.count() == 1


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("pk", [999_999, 2**63 - 1, 2**63, 10**18 * 9, 10**19, 10**30])
def test_an_act_on_nothing_is_a_404(browser_of, mod, act, pk):
    given = {"value": "1", "text": "A remark.", "body": make.ANSWER, "reason": "unclear"}
    assert browser_of(mod).post(act.format(pk=pk), given).status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_what_may_not_be_seen_is_a_404(browser_of, ben, mod, act):
    question = make.question()
    question.comments.write(mod, "A remark under it.")
    question.delete_by(mod)
    given = {"value": "1", "text": "A remark.", "body": make.ANSWER, "reason": "unclear"}
    assert browser_of(ben).post(act.format(pk=question.pk), given).status_code == 404


@pytest.mark.parametrize("act", [*ACTS, *FORMS])
def test_every_act_wants_its_csrf_token(ada, act):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    assert browser.post(act.format(pk=make.question(ada).pk), {"value": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/questions/1/x", "/questions/1/x"),
        ("https://testserver/questions/1/x", "/"),
        ("http://testserver.evil.example/x", "/"),
        ("", "/"),
        ("nonsense", "/"),
    ],
)
def test_only_our_own_pages_are_gone_back_to(referer, back):
    assert _posted_from(RequestFactory().post("/", headers={"referer": referer})) == back


def test_a_switched_off_account_is_a_stranger(browser_of, ada):
    browser = browser_of(ada)
    ada.is_active = False
    ada.save()
    assert browser.get("/questions/ask").status_code == 302


def test_every_address_of_an_act_is_tested_here():
    """A new noun under a post, a question or an answer that takes POST must be added to ACTS."""
    patterns = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    nouns = {"answers", "closure", "acceptance", "votes", "comments", "deletion", "lock", "bookmark"}
    acts = {pattern for pattern in patterns if pattern.rpartition("/")[2] in nouns and "<id:" in pattern}
    assert len(acts) == len(ACTS)


@pytest.mark.parametrize("address", ["/questions/{0.pk}/old", "/q/{0.pk}", "/articles/{1.pk}/old"])
def test_an_old_address_moves_for_good_but_browsers_ask_again(stranger, address):
    """A title may change and change back; two remembered redirects would then be a circle."""
    response = stranger.get(address.format(make.question(), make.article()) + "?sort=newest")
    assert response.status_code == 301
    assert response["Location"].endswith("?sort=newest")
    assert response["Cache-Control"] == "no-cache"
