"""What fills the holes of pages: the field against forged requests, and the token of each form."""

from __future__ import annotations

import re

import pytest
from django.middleware.csrf import _does_token_match, get_token
from django.test import Client, RequestFactory

from geeks.forms.posts import TOKEN
from geeks.jinja.filling import Filling, masked
from tests import make


def secret_of(request):
    get_token(request)
    return request.META["CSRF_COOKIE"]


def test_django_takes_the_mask_off():
    secret = secret_of(RequestFactory().get("/"))
    masks = {masked(secret) for _ in range(50)}
    assert len(masks) == 50
    assert all(_does_token_match(one, secret) for one in masks)
    assert not any(_does_token_match(one, secret[::-1]) for one in masks)


def test_every_letter_may_stand_in_a_mask():
    assert len({letter for _ in range(200) for letter in masked("a" * 32)}) == 62


def test_a_page_has_one_field_and_asks_for_its_cookie():
    request = RequestFactory().get("/")
    secret = request.META["CSRF_COOKIE"] = secret_of(RequestFactory().get("/"))
    fill = Filling(request)
    assert fill("csrf") == fill("csrf")
    assert _does_token_match(re.search(r'value="(\w+)"', fill("csrf"))[1], secret)
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]


@pytest.mark.django_db
def test_a_form_of_the_page_is_taken_and_one_with_a_letter_changed_is_not(ada, ben):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ben, backend="allauth.account.auth_backends.AuthenticationBackend")
    question = make.question(ada)
    for _ in range(2):  # the first page brings the cookie
        page = browser.get(question.get_absolute_url()).content.decode()
    field = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    other = field[:-1] + ("a" if field[-1] != "a" else "b")
    sent = {"value": "1"}
    assert browser.post(f"/posts/{question.pk}/votes", {**sent, "csrfmiddlewaretoken": other}).status_code == 403
    assert browser.post(f"/posts/{question.pk}/votes", {**sent, "csrfmiddlewaretoken": field}).status_code == 302


def test_each_form_of_a_page_has_its_own_token():
    first, second = Filling(None), Filling(None)
    tokens = [fill("token") for fill in (first, second) for _ in range(30)]
    assert len(set(tokens)) == 60
    assert all(TOKEN.fullmatch(token) for token in tokens)
