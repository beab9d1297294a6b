"""Which parameters of its address a page reads, so that those it never looks at are tried together.

A page is listened to while it answers. Each value is sent in every name that the page asked for, one at a time, and
once in all other names together. Of a page that goes through all its parameters, as the admin's lists and the API do,
a name counts when something in it changes the answer; what is refused whatever it holds is refused for its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import product
from typing import Any, ClassVar
from unittest import mock
from urllib.parse import urlencode

from django.http import QueryDict

from tests.hostile.site import Site

UNLIKE = ("1", "a text")
REFUSED = 400
LONGEST = 100_000  # characters of values in one address
MADE_IN = ("django.core.handlers.wsgi", "geeks.api.calls")  # where the parameters of a request are put into one
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')  # another one each time


class Listening(QueryDict):
    """Notes the names that it is asked for; copying it and making an address of it ask for none."""

    heard: ClassVar[set[str]] = set()
    through_all: ClassVar[bool] = False
    listens = False

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.listens = True

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def getlist(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return super().getlist(name, default)

    def __contains__(self, name: object) -> bool:
        self._note(str(name))
        return super().__contains__(name)

    def pop(self, name: str, *default: Any) -> Any:
        self._note(name)
        return super().pop(name, *default)

    def __iter__(self) -> Iterator[str]:
        Listening.through_all |= self.listens
        return super().__iter__()

    def keys(self) -> Any:
        Listening.through_all = True
        return super().keys()

    def items(self) -> Iterator[tuple[str, Any]]:
        for name in self:
            yield name, super().__getitem__(name)

    def _note(self, name: str) -> None:
        if self.listens:
            self.heard.add(name)


class Page:
    """One page as somebody reads it. `heard` are the names that it asked for so far."""

    def __init__(self, site: Site, role: str, path: str) -> None:
        self.site, self.role, self.path = site, role, path
        self.heard: set[str] = set()
        self.through_all = False

    def ask(self, parameters: dict[str, str]) -> tuple[int, bytes]:
        Listening.heard.clear()
        Listening.through_all = False
        query = urlencode(parameters, errors="surrogatepass")
        with ExitStack() as stack:
            for module in MADE_IN:
                stack.enter_context(mock.patch(f"{module}.QueryDict", Listening))
            response = self.site.ask(self.role, "GET", f"{self.path}?{query}")
        # Who goes through all asks for each that is there; who asks by name asks also for what is not.
        self.heard |= Listening.heard - set(parameters) if Listening.through_all else Listening.heard
        self.through_all |= Listening.through_all
        return response.status_code, b"" if response.streaming else TOKEN.sub(b"", response.content)

    def try_all(self, names: Sequence[str], values: Sequence[str]) -> None:
        """Every one of `values` in every one of `names`, as the module's head says."""
        plain = self.ask({})
        self.ask(dict.fromkeys(names, "1"))
        told = {name: {self.ask({name: value}) for value in UNLIKE} for name in names} if self.through_all else {}
        changing = {name for name, answers in told.items() if answers != {plain}}
        refused = {name for name in changing - self.heard if {status for status, _ in told[name]} == {REFUSED}}
        left = [name for name in names if name not in refused]
        while left:
            while found := [name for name in left if name in self.heard | changing]:
                left = [name for name in left if name not in found]
                for name, value in product(found, values):
                    self.ask({name: value})
            for value in values:
                self._together(left, value, plain[0])
            if self.heard.isdisjoint(left):  # values may lead a page to ask for more
                break

    def _together(self, names: Sequence[str], value: str, status: int) -> None:
        """In one request, and one by one where that is answered otherwise than without."""
        size = max(1, LONGEST // (len(value) + 1))
        for batch in (names[start : start + size] for start in range(0, len(names), size)):
            if self.ask(dict.fromkeys(batch, value))[0] != status and len(batch) > 1:
                for name in batch:
                    self.ask({name: value})
