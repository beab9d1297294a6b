"""What links in texts name: posts, people and tags of the sites that were imported, turned to the same ones here, and
posts of this site."""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

# What an address names: ("post", "12"), ("comment", "3"), ("user", "5"), ("tag", "c++").
Place = tuple[str, str]

MOST_POSTS = 100  # that one text is taken to link to

# Only the sanitiser writes links, so one that looks like this is one.
_LINK = re.compile(r'<a(?= )((?: [a-z]+="[^"]*")*) href="(https?://[^"]*)"((?: [a-z]+="[^"]*")*)>')
_TO = re.compile(r'<a(?= )(?: [a-z]+="[^"]*")* href="((?:https?:/)?/[^"]*)"')
_REL = re.compile(r' rel="[^"]*"')
_ID = r"(\d{1,10})"
_COMMENT = re.compile(rf"comment{_ID}_\d+")
_SHAPES = (
    (re.compile(rf"/questions/{_ID}/[^/]*/{_ID}"), "post"),  # the answer first
    (re.compile(rf"/(?:questions|q|a|posts|articles)/{_ID}(?:/.*)?"), "post"),
    (re.compile(rf"/users/{_ID}(?:/.*)?"), "user"),
    (re.compile(r"/(?:questions/tagged|tags)/([^/]+)(?:/info)?"), "tag"),
)


def places(html: str, host: str) -> set[Place]:
    """Everything of `host` that the links of safe HTML name."""
    links = (html_entities.unescape(link[2]) for link in _LINK.finditer(html))
    return {place for address in links for place in named(address, host)}


def at_home(html: str, host: str, found: Mapping[Place, str]) -> str:
    """Safe HTML whose links to `host` lead to `found` (place -> our address); what is not there leads where it led."""

    def turned(link: re.Match[str]) -> str:
        for place in named(html_entities.unescape(link[2]), host):
            if address := found.get(place):
                return f'<a{_REL.sub("", link[1] + link[3])} href="{html_entities.escape(address)}">'
        return link[0]

    return _LINK.sub(turned, html)


def posts_at(html: str, host: str) -> set[int]:
    """The numbers of the posts of this site, `host`, that the links of safe HTML name, also by paths alone; at most
    MOST_POSTS of them."""
    found: set[int] = set()
    for link in _TO.finditer(html):
        address = html_entities.unescape(link[1])
        names = named(address if "://" in address else f"https://{host}{address}", host)
        if number := next((name for kind, name in names if kind == "post"), ""):
            found.add(int(number))
            if len(found) == MOST_POSTS:
                break
    return found


def named(address: str, host: str) -> Iterator[Place]:
    """What an address names, the most particular first."""
    _, _, rest = address.partition("://")
    site, slash, path = rest.partition("/")
    if site.lower().removeprefix("www.") != host.removeprefix("www.") or not slash:
        return
    path, _, fragment = path.partition("#")
    path = "/" + path.partition("?")[0].rstrip("/")
    if comment := _COMMENT.fullmatch(fragment):
        yield "comment", comment[1]
    if fragment.isascii() and fragment.isdigit() and path.startswith(("/questions/", "/a/", "/q/")):
        yield "post", fragment
    for shape, kind in _SHAPES:
        if match := shape.fullmatch(path):
            if kind == "post" and match.re.groups == 2:
                yield kind, match[2]
            yield kind, unquote(match[1])
            return
