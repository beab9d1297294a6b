"""Links after sanitising: bare addresses become links, those of questions show their titles; mentions are found.

Links are made by bleach's linkifier, which knows not to link inside links and code. It is not the gate: its output goes
through sanitise.py again.
"""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bleach.linkifier import Linker

from geeks.rendering.maths import lift
from geeks.rendering.results import RenderRefused
from geeks.rendering.sanitise import TAGS
from geeks.rendering.shelf import Shelf
from geeks.rendering.source import check_formulas, clean_part

# The titles of those addresses that have one: asked once for a text, with all its bare links.
Titles = Callable[[set[str]], Mapping[str, str]]

_PART = r"[^\s<>()\"'“”«»`{}|\\^\[\]\ue000-\uf8ff\U000f0000-\U000ffffd]"
# Brackets only in pairs, and no punctuation at the end: it belongs to the sentence. After `="` stands somebody's markup
# shown as text, which is left as it is.
_URL = re.compile(
    rf"(?<![\w/@=])(?<!=\")https?://{_PART}(?:{_PART}|\({_PART}*+\))*(?<![.,;:!?*_~…])",
    re.IGNORECASE,
)
_BARE = re.compile(r'(<a(?= )(?: [a-z]+="[^"]*")*? href="(https?://[^"]*)"[^>]*>)\2(?=</a>)')
# TeX that defines or names something holds for all that follows: a title may not change the formulas of a text that
# links to it.
_DEFINES = re.compile(
    r"\\(?:[gex]?def|let|(?:re)?new|Newextarrow|provide|Declare|require|(?:begin|end)group|label(?![A-Za-z])|unicode)"
)
_CODE = re.compile(r"<(pre|code|kbd|samp)\b[^>]*>.*?</\1>", re.DOTALL)
_MENTION = re.compile(r"(?<![\w@/.:])@([^\W_][\w.-]{0,38}[\w])")


def linked(html: str, shelf: Shelf) -> str:
    """Safe HTML with its bare `http` and `https` addresses linked, outside links and code."""
    if "http" not in html.lower():
        return html
    # Bleach escapes the entities of elements that it skips once more, so code waits on the shelf meanwhile.
    text = _CODE.sub(lambda match: shelf.keep(match[0]), html).replace("&nbsp;", "\xa0")
    return shelf.put_back(str(Linker(callbacks=[], url_re=_URL, recognized_tags=TAGS).linkify(text)))


def no_titles(addresses: set[str]) -> Mapping[str, str]:
    """Every bare link shows its address."""
    return {}


def titled(html: str, shelf: Shelf, titles: Titles) -> str:
    """Safe HTML whose bare links show `titles`, typeset with the text, where there are any."""
    bare = {html_entities.unescape(link[2]) for link in _BARE.finditer(html)}
    found = titles(bare) if bare else {}

    def shown(link: re.Match[str]) -> str:
        title = found.get(html_entities.unescape(link[2]))
        return link[1] + (_as_html(title, shelf) or link[2]) if title else link[0]

    return _BARE.sub(shown, html) if found else html


def _as_html(title: str, shelf: Shelf) -> str:
    """A title with its formulas on the shelf; "" when the text has no room for them."""
    before = len(shelf.formulas)
    text = lift(clean_part(title), shelf, code=False)
    shelf.formulas[before:] = [replace(piece, display=False) for piece in shelf.formulas[before:]]
    try:
        check_formulas(shelf.formulas)
    except RenderRefused:
        text = ""
    if not text or any(_DEFINES.search(piece.tex) for piece in shelf.formulas[before:]):
        del shelf.formulas[before:]
        return ""
    return html_entities.escape(unescaped_dollars(text), quote=False)


def unescaped_dollars(text: str) -> str:
    """A title's `\\$` and `\\\\` as the characters that they stand for."""
    return re.sub(r"\\([$\\])", r"\1", text)


def mentions(text: str) -> tuple[str, ...]:
    """The names written as `@name` in a plain text, each once, in order."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))
