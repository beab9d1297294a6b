"""Addresses that posts link to, as the index holds them and as `url:` asks for them.

A link is its host and path without scheme, `www.` and query, in lower case, and its host alone.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from geeks.search.query import MAX_STARS

MAX_LINK = 200
MAX_LINKS = 200  # of one post
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_REST = re.compile(r"[?#].*$", re.DOTALL)


def link_terms(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """What the index holds of a post's links, each once."""
    found: dict[str, None] = {}
    for address in addresses[:MAX_LINKS]:
        if _SCHEME.match(address.strip()) and (whole := _plain(address)):
            found[whole.partition("/")[0]] = None
            found[whole] = None
    return tuple(found)


def link_pattern(value: str) -> str:
    """What to look for, with `*` for any letters: a host is looked for whole, a path by its beginning; or ""."""
    pattern = re.sub(r"\*+", "*", _plain(value))
    if not pattern.replace("*", "").strip("./-") or pattern.count("*") > MAX_STARS:
        return ""
    return f"{pattern.rstrip('*')}*" if "/" in pattern else pattern


def _plain(address: str) -> str:
    text = _REST.sub("", _SCHEME.sub("", address.strip())).rstrip("/").removeprefix("www.")
    return "".join(unquote(text).lower().split())[:MAX_LINK]
