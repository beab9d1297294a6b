"""Whole pages for strangers, kept in this process and given again for as long as nothing they show has changed.

A view says of its page what it shows (`shows`); the middleware keeps the finished answer, compressed and with its
headers, and asks at every request whether it still holds (finished.py): one small query instead of a page. Of a page
made while something changed all that it shows is asked again, so what is given is never older than the database.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse

from geeks.models.change import EVERYTHING, Change, Standing
from geeks.models.lasting import Trail, moment
from geeks.models.statement import watching
from geeks.views.finished import Kept, Shown
from geeks.views.lookups import Lookups
from geeks.views.reader import is_stranger

Handler = Callable[[HttpRequest], HttpResponse]
Name = tuple[str, ...]
Before = tuple[tuple[int, int], Standing]  # what the site, and EVERYTHING alone, had seen

LONGEST_ADDRESS = 300
LARGEST = 2_000_000  # bytes of one page
PATIENCE = 5.0  # seconds
MOST_NEVER = 1_000
# Files, and whether this process lives: they come also where the database does not.
NEVER = (settings.STATIC_URL, settings.MEDIA_URL, "/healthz", "/readyz")
NOT_KEPT = frozenset({"Set-Cookie", "Content-Length"})
# What has been asked for so often is worth being packed well: on a busy site many pages are out of date before.
ASKED_AGAIN = 4

lookups = Lookups(max(1, settings.DATABASE_POOL // 2))


def shows(
    request: HttpRequest,
    response: HttpResponse,
    keys: Iterable[str] | None = None,
    viewed: int | None = None,
    index: Hashable = None,
) -> HttpResponse:
    """Say that a page shows what `keys` name, or with None a list, which any change may change; `viewed` is the post
    whose views it counts, `index` the state of the search index before it was asked (`searching.state`). The answer
    may be stored by anybody who asks again before giving it out."""
    stranger = is_stranger(request)
    response.headers["Cache-Control"] = "no-cache, public" if stranger else "no-cache, private"
    if stranger and response.status_code == 200 and settings.PAGE_CACHE_MB:
        response.kept = Shown((*sorted({*(keys or ())}), EVERYTHING), keys is None, viewed, index)
    return response


class Pages:
    """The kept pages of one process, at most so many bytes; what was asked for longest ago goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self._pages: OrderedDict[Name, Kept] = OrderedDict()
        self._making: dict[Name, threading.Event] = {}
        self._never: set[Name] = set()  # made lately and not kept: nobody need wait for one of these
        self._lock = threading.Lock()

    def get(self, name: Name) -> Kept | None:
        with self._lock:
            page = self._pages.get(name)
            if page is not None:
                self._pages.move_to_end(name)
            return page

    def put(self, name: Name, page: Kept) -> None:
        with self._lock:
            self._remove(name)
            self._never.discard(name)  # a refusal, or a database that was away, is over
            self._pages[name] = page
            self.size += page.size
            while self.size > self.most:
                self._remove(next(iter(self._pages)))

    def drop(self, name: Name) -> None:
        with self._lock:
            self._remove(name)
            if len(self._never) >= MOST_NEVER:
                self._never.clear()
            self._never.add(name)

    @contextmanager
    def making(self, name: Name) -> Iterator[None]:
        """While this thread makes the page; who wants the same page waits for it (`made`)."""
        done = threading.Event()
        with self._lock:
            own = self._making.setdefault(name, done) is done
        try:
            yield
        finally:
            if own:
                with self._lock:
                    del self._making[name]
                done.set()

    def made(self, name: Name) -> Kept | None:
        """The page, if another thread was just making it and has kept it: a crowd that comes for a page that nobody
        has asked for yet must not make it as often as it is asked for."""
        with self._lock:
            done = self._making.get(name) if name not in self._never else None
        if done is None:
            return None
        connections.close_all()  # those who wait must not keep them from those who work
        done.wait(PATIENCE)
        return self.get(name)

    def _remove(self, name: Name) -> None:
        if (page := self._pages.pop(name, None)) is not None:
            self.size -= page.size


