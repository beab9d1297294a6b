"""The pages of accounts: django-allauth's own, and two made safe against what only the database can see: two people who
claim one name or one address at the same moment."""

from __future__ import annotations

from allauth.account import views
from allauth.account.views import (
    account_inactive,
    confirm_email,
    email_verification_sent,
    login,
    logout,
    password_change,
    password_reset,
    password_reset_done,
    password_reset_from_key,
    password_reset_from_key_done,
    password_set,
    reauthenticate,
)
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

__all__ = [
    "account_inactive",
    "confirm_email",
    "email",
    "email_verification_sent",
    "login",
    "logout",
    "password_change",
    "password_reset",
    "password_reset_done",
    "password_reset_from_key",
    "password_reset_from_key_done",
    "password_set",
    "reauthenticate",
    "signup",
]


def signup(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return views.signup(request)  # a transaction is a write lock on SQLite, and this writes nothing
    try:
        with transaction.atomic():
            return views.signup(request)
    except IntegrityError:
        # The other one was faster and is stored now, so the form says at its field what is taken.
        return views.signup(request)


def email(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return views.email(request)
    try:
        with transaction.atomic():
            return views.email(request)
    except IntegrityError:
        messages.error(
            request, "Another account has this address. Confirm it first: open the link in the mail we sent."
        )
        return HttpResponseRedirect(reverse("account_email"))
