"""Access tokens: with one a person's program acts in his name through the API, as far as its scopes go.

The secret is shown once, when the token is made, and only its digest is stored. Revoking keeps the row, so that
whoever comes with a revoked token can be told so.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from geeks import policy
from geeks.models.audit import Audit
from geeks.models.state import shows_nothing
from geeks.rendering.source import clean_part

PREFIX = "gm_"  # lets people, and programs that look for leaked secrets, see what it is
LONGEST = 100
USE_NOTED_SECONDS = 60  # a write for each call would cost more than the calls

# Stack Exchange's own names, and what each allows.
SCOPES = {
    "write_access": "Ask, answer, comment, vote, edit and delete in my name",
    "private_info": "Read what only I may see, such as my bookmarks",
}


def digest_of(secret: str) -> str:
    """The secret is random and long, so a plain digest is as good as a slow one."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    @transaction.atomic
    def issue(self, user: Any, name: str, scopes: list[str]) -> tuple[AccessToken, str]:
        """(the token, its secret, which nobody can read again). Raises ValidationError naming the field."""
        if not user.is_active:
            raise PermissionDenied("This account is switched off, so it cannot make access tokens.")
        name = " ".join(clean_part(name).split())
        if shows_nothing(name):
            raise ValidationError({"name": "Give it a name, such as the program that will use it."})
        if len(name) > policy.TOKEN_NAME_MAX:
            raise ValidationError({"name": f"Keep the name under {policy.TOKEN_NAME_MAX} characters."})
        if unknown := [scope for scope in scopes if scope not in SCOPES]:
            raise ValidationError({"scopes": f"There is no scope {unknown[0][:40]!r}. Choose of: {', '.join(SCOPES)}."})
        if self.filter(user=user, revoked=None).count() >= policy.TOKENS_MOST:
            raise ValidationError(f"You have {policy.TOKENS_MOST} access tokens. Revoke one that you no longer use.")
        secret = PREFIX + secrets.token_urlsafe(32)
        scopes = [scope for scope in SCOPES if scope in scopes]
        token = self.create(user=user, name=name, scopes=" ".join(scopes), digest=digest_of(secret))
        Audit.objects.record(user, "make access token", user=user, name=name, scopes=token.scopes)
        return token, secret

    def of(self, secret: str) -> AccessToken | None:
        """The token with this secret, revoked or not, with its person."""
        if not secret.startswith(PREFIX) or len(secret) > LONGEST:
            return None
        return self.select_related("user").filter(digest=digest_of(secret)).first()


class AccessToken(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens", db_index=False)
    name = models.CharField(max_length=policy.TOKEN_NAME_MAX)
    scopes = models.CharField(max_length=100, blank=True, help_text="Names of scopes, with spaces between.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-created", "-id"], name="access_token_of_user")]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"

    def allows(self, scope: str) -> bool:
        return scope in self.scopes.split()

    @property
    def allowed(self) -> list[str]:
        """What it allows, in words."""
        return [words for scope, words in SCOPES.items() if self.allows(scope)]

    def note_use(self) -> None:
        """Remember when it was used last, to the minute."""
        now = timezone.now()
        if self.last_used is None or now - self.last_used > timedelta(seconds=USE_NOTED_SECONDS):
            AccessToken.objects.filter(pk=self.pk).update(last_used=now)

    @transaction.atomic
    def revoke(self, actor: Any) -> None:
        """End it for good; doing it again changes nothing. Its person may, and whoever may change that person."""
        if actor.pk != self.user_id:
            actor.demand("revoke_tokens")
        if AccessToken.objects.filter(pk=self.pk, revoked=None).update(revoked=timezone.now()):
            self.refresh_from_db(fields=["revoked"])
            Audit.objects.record(actor, "revoke access token", user=self.user, name=self.name)
