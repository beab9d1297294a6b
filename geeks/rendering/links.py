"""Links and images after sanitising: bare addresses become links, mentions are found, foreign images become links.

Links are made by bleach's linkifier, which knows not to link inside links and code. It is not the gate: its output goes
through sanitise.py again.
"""

from __future__ import annotations

import html as html_entities
import re

from bleach.linkifier import Linker

from geeks.rendering.shelf import Shelf

_PART = r"[^\s<>()\"'“”«»`{}|\\^\[\]\ue000-\uf8ff\U000f0000-\U000ffffd]"
# Brackets only in pairs, and no punctuation at the end: it belongs to the sentence.
_URL = re.compile(
    rf"(?<![\w/@=])https?://{_PART}(?:{_PART}|\({_PART}*+\))*(?<![.,;:!?*_~…])",
    re.IGNORECASE,
)
_CODE = re.compile(r"<(pre|code|kbd|samp)\b[^>]*>.*?</\1>", re.DOTALL)
_MENTION = re.compile(r"(?<![\w@/.:])@([^\W_][\w.-]{0,38}[\w])")
_TOKEN = re.compile(r"<a\b[^>]*>|</a>|<img((?: [a-z]+=\"[^\"]*\")*)\s*/?>")
_PAIR = re.compile(r" ([a-z]+)=\"([^\"]*)\"")
_OLD_IMAGE_HOST = re.compile(r"(<img\b[^>]*? src=\")http://i\.stack\.imgur\.com/")


def linked(html: str, shelf: Shelf) -> str:
    """Safe HTML with its bare `http` and `https` addresses linked, outside links and code."""
    if "http" not in html.lower():
        return html
    # Bleach escapes the entities of elements that it skips once more, so code waits on the shelf meanwhile.
    text = _CODE.sub(lambda match: shelf.keep(match[0]), html).replace("&nbsp;", "\xa0")
    return shelf.put_back(str(Linker(callbacks=[], url_re=_URL).linkify(text)))


def mentions(text: str) -> tuple[str, ...]:
    """The names written as `@name` in a plain text, each once, in order."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def with_secure_images(html: str) -> str:
    """Safe HTML whose images on Stack Exchange's own image host are asked for by https."""
    return _OLD_IMAGE_HOST.sub(r"\1https://i.stack.imgur.com/", html)


def without_foreign_images(html: str) -> str:
    """Safe HTML in which an image from another site is a link to it: a page never makes third-party requests.

    Inside a link, the image's text takes its place. The site's own images (relative addresses) load lazily.
    """
    inside = False

    def shown(match: re.Match[str]) -> str:
        nonlocal inside
        if match[1] is None:
            inside = not match[0].startswith("</")
            return match[0]
        pairs = {name: html_entities.unescape(value) for name, value in _PAIR.findall(match[1])}
        source = pairs.get("src", "")
        if source and not re.match(r"(?:[a-z]+:|//)", source, re.IGNORECASE):
            return _own_image(pairs)
        return _image_link(source, pairs.get("alt", ""), inside)

    return _TOKEN.sub(shown, html)


def _own_image(pairs: dict[str, str]) -> str:
    pairs.setdefault("alt", "")
    kept = "".join(f' {name}="{html_entities.escape(value)}"' for name, value in pairs.items())
    return f'<img{kept} loading="lazy">'


def _image_link(source: str, alt: str, inside: bool) -> str:
    text = html_entities.escape(alt.strip() or "image")
    if inside or not source:
        return f'<span class="image-link">{text}</span>'
    return f'<a class="image-link" href="{html_entities.escape(source)}">{text}</a>'
