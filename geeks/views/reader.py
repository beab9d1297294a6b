"""Who reads: the signed-in person or None, and what every page's template gets beside its own context.

Strangers' pages hold nothing about the reader and touch no session, so that they can be cached whole.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from geeks.models.notification import unread_count


def site(request: HttpRequest) -> dict[str, Any]:
    user = reader(request)
    return {
        "user": user,
        "unread": lambda: unread_count(user) if user else 0,
        "messages": messages(request),
        "here": settings.SITE_URL + quote(request.path),
    }


def reader(request: HttpRequest) -> Any:
    """The signed-in person, or None; asks the database only when the browser brought a session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and not hasattr(request, "_cached_user"):
        return None
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    # The person himself: asking through the wrapper for each attribute costs more than all attributes.
    return user._wrapped if isinstance(user, SimpleLazyObject) else user


def is_stranger(request: HttpRequest) -> bool:
    """Whether the browser brings nothing that tells who reads: no session and no message waiting."""
    return not any(name in request.COOKIES for name in (settings.SESSION_COOKIE_NAME, "messages"))


def messages(request: HttpRequest) -> Any:
    names = (settings.SESSION_COOKIE_NAME, "messages")
    return get_messages(request) if any(name in request.COOKIES for name in names) else []
