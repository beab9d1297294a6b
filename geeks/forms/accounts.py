"""Signing up and in, on top of django-allauth: who may sign up, what a user name may look like, where links in mail
lead."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from geeks.models import User

USERNAME = re.compile(r"[\w.+-]{3,30}", re.UNICODE)


class AccountAdapter(DefaultAccountAdapter):
    # Clearer than the library's own: what is wrong, and what to do.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": "Too many attempts to sign in. Wait five minutes, or reset your password.",
        "username_password_mismatch": "The name or the password is not right. Check both and try again.",
        "email_password_mismatch": "The address or the password is not right. Check both and try again.",
        "username_blacklisted": "This name is kept for the site itself. Choose another.",
        "username_taken": "Somebody has this name already. Choose another.",
        "email_taken": "An account with this address exists already. Sign in, or reset its password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open"

    def get_client_ip(self, request: HttpRequest) -> str:
        """As `throttle.address`: what came past the trusted proxies counts by the connection's own address."""
        try:
            return super().get_client_ip(request)
        except ImproperlyConfigured:  # fewer hops than proxies are trusted
            return request.META.get("REMOTE_ADDR", "")

    def clean_username(self, username: str, shallow: bool = False) -> str:
        # One name, one spelling: "ﬁ" and "fi" must not be two people.
        username = unicodedata.normalize("NFKC", username)
        if not USERNAME.fullmatch(username) or not any(letter.isalnum() for letter in username):
            raise ValidationError("Use 3 to 30 letters, digits or . + - _ and no spaces.")
        return super().clean_username(username, shallow=shallow)

    def is_safe_url(self, url: str | None) -> bool:
        """Only paths of this site: a link to the sign-in page must not send people elsewhere afterwards."""
        return url_has_allowed_host_and_scheme(url or "", allowed_hosts=None)

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Whoever proves an address has it: an account that only claimed it (`email_once` allows one) lets it go."""
        claims = User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id)
        if email_address.can_set_verified():
            claims.update(email="")
        return super().confirm_email(request, email_address)

    # --- mail: links lead to the site's own address, whatever name the request came by ----------------------------
    def get_reset_password_from_key_url(self, key: str) -> str:
        # `key` is "<who>-<token>", as the library's own address has it.
        who, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": who, "key": token})
        return settings.SITE_URL + path

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Once the act is stored: a slow mail server must not hold the database's write lock."""
        send = super().send_mail
        transaction.on_commit(lambda: send(template_prefix, email, context))

    def format_email_subject(self, subject: str) -> str:
        return f"[{settings.SITE_NAME}] {subject}"

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        ours = {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "signup_url": settings.SITE_URL + reverse("account_signup"),
        }
        return super().render_mail(template_prefix, email, {**context, **ours}, headers)


class LoginForm(AllauthLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "User name or e-mail address"
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["password"].help_text = ""  # the page has its own link to a new password
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # labels stay visible; a placeholder beside one is noise


class SignupForm(AllauthSignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        self.fields["username"].help_text = "What you sign in with. The name others see can be changed later."
        if "email" in self.fields:
            self.fields["email"].label = "E-mail address"
            self.fields["email"].help_text = "Only for password resets and the mail you ask for. You may leave it out."
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
