"""Links after sanitising: bare addresses become links, mentions are found.

Links are made by bleach's linkifier, which knows not to link inside links and code. It is not the gate: its output goes
through sanitise.py again.
"""

from __future__ import annotations

import re

from bleach.linkifier import Linker

from geeks.rendering.sanitise import TAGS
from geeks.rendering.shelf import Shelf

_PART = r"[^\s<>()\"'“”«»`{}|\\^\[\]\ue000-\uf8ff\U000f0000-\U000ffffd]"
# Brackets only in pairs, and no punctuation at the end: it belongs to the sentence. After `="` stands somebody's markup
# shown as text, which is left as it is.
_URL = re.compile(
    rf"(?<![\w/@=])(?<!=\")https?://{_PART}(?:{_PART}|\({_PART}*+\))*(?<![.,;:!?*_~…])",
    re.IGNORECASE,
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


def mentions(text: str) -> tuple[str, ...]:
    """The names written as `@name` in a plain text, each once, in order."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))
