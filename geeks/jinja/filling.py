"""What stands in pages and remembered pieces where each page gets something of its own: holes, and what fills them."""

from __future__ import annotations

import os
from typing import Any

from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.template.backends.utils import csrf_input

from geeks.models.submission import new_token
from geeks.rendering.parts import SHEET, hole
from geeks.rendering.sanitise import safe

CSRF_INPUT = safe(hole("csrf"))  # Django's field against forged requests
GLYPHS = safe(SHEET)  # where a page has the glyphs that its parts share
NEW_TOKEN = safe(hole("token"))  # tells a form from every other


_CHARS = CSRF_ALLOWED_CHARS
_AT = {char: number for number, char in enumerate(_CHARS)}
# As many bytes for each letter: those beyond are left out, so that every letter is as likely.
_LETTERS = bytes(ord(_CHARS[byte % len(_CHARS)]) for byte in range(256))
_BEYOND = bytes(range(256 // len(_CHARS) * len(_CHARS), 256))


class Filling:
    """What belongs into the holes of one page. The field against forged requests is masked once a page, and only where
    a form asks for it: strangers' pages set no cookie."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self._csrf: str | None = None
        self._token = ""
        self._forms = 0

    def __call__(self, name: str) -> str:
        if name == "token":
            self._token = self._token or new_token()
            self._forms += 1
            return f"{self._token}{self._forms}"
        if name != "csrf":
            raise KeyError(name)
        if self._csrf is None:
            self._csrf = csrf_field(self.request) if self.request is not None else ""
        return self._csrf


def csrf_field(request: Any) -> str:
    """Django's field against forged requests (`{% csrf_token %}`). Where the browser has the cookie, it is masked here,
    in a tenth of the time: every page of a signed-in person has one."""
    secret = request.META.get("CSRF_COOKIE", "")
    if len(secret) != CSRF_SECRET_LENGTH:
        return str(csrf_input(request))
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True  # as Django's `get_token` does
    return f'<input type="hidden" name="csrfmiddlewaretoken" value="{masked(secret)}">'


def masked(secret: str) -> str:
    """The secret of the cookie as a form carries it, other letters each time, so that compression does not give it
    away; Django takes the mask off again."""
    mask = ""
    while len(mask) < len(secret):
        mask += os.urandom(64).translate(_LETTERS, _BEYOND).decode()
    mask = mask[: len(secret)]
    pairs = zip(secret, mask, strict=True)
    return mask + "".join([_CHARS[(_AT[char] + _AT[by]) % len(_CHARS)] for char, by in pairs])
