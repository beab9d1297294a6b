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
from django.template.loader import render_to_string

from geeks.jinja.responses import render
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


# Calls of the API, and how it names what is refused (geeks/api/errors.py).
CALLS = ("/api/2.", "/2.2/", "/2.3/")
NAMES = {400: "bad_parameter", 403: "access_denied", 404: "no_method", 405: "no_method", 429: "throttle_violation"}
AWAY = "The database cannot be reached at this moment: try again in a few seconds."
SLOW = "The database takes too long to answer at this moment: try again in a few seconds."
NO_ROOM = (
    "The site's disk is full, so nothing new can be stored until those who run it have made room. Reading goes on."
)
# PostgreSQL: the connection broke, the server has no room or is going or coming, a standby had to cancel a query,
# waited too long for a lock. SQLite: words, for it has no codes here. The first that fits is said.
PASSING_STATES = {NO_ROOM: ("53100",), SLOW: ("57014", "55P03"), AWAY: ("08", "53", "57P", "40001", "40P01")}
PASSING_WORDS = {NO_ROOM: ("disk is full",), SLOW: ("locked",), AWAY: ("unable to open", "disk", "readonly")}


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
    if passing := what_passes(sys.exc_info()[1]):
        response = unavailable(request, "Back in a moment", passing)
        # Tells geeks/replicas.py that another database may have the answer.
        response.database_away = passing == AWAY
        return response
    if wants_json(request):
        return JsonResponse({"error": "Something broke on our side. It has been written to the log."}, status=500)
    try:
        return HttpResponseServerError(render_to_string("500.html"))
    except Exception:
        return HttpResponseServerError(LAST_RESORT)


def what_passes(exception: BaseException | None) -> str:
    """The sentence for what lies with the database or the disk and will pass; "" for a fault of ours."""
    while exception is not None:
        if isinstance(exception, InterfaceError):
            return AWAY
        if isinstance(exception, OSError) and exception.errno in (errno.ENOSPC, errno.EDQUOT):
            return NO_ROOM
        if isinstance(exception, OperationalError):
            if not hasattr(exception.__cause__, "sqlstate"):
                return _first(PASSING_WORDS, str(exception).__contains__)
            state = exception.__cause__.sqlstate
            return AWAY if state is None else _first(PASSING_STATES, state.startswith)
        exception = exception.__cause__ or exception.__context__
    return ""


def _first(sentences: dict[str, tuple[str, ...]], fits: Callable[[str], bool]) -> str:
    return next((sentence for sentence, signs in sentences.items() if any(map(fits, signs))), "")


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
    if request.path_info.startswith(CALLS):  # what Django turned away before the API saw it
        said = {"error_id": status, "error_name": NAMES[status], "error_message": sentence or "This cannot be done."}
        return JsonResponse(said, status=status)
    if wants_json(request):
        return JsonResponse({"error": sentence or "This cannot be done."}, status=status)
    return render(request, f"{status}.html", {"message": sentence, **context}, status=status)
