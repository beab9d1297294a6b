"""Too many requests at once: the few that can be answered in time are, the others are told at once to come again.

Kept pages and static files are given before this middleware, so they come whatever the load. What needs a view goes
through `Turnstile`: some run, some wait a little, and whoever comes when as many wait gets a 503 within milliseconds.
Forms are received before that, so that a slow sender holds up none but other senders.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from geeks.middleware import API

SECONDS = 5.0  # that a request waits for its turn
RETRY_AFTER = 5  # seconds
# Whoever watches the site must learn that it lives, above all when it is busy.
EXEMPT = ("/healthz", "/readyz")
BUSY = "More people are reading than the site can answer at this moment. Nothing is lost: try again in a few seconds."
API_ERROR = {"error_id": 503, "error_name": "temporarily_unavailable"}
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Busy</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><h1>The site is busy</h1>'
    f"<p>{BUSY}</p><p>A form that you sent was not taken: go back with your browser's Back button, where your text "
    "still stands, and send it again.</p></body></html>"
)


class Turnstile:
    """Lets `running` through at a time and `waiting` more stand in line for at most `seconds`."""

    def __init__(self, running: int, waiting: int, seconds: float) -> None:
        self.waiting, self.seconds = waiting, seconds
        self._free = threading.BoundedSemaphore(running)
        self._lock = threading.Lock()
        self._in_line = 0

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """True inside when it is this one's turn; False when it must go away."""
        through = self._enter()
        try:
            yield through
        finally:
            if through:
                self._free.release()

    def _enter(self) -> bool:
        if self._free.acquire(blocking=False):
            return True
        with self._lock:
            if self._in_line >= self.waiting:
                return False
            self._in_line += 1
        # Those who wait are many, and must not keep the few connections from those who run.
        connections.close_all()
        try:
            return self._free.acquire(timeout=self.seconds)
        finally:
            with self._lock:
                self._in_line -= 1


def turnstile(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    views, senders = Turnstile(settings.RUNNING, settings.WAITING, SECONDS), Turnstile(settings.RECEIVING, 0, 0)

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in EXEMPT:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            with senders.turn() as through:
                if not through:
                    return refusal(request)
                if not receive(request):
                    # Too large to be held here: it is read on its way through the view, in the senders' line.
                    return get_response(request)
        with views.turn() as through:
            return get_response(request) if through else refusal(request)

    return middleware


def receive(request: HttpRequest) -> bool:
    """Read what was sent; False when it is more than is held in memory. What cannot be read, the view will say."""
    try:
        len(request.body)
    except RequestDataTooBig:
        return False
    except UnreadablePostError:
        pass
    return True


def refusal(request: HttpRequest) -> HttpResponse:
    """Needs no session, no database and no template: it must cost next to nothing."""
    if request.path_info.startswith(API):
        response: HttpResponse = JsonResponse({**API_ERROR, "error_message": BUSY}, status=503)
    elif "text/html" not in request.headers.get("Accept", "text/html"):
        response = JsonResponse({"error": BUSY}, status=503)
    else:
        response = HttpResponse(PAGE, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    response._has_been_logged = True  # a line in the log for each of thousands would be work, too
    return response
