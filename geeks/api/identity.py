"""Who calls: the person of the access token that came with the call."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from geeks.api.errors import ACCESS_DENIED, INVALID_TOKEN, TOKEN_COMPROMISED, TOKEN_REQUIRED, Refused
from geeks.models import AccessToken

BEARER = "bearer "


def person_of(request: HttpRequest, scope: str = "") -> Any:
    """The person in whose name this call is made, if his token allows `scope`. Raises Refused."""
    secret = _secret(request)
    if not secret:
        raise Refused(TOKEN_REQUIRED, "Show an access token: as `access_token`, or as `Authorization: Bearer …`.")
    token = AccessToken.objects.of(secret)
    if token is None:
        raise Refused(INVALID_TOKEN, "There is no such access token.")
    if token.revoked:
        raise Refused(TOKEN_COMPROMISED, f"This access token was revoked on {token.revoked:%Y-%m-%d}. Make a new one.")
    if not token.user.is_active:
        raise Refused(ACCESS_DENIED, "The account of this access token is switched off.")
    if scope and not token.allows(scope):
        raise Refused(ACCESS_DENIED, f"This access token was made without the scope {scope}. Make one that has it.")
    token.note_use()
    return token.user


def _secret(request: HttpRequest) -> str:
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(BEARER):
        return header[len(BEARER) :].strip()
    return str(request.POST.get("access_token") or request.GET.get("access_token") or "").strip()
