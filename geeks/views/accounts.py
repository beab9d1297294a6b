"""Two of django-allauth's pages, made safe against what only the database can see: two people who claim one name or
one address at the same moment. All other account pages are the library's own."""

from __future__ import annotations

from allauth.account import views
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


def signup(request: HttpRequest) -> HttpResponse:
    try:
        with transaction.atomic():
            return views.signup(request)
    except IntegrityError:
        # The other one was faster and is stored now, so the form says at its field what is taken.
        return views.signup(request)


def email(request: HttpRequest) -> HttpResponse:
    try:
        with transaction.atomic():
            return views.email(request)
    except IntegrityError:
        messages.error(
            request, "Another account has this address. Confirm it first: open the link in the mail we sent."
        )
        return HttpResponseRedirect(reverse("account_email"))