def kept_pages(get_response: Handler) -> Handler:
    """The outermost middleware but for `replicas.reading`: what it gives has passed all others once."""
    pages = Pages(settings.PAGE_CACHE_MB * 1024 * 1024)
    _of_process.clear()
    _of_process.append(pages)

    def middleware(request: HttpRequest) -> HttpResponse:
        name = _name_for(request) if pages.most else None
        if name is None:
            return _for_one(request, get_response, pages.most)
        try:
            if (page := find(pages, name)) is not None:
                status, headers, content = page.answer(request.META.get("HTTP_IF_NONE_MATCH", ""))
                return HttpResponse(content, status=status, headers=dict(headers))
            before = _before()
        except DatabaseError:
            before = None
        if before is None:
            return get_response(request)  # which has its own way of saying what is wrong
        with pages.making(name), moment(_seen_by) as now, watching() as watch:
            response = get_response(request)
            _keep(pages, name, response, before, now.trail() if watch.whole else None)
        return response

    return middleware


_of_process: list[Pages] = []  # those of the middleware made last


def pages_of_process() -> Pages | None:
    """The pages that this process keeps, once it has had a request."""
    return _of_process[0] if _of_process and _of_process[0].most else None


def find(pages: Pages, name: Name, wait: bool = True) -> Kept | None:
    """The page, if it still holds; with `wait` also one that is being made at this moment. Raises DatabaseError."""
    for look in (pages.get, pages.made) if wait else (pages.get,):
        if (page := look(name)) is not None and _holds(page):
            return _asked_again(pages, name, page)
    return None


def _holds(page: Kept) -> bool:
    if not lookups.enter():
        return False
    try:
        return page.holds()
    finally:
        lookups.leave()


def _before() -> Before | None:
    """What has been seen before a page is made; None where there is no room to ask."""
    if not lookups.enter():
        return None
    try:
        return Change.objects.site(), Change.objects.standing([EVERYTHING])
    finally:
        lookups.leave()


def _seen_by(alias: str) -> tuple[int, int]:
    return Change.objects.using(alias).site()


def _for_one(request: HttpRequest, get_response: Handler, keeps: int) -> HttpResponse:
    """An answer that is not kept; what many such pages show may be."""
    with moment(_seen_by) if keeps and request.method in ("GET", "HEAD") else nullcontext():
        return get_response(request)


def _asked_again(pages: Pages, name: Name, page: Kept) -> Kept:
    page.asked += 1
    if page.asked == ASKED_AGAIN and "br" in name[-1].split(" ") and (better := page.packed_well()) is not None:
        pages.put(name, better)
        return better
    return page


def _name_for(request: HttpRequest) -> Name | None:
    """Under which a page may be kept; None for what is never kept."""
    if request.method not in ("GET", "HEAD") or not is_stranger(request) or "HTTP_AUTHORIZATION" in request.META:
        return None
    if request.path_info.startswith(NEVER):
        return None
    return name_of(request.META)


def name_of(sent: Mapping[str, Any]) -> Name | None:
    """What tells a stranger's page from every other, of what a server was sent (PEP 3333); None when it is too long."""
    path, query = sent.get("PATH_INFO", ""), sent.get("QUERY_STRING", "")
    if len(path) + len(query) > LONGEST_ADDRESS:
        return None
    how = sent.get("wsgi.url_scheme", ""), sent.get("HTTP_X_FORWARDED_PROTO", "")
    return sent.get("HTTP_HOST", ""), *how, path, query, _encoding(sent.get("HTTP_ACCEPT_ENCODING", ""))


def _encoding(wish: str) -> str:
    """What tells answers in different encodings apart: which of ours are taken, mostly "br gzip", else the whole
    wish."""
    wish = wish.lower()
    if ";" in wish:  # said in so many ways that it names nothing but itself
        return sha256(wish.encode("utf-8", "replace")).hexdigest()
    wishes = {part.strip() for part in wish.split(",")}
    return " ".join(name for name in ("br", "gzip") if name in wishes)


def _keep(pages: Pages, name: Name, response: HttpResponse, before: Before, trail: Trail | None) -> None:
    shown = getattr(response, "kept", None)
    if shown is None or response.status_code != 200 or response.streaming or response.cookies:
        pages.drop(name)
        return
    if len(response.content) > LARGEST:
        return
    try:
        standing = Change.objects.standing(shown.keys)
        site = Change.objects.site()
    except DatabaseError:
        return
    if site != before[0]:
        # Something changed while it was made: whether it shows what was before, after or both, its trail will tell.
        if trail is None:
            return
        site, standing = before
    headers = {key: value for key, value in response.headers.items() if key not in NOT_KEPT}
    pages.put(name, Kept(response.content, headers, shown, site, standing, trail))
