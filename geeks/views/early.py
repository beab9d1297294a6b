"""Kept pages, given before Django makes a request of what came: half of what such a page costs is Django's own.

Only what can be told by the plainest signs is given here: a GET without cookies or credentials, to an address of plain
letters. All else, and whatever is not kept or holds no longer, goes the usual way, where the same pages are looked
through again (views/kept.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from geeks.views.finished import Answer
from geeks.views.kept import find, name_of, pages_of_process

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

STATUS = {200: "200 OK", 304: "304 Not Modified"}
# Who brings one of these may get another page than others.
TELLING = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "SCRIPT_NAME")


def kept_first(application: Application) -> Application:
    """`application`, asked for what is not kept. Which replica a request reads from is known within it alone, so with
    replicas it is asked for everything."""
    if len(settings.DATABASES) > 1:
        return application

    def asked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = _kept(environ)
        if answer is None:
            return application(environ, start_response)
        status, headers, content = answer
        start_response(STATUS[status], headers)
        return [content]

    return asked


def _kept(environ: dict[str, Any]) -> Answer | None:
    pages = pages_of_process()
    if pages is None or environ["REQUEST_METHOD"] != "GET" or any(environ.get(name) for name in TELLING):
        return None
    # Of other letters a server gives the bytes, of which Django makes letters.
    if not environ.get("PATH_INFO", "").isascii() or (name := name_of(environ)) is None:
        return None
    try:
        page = find(pages, name, wait=False)
        return None if page is None else page.answer(environ.get("HTTP_IF_NONE_MATCH", ""))
    except DatabaseError:
        return None
    finally:
        connections[DEFAULT_DB_ALIAS].close()  # as Django does after a request: back into the pool
