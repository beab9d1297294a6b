"""The door every call comes through: the quota, the HTTP verbs, the errors, and what browsers of other sites may read.

Both versions, 2.2 and 2.3, lead to the same methods, with and without a slash at the end, without a redirect. Session
cookies are not looked at, so a call needs no CSRF token: whoever writes shows an access token.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import ValidationError

from geeks.api import quota
from geeks.api.errors import NO_METHOD, Refused, bad
from geeks.api.routes import API, ROUTES
from geeks.api.wrapper import as_json, refused

READING = ("GET", "HEAD")
# What Django raises when it comes to reading what was sent.
UNREADABLE = (SuspiciousOperation, BadRequest, UnreadablePostError, MultiPartParserError)


@csrf_exempt
def call(request: HttpRequest, method: str) -> HttpResponse:
    """Answer one call; `method` is what stands behind the version, such as `questions/12/answers/`."""
    if request.method == "OPTIONS":
        return _for_browsers(HttpResponse(status=204))
    try:
        request.quota = quota.spend(request)  # type: ignore[attr-defined]
        request.GET = _given(request.GET)  # type: ignore[assignment]
        if "callback" in request.GET:
            raise bad("`callback` (JSONP) is not served: scripts of other sites may read the answers as they are.")
        response = _answered(request, method.rstrip("/"))
    except Refused as refusal:
        response = refused(refusal)
    except UNREADABLE as error:
        response = on_unreadable(request, error)
    return _for_browsers(response) if request.method in READING else response


def _given(parameters: QueryDict) -> QueryDict:
    """The parameters that have a value: clients send empty ones for what they do not ask."""
    given = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if some := [value for value in values if value]:
            given.setlist(name, some)
    return given


def _answered(request: HttpRequest, method: str) -> HttpResponse:
    try:
        found = ROUTES.resolve(method)
    except Resolver404:
        raise Refused(NO_METHOD, f"There is no method /{method[:100]}. /api/docs lists them.") from None
    verb, request.method = request.method, "GET" if request.method == "HEAD" else request.method
    try:
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    finally:
        request.method = verb
    if response.status_code == 405:
        allowed = response["Allow"]
        sentence = f"/{method[:100]} takes {allowed}, not {str(verb)[:20]}."
        response = as_json(Refused(NO_METHOD, sentence).body, status=405)
        response["Allow"] = allowed
    return response


def _for_browsers(response: HttpResponse) -> HttpResponse:
    """What is read here holds nothing about who reads it, so scripts of any site may read it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD"
    response["Access-Control-Allow-Headers"] = "Authorization"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@API.exception_handler(Refused)
def on_refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    return refused(refusal)


@API.exception_handler(ValidationError)
def on_bad_parameters(request: HttpRequest, error: Any) -> HttpResponse:
    first = error.errors[0]
    return refused(bad(f"`{first['loc'][-1]}`: {first['msg']}."))


def on_unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return refused(bad("What you sent cannot be read, or is too large."))


for _unreadable in UNREADABLE:
    API.add_exception_handler(_unreadable, on_unreadable)
