"""What goes wrong, said in a sentence: 400, 403, 404, 429, 500 and 503 as pages, or as {"error"} for scripts."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from geeks.models import BadCursor
from geeks.unavailable import unavailable, wants_json

OLD_FORM = (
    "This form was too old, or your browser did not send its cookie, so it was not accepted. Your text is not lost: "
    "go back with your browser's Back button, copy it, reload the page and send it again."
)
SIGNED_OUT = "You are signed out, so it was not accepted. Copy your text from below, sign in, and send it again."
ONLY_FORMS = "Nothing stands here to be read: this address takes what a form sends. Go back to the page you came from."
TYPED = ("title", "tags", "body", "text", "about")  # the fields of all forms that somebody may have written long in
TOO_MANY = "Too many requests came from you in a short time. Wait a minute, then try again; nothing is lost."
# What Django turns away before a view sees it; anything else gets the page's own sentence.
SENTENCES: dict[type[BaseException], str] = {
    RequestDataTooBig: "What you sent is too large. Go back with your browser's Back button and send less.",
    TooManyFieldsSent: "The form has too many fields. Go back and reload the page.",
    TooManyFilesSent: "Too many files were sent at once. Send one at a time.",
    DisallowedHost: "This site does not answer under that name.",
}
LAST_RESORT = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Something broke</title></head><body>'
    "<h1>Something broke on our side</h1><p>It has been written to the log. Go back, copy your text, and try again "
    'in a minute.</p><p><a href="/">To the front page</a></p></body></html>'
)


AWAY = "The database cannot be reached at this moment: try again in a few seconds."
NO_ROOM = (
    "The site's disk is full, so nothing new can be stored until those who run it have made room. Reading goes on."
)
# PostgreSQL: the connection broke, the server has no room or is going or coming, a standby had to cancel a query,
# waited too long for a lock. SQLite: words, for it has no codes here.
PASSING_STATES = ("08", "53", "57P", "40001", "40P01", "55P03")
PASSING_WORDS = ("locked", "unable to open", "disk", "readonly")
DISK_FULL, DISK_FULL_WORDS = "53100", "disk is full"


# None of these has Django's `requires_csrf_token`: it reads the form, which may be what cannot be read, and the token
# is known before.
def bad_request(request: HttpRequest, exception: BaseException) -> HttpResponse:
    if isinstance(exception, ValidationError):
        return _answer(request, 400, " ".join(exception.messages))
    known = isinstance(exception, (BadRequest, BadCursor))
    return _answer(request, 400, _said(exception) if known else SENTENCES.get(type(exception), ""))


def forbidden(request: HttpRequest, exception: BaseException) -> HttpResponse:
    return _answer(request, 403, _said(exception))


def not_found(request: HttpRequest, exception: BaseException) -> HttpResponse:
    return _answer(request, 404, _said(exception))


def too_many_requests(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    response = _answer(request, 429, TOO_MANY)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Must not need what may be broken: no context, no session, no database, and at last not even the template."""
    exception = sys.exc_info()[1]
    if disk_full(exception):
        return unavailable(request, "No room", NO_ROOM)
    if database_away(exception):
        return _come_again(request)
    if wants_json(request):
        return JsonResponse({"error": "Something broke on our side. It has been written to the log."}, status=500)
    try:
        return HttpResponseServerError(render_to_string("500.html"))
    except Exception:
        return HttpResponseServerError(LAST_RESORT)


def database_away(exception: BaseException | None) -> bool:
    """Whether `exception` came from a database that cannot be asked now, and not from a fault of ours."""
    while exception is not None:
        if isinstance(exception, InterfaceError):
            return True
        if isinstance(exception, OperationalError):
            if hasattr(exception.__cause__, "sqlstate"):
                state = exception.__cause__.sqlstate
                return state is None or state.startswith(PASSING_STATES)
            return any(word in str(exception) for word in PASSING_WORDS)
        exception = exception.__cause__ or exception.__context__
    return False


def disk_full(exception: BaseException | None) -> bool:
    """Whether `exception` came from a disk without room: the database's, or the one for pictures and uploads."""
    while exception is not None:
        if isinstance(exception, OSError) and exception.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(exception, OperationalError):
            state = getattr(exception.__cause__, "sqlstate", None)
            return state == DISK_FULL or state is None and DISK_FULL_WORDS in str(exception)
        exception = exception.__cause__ or exception.__context__
    return False


def _come_again(request: HttpRequest) -> HttpResponse:
    """503. `database_away` on the answer tells geeks/replicas.py that another database may have it."""
    response = unavailable(request, "Back in a moment", AWAY)
    response.database_away = True
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, OLD_FORM, typed=typed(request))


def signed_out(request: HttpRequest, sign_in: str) -> HttpResponse:
    """What was written in a form while signed out, to be copied, and the address to sign in."""
    return _answer(request, 403, SIGNED_OUT, typed=typed(request), sign_in=sign_in)


def typed(request: HttpRequest) -> dict[str, str]:
    """The texts that this form holds, by their names."""
    return {name: request.POST[name] for name in TYPED if request.POST.get(name, "").strip()}


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return _answer(request, 405, ONLY_FORMS)


def refusals(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what a model refuses outside of a form (a cursor, a vote) is a 400 page with its sentence, and
    Django's empty answer to a method that an address does not take becomes a page too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            page = method_not_allowed(request)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(request: HttpRequest, exception: BaseException) -> HttpResponse | None:
        return bad_request(request, exception) if isinstance(exception, (BadCursor, ValidationError)) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _said(exception: Any) -> str:
    """The sentence an exception was raised with; Django's own 404 carries a resolver's dictionary instead."""
    return exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""


def _answer(request: HttpRequest, status: int, sentence: str, **context: Any) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": sentence or "This cannot be done."}, status=status)
    return render(request, f"{status}.html", {"message": sentence, **context}, status=status)
