"""Signing up and in, on top of django-allauth: who may sign up, and what a user name may look like."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm as AllauthSignupForm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

USERNAME = re.compile(r"[\w.+-]{3,30}", re.UNICODE)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open"

    def clean_username(self, username: str, shallow: bool = False) -> str:
        if not USERNAME.fullmatch(username):
            raise ValidationError("Use 3 to 30 letters, digits or . + - _ and no spaces.")
        return super().clean_username(username, shallow=shallow)

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this site: a link to the sign-in page must not send people elsewhere afterwards."""
        return url_has_allowed_host_and_scheme(url or "", allowed_hosts=None)


class SignupForm(AllauthSignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = "What you sign in with. The name others see can be changed later."
        if "email" in self.fields:
            self.fields["email"].help_text = "Only for password resets and the mail you ask for. You may leave it out."
