"""What stands in pages and remembered pieces where each page gets something of its own: holes, and what fills them."""

from __future__ import annotations

from typing import Any

from django.template.backends.utils import csrf_input

from geeks.models.submission import new_token
from geeks.rendering.parts import SHEET, hole
from geeks.rendering.sanitise import safe

CSRF_INPUT = safe(hole("csrf"))  # Django's field against forged requests
GLYPHS = safe(SHEET)  # where a page has the glyphs that its parts share
NEW_TOKEN = safe(hole("token"))  # tells a form from every other


class Filling:
    """What belongs into the holes of one page. The field against forged requests is masked once a page, and only where
    a form asks for it: strangers' pages set no cookie."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self._csrf: str | None = None

    def __call__(self, name: str) -> str:
        if name == "token":
            return new_token()
        if name != "csrf":
            raise KeyError(name)
        if self._csrf is None:
            self._csrf = str(csrf_input(self.request)) if self.request is not None else ""
        return self._csrf
