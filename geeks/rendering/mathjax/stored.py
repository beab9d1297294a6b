"""Reads drawings back out of the HTML that `markup` wrote, so that a piece of a post is not typeset a second time."""

import re
from html import escape, unescape

from geeks.rendering.mathjax.markup import SHEET_HEAD
from geeks.rendering.mathjax.result import Typeset
from geeks.rendering.mathjax.typesetting import defines

_SPOKEN = '<span class="math-mathml">'
_SHEET = re.compile(re.escape(SHEET_HEAD) + r'<defs><path id="(m[0-9a-f]{10})-')
_USED = re.compile(r'<use(?: (?!href)[a-z-]+="[^"]*")* href="#([\w-]+)"')


class Drawings:
    """The formulas of one post's finished body, as they stand in its lines; none of a post that defines anything, for
    what they say depends on their place in it."""

    def __init__(self, html: str) -> None:
        self._html = html
        sheet = None if defines(html) else _SHEET.match(html)
        self._prefix = sheet[1] if sheet else ""

    def of(self, tex: str) -> Typeset | None:
        """The drawing of a formula that is not displayed, with its outlines; None when the body has none."""
        head = f'data-tex="{escape(tex)}"'
        for kind in ("math", "math math-wide"):
            start = self._html.find(f'<span class="{kind}" {head}><svg') if self._prefix else -1
            if start >= 0:
                return self._read(start + len(f'<span class="{kind}" {head}>'))
        return None

    def _read(self, start: int) -> Typeset | None:
        """What begins with its `<svg>` there. No drawing holds MathML and no MathML a span, so the first ends count."""
        spoken = self._html.find(_SPOKEN, start)
        end = self._html.find("</span>", spoken)
        if spoken < 0 or end < 0:
            return None
        svg = self._html[start:spoken]
        for mark in (' href="#', ' id="'):
            svg = svg.replace(f"{mark}{self._prefix}-", mark)
        glyphs = {name: self._outline(name) for name in dict.fromkeys(_USED.findall(svg))}
        return Typeset(svg, glyphs, self._html[spoken + len(_SPOKEN) : end]) if all(glyphs.values()) else None

    def _outline(self, name: str) -> str:
        path = f'<path id="{self._prefix}-{name}" d="'
        start = self._html.find(path)
        if start < 0:
            return ""
        start += len(path)
        return unescape(self._html[start : self._html.find('"', start)])
