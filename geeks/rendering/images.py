"""Images: stored as their authors put them, shown so that no reader's browser asks another site for anything.

What is stored (and exported) has `<img>` for images from anywhere; `without_foreign_images` is the last step before
HTML is shown, on pages, in previews, feeds and the admin, and leaves links in the places of those from other sites.
"""

from __future__ import annotations

import html as html_entities
import re

from geeks.rendering.sanitise import FOREIGN_REL

_ATTRIBUTES = r"(?: [a-z-]+=\"[^\"]*\")*+"
_IMAGE = re.compile(rf"<img({_ATTRIBUTES})\s*/?>")
# Links are taken whole, so that what stands in their titles is no image.
_TOKEN = re.compile(rf"<a{_ATTRIBUTES}>|<a\b[^>]*>|</a>|{_IMAGE.pattern}")
_PAIR = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")
_ELSEWHERE = re.compile(r" src=\"(?:https?:)?[/\\]{2}", re.IGNORECASE)
_ANYWHERE = re.compile(" src=")
_SHOWABLE = re.compile(r"https?://|(?![a-z][a-z0-9+.-]*:)[^\s]", re.IGNORECASE)
_OLD_IMAGE_HOST = "http://i.stack.imgur.com/"


def tidied_images(html: str) -> str:
    """HTML between the two gates, its images made ready to be stored: they load lazily, those of Stack Exchange's own
    host by https, and what is no image of any page leaves its text."""
    if "<img" not in html:
        return html
    return _TOKEN.sub(lambda match: match[0] if match[1] is None else _stored(match), html)


def without_foreign_images(page: str) -> str:
    """A page, or safe HTML on its way to one, in which images from other sites are links to them.

    Inside a link, the image's text takes its place. Linear, and next to nothing for a page without such an image.
    Only genuine elements match: everywhere else on a page quotes or angle brackets are escaped.
    """
    if "<img" not in page or not any(_ELSEWHERE.search(image[1]) for image in _IMAGE.finditer(page)):
        return page
    return _linked(page, _ELSEWHERE)


def without_images(html: str) -> str:
    """Safe HTML in which every image is a link to it, for texts that show none."""
    if "<img" not in html:
        return html
    return _linked(html, _ANYWHERE)


def _linked(html: str, which: re.Pattern[str]) -> str:
    inside = False

    def shown(match: re.Match[str]) -> str:
        nonlocal inside
        if match[1] is None:
            inside = not match[0].startswith("</")
            return match[0]
        return _link(_pairs(match), inside) if which.search(match[1]) else match[0]

    return _TOKEN.sub(shown, html)


def _stored(match: re.Match[str]) -> str:
    pairs = _pairs(match)
    source = pairs.get("src", "")
    if not _SHOWABLE.match(source):
        return _text(pairs)
    if source.startswith(_OLD_IMAGE_HOST):
        pairs["src"] = "https" + source.removeprefix("http")
    pairs.setdefault("alt", "")
    kept = "".join(f' {name}="{html_entities.escape(value)}"' for name, value in pairs.items() if name != "loading")
    return f'<img{kept} loading="lazy">'


def _link(pairs: dict[str, str], inside: bool) -> str:
    if inside:
        return _text(pairs)
    address, text = html_entities.escape(pairs["src"]), _words(pairs)
    return f'<a rel="{FOREIGN_REL}" class="image-link" href="{address}">{text}</a>'


def _text(pairs: dict[str, str]) -> str:
    return f'<span class="image-link">{_words(pairs)}</span>'


def _words(pairs: dict[str, str]) -> str:
    return html_entities.escape(pairs.get("alt", "").strip() or "image")


def _pairs(match: re.Match[str]) -> dict[str, str]:
    return {name: html_entities.unescape(value) for name, value in _PAIR.findall(match[1])}
