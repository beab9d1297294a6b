"""A form that is sent twice makes one post, and leads both times to it; what is written anew makes a new one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from geeks import policy
from geeks.models import Comment, Post, Question, Submission, User
from geeks.models.submission import DAYS
from geeks.tasks.worker import tidy
from tests import make
from tests.models.together import at_once, one_database

pytestmark = pytest.mark.django_db

FORMS = ("ask", "article", "answer", "comment")


def token_in(browser: Client, page: str, action: str = "") -> str:
    """What the form at `action` carries."""
    content = browser.get(page).content.decode()
    form = content.split(f'action="{action}"')[1] if action else content.split('<form class="form"')[1]
    return re.search(r'name="token" value="([^"]+)"', form)[1]


def form_of(kind: str, browser: Client) -> tuple[str, dict[str, str]]:
    """Where a form of this kind goes and what it sends, filled in and opened in `browser`."""
    if kind in ("ask", "article"):
        address = "/questions/ask" if kind == "ask" else "/articles/new"
        return address, make.question_form(token=token_in(browser, address))
    question = make.question()
    address = f"/questions/{question.pk}/answers" if kind == "answer" else f"/posts/{question.pk}/comments"
    typed = {"body": make.ANSWER} if kind == "answer" else {"text": "Is $n$ even here, or is it odd?"}
    return address, {**typed, "token": token_in(browser, question.get_absolute_url(), address)}


def made() -> int:
    return Post.objects.count() + Comment.objects.count()


@pytest.mark.parametrize("kind", FORMS)
def test_the_second_time_leads_to_what_the_first_made(ada, browser_of, kind):
    browser = browser_of(ada)
    address, sent = form_of(kind, browser)
    before = made()
    first, second = browser.post(address, sent), browser.post(address, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert made() == before + 1


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_written_anew_in_the_same_form_is_new(ada, browser_of, kind):
    browser = browser_of(ada)
    address, sent = form_of(kind, browser)
    before = made()
    field = "text" if kind == "comment" else "body"
    for text in (sent[field], sent[field] + " And more."):
        assert browser.post(address, {**sent, field: text}).status_code == 302
    assert made() == before + 2


@pytest.mark.parametrize("kind", FORMS)
def test_the_same_words_in_another_form_are_new(ada, browser_of, kind):
    browser = browser_of(ada)
    address, sent = form_of(kind, browser)
    before = made()
    for token in (sent["token"], "another-form-of-the-same", "", "too short", "x" * 500, "\x00" * 20):
        assert browser.post(address, {**sent, "token": token}).status_code == 302
    assert made() == before + 6


def test_what_was_refused_may_be_sent_again(ada, browser_of):
    browser = browser_of(ada)
    address, sent = form_of("ask", browser)
    page = browser.post(address, {**sent, "title": ""})
    assert page.status_code == 400
    assert f'name="token" value="{sent["token"]}"' in page.content.decode()
    assert browser.post(address, sent).status_code == 302


def test_a_token_is_known_of_its_owner_only(ada, ben, browser_of):
    address, sent = form_of("ask", browser_of(ada))
    assert browser_of(ada).post(address, sent)["Location"] != browser_of(ben).post(address, sent)["Location"]


def test_a_question_closed_meanwhile_still_leads_to_the_answer_it_has(ada, mod, browser_of):
    address, sent = form_of("answer", browser_of(ada))
    first = browser_of(ada).post(address, sent)
    Question.objects.get(answer_count=1).close(mod, "unclear")
    assert browser_of(ada).post(address, sent)["Location"] == first["Location"]


def test_a_newcomer_without_room_for_more_is_led_to_his_last_post(newcomer, browser_of, monkeypatch):
    monkeypatch.setattr(policy, "NEWCOMER_POSTS_AN_HOUR", 1)
    make.question()  # whose tags are there
    address, sent = form_of("ask", browser_of(newcomer))
    sent["tags"] = "sums"
    first = browser_of(newcomer).post(address, sent)
    assert browser_of(newcomer).post(address, sent)["Location"] == first["Location"]
    assert browser_of(newcomer).post(address, {**sent, "token": "of-another-form"}).status_code == 403


def test_forms_are_forgotten_after_a_while(ada, browser_of):
    address, sent = form_of("ask", browser_of(ada))
    browser_of(ada).post(address, sent)
    tidy()
    assert Submission.objects.count() == 1
    Submission.objects.update(created=timezone.now() - timedelta(days=DAYS, minutes=1))
    tidy()
    assert Submission.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", FORMS)
def test_two_at_the_same_moment_make_one(tmp_path, kind):
    ada = make.person("ada")
    address, sent = _opened(kind, ada)
    places, counts = [], []

    def send() -> None:
        browser = Client()
        browser.force_login(User.objects.get(pk=ada.pk), backend="allauth.account.auth_backends.AuthenticationBackend")
        places.append(browser.post(address, sent)["Location"])

    before = made()
    with one_database(tmp_path):
        assert at_once(send, send, send) == []
        assert at_once(lambda: counts.append(made())) == []
    assert counts == [before + 1]
    assert len(places) == 3
    assert len(set(places)) == 1


def _opened(kind: str, person: User) -> tuple[str, dict[str, str]]:
    browser = Client()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return form_of(kind, browser)
