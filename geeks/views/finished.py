"""A finished page, and whether what it shows is still so.

It names what it shows by keys (models/change.py). Where those cannot tell, as for a list, or tell more than the page
shows, the queries that it was made of are asked again (models/lasting.py): a tenth to a half of making it, and mostly
they find the same.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import brotli
from django.db import connections
from django.utils.http import parse_etags

from geeks.models.change import EVERYTHING, Change, Standing
from geeks.models.lasting import Trail
from geeks.models.view_tally import tally
from geeks.tasks import searching

Answer = tuple[int, list[tuple[str, str]], bytes]

# Counts of views, and what the search index says is related, are not among the changes: they are this old at most.
SECONDS = 240.0  # less than the worker keeps changes (tasks/pruning.py)
OF_UNCHANGED = ("ETag", "Cache-Control", "Vary", "Content-Security-Policy")
PATIENCE = 5.0  # seconds, with somebody who asks already
PAGES_ASKED_FOR = 4  # at the same time in a process
QUALITY = 4  # of brotli: smaller than gzip's best, in half the time

_room = threading.BoundedSemaphore(PAGES_ASKED_FOR)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page depends on: `keys`, or where it is `listed` any change; the post whose views it counts; and the state
    of the search index, where it was asked."""

    keys: tuple[str, ...]
    listed: bool
    viewed: int | None
    index: Hashable = None


@dataclass(slots=True)
class Kept:
    """A finished answer, what its keys had seen when it was made, and its trail, if it was made of that alone."""

    content: bytes
    headers: dict[str, str]
    shown: Shown
    site: tuple[int, int]
    standing: Standing
    trail: Trail | None = None
    born: float = field(default_factory=time.monotonic)
    asked: int = 0
    lost: tuple[int, int] | None = None  # what the site had seen when this page no longer showed what is
    _retracing: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def size(self) -> int:
        steps = len(self.trail.steps) if self.trail else 0
        return len(self.content) + 1500 + 500 * steps  # headers, keys and Python's own; a step with its values

    def holds(self) -> bool:
        """Whether nothing that it shows has changed since. Raises DatabaseError."""
        if time.monotonic() - self.born > SECONDS:
            return False
        if self.shown.index is not None and self.shown.index != searching.state():
            return False
        site = Change.objects.site()
        if site == self.site:
            return True
        if site == self.lost:  # whoever found that asks once more on his way to making it anew
            return False
        standing = Change.objects.standing(self.shown.keys)
        if self.shown.listed or standing != self.standing:
            return self._is_found_again(standing)
        self.site = site  # whatever has changed up to here is nothing this page shows
        return True

    def _is_found_again(self, standing: Standing) -> bool:
        if self.trail is None or standing.get(EVERYTHING) != self.standing.get(EVERYTHING):
            return False
        if not self._retracing.acquire(blocking=False):
            # Somebody asks already. Those who wait must not keep connections from those who work.
            connections.close_all()
            if not self._retracing.acquire(timeout=PATIENCE):
                return False
        try:
            return self._is_retraced(self.trail, standing)
        finally:
            self._retracing.release()

    def _is_retraced(self, trail: Trail, standing: Standing) -> bool:
        # Read after the standing: rows are remembered under it, and must be as new as what the keys have seen.
        site = Change.objects.site()
        if site == self.site:
            return True  # somebody has asked meanwhile
        # Only a few pages at the same time, for kept pages come whatever the load, and queries may be slow. One for
        # which there is no room is made anew, where those wait in line who need a view.
        if not _room.acquire(blocking=False):
            return False
        try:
            if not trail.leads_back(Change.objects.all().db, site):
                self.lost = site
                return False
            self.site, self.standing = site, standing
            return True
        finally:
            _room.release()

    def packed_well(self) -> Kept | None:
        """The same as small as it gets; None where it is not compressed."""
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(self.headers.get("Content-Encoding", ""))
        if unpack is None:
            return None
        content = brotli.compress(unpack(self.content), quality=QUALITY)
        return replace(self, content=content, headers={**self.headers, "Content-Encoding": "br"})

    def answer(self, marks: str) -> Answer:
        """Status, headers and content for a browser that has what bears one of these `marks` (If-None-Match)."""
        if self.shown.viewed is not None:
            tally.add(self.shown.viewed)
        etag = self.headers.get("ETag", "")
        if marks and etag and _names(marks, etag):
            return 304, [(name, self.headers[name]) for name in OF_UNCHANGED if name in self.headers], b""
        return 200, [*self.headers.items(), ("Content-Length", str(len(self.content)))], self.content


def _names(marks: str, etag: str) -> bool:
    """As Django compares them (RFC 9110, 13.1.2): a star stands for any, and weak marks are as good."""
    theirs = parse_etags(marks)
    return theirs == ["*"] or etag.removeprefix("W/") in [one.removeprefix("W/") for one in theirs]
