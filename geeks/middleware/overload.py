"""Too many requests at once: the few that can be answered in time are, the others are told at once to come again.

Kept pages and static files are given before this middleware, so they come whatever the load. What needs a view goes
through `Turnstile`: some run, some wait a little, and whoever comes when as many wait gets a 503 within milliseconds.
Forms are received before that (`Senders`), so that a slow sender holds up none but other senders, and of these few.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import connections
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from geeks.lanes import Lane, turn
from geeks.middleware.senders import Senders
from geeks.throttle import address
from geeks.unavailable import unavailable

SECONDS = 5.0  # that a request waits for its turn
# Whoever watches the site must learn that it lives, above all when it is busy.
EXEMPT = ("/healthz", "/readyz")
BUSY = "More people are reading than the site can answer at this moment: try again in a few seconds."


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
    views = Turnstile(settings.RUNNING, settings.WAITING, SECONDS)
    changes = Turnstile(settings.CHANGING, settings.CHANGES_WAITING, SECONDS)
    senders = Senders(settings.RECEIVING)
    lane = Lane(settings.ABREAST)

    def answer(request: HttpRequest, reads: bool) -> HttpResponse:
        with views.turn() as through:
            if not through:
                return refusal(request)
            with turn(lane, reads):
                return get_response(request)

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in EXEMPT:
            return get_response(request)
        if request.method in ("GET", "HEAD"):
            return answer(request, reads=True)
        with senders.place(address(request)) as through:
            if not through:
                return refusal(request)
            if not receive(request):
                # Too large to be held here: it is read on its way through the view, in the sender's place.
                return get_response(request)
        with changes.turn() as through:
            return answer(request, reads=False) if through else refusal(request)

    return middleware


def receive(request: HttpRequest) -> bool:
    """Read what was sent; False when it is more than is held in memory. What cannot be read, the view will say.
    Raises BadRequest for a length that is no number, which Django takes for one."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit() and len(length) < 20):
        raise BadRequest("The length of what was sent is not a number.")
    try:
        len(request.body)
    except RequestDataTooBig:
        return False
    except UnreadablePostError:
        pass
    return True


def refusal(request: HttpRequest) -> HttpResponse:
    response = unavailable(request, "The site is busy", BUSY)
    response._has_been_logged = True  # a line in the log for each of thousands would be work, too
    return response
