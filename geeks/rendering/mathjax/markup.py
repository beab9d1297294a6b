"""The HTML of a formula, and of the outlines that the formulas of a post share."""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from geeks.rendering.mathjax.result import Typeset

# A drawing wider than this many ex may not fit a phone: then it scrolls, and the keyboard must reach it to scroll.
NARROWEST_PAGE = 34.0

# The prefix of outlines that mean the same wherever they stand, so that a page may keep one of each.
SHARED = "g"

SHEET_HEAD = '<svg class="math-glyphs" aria-hidden="true" focusable="false" width="0" height="0">'
_WIDTH = re.compile(r'<svg(?: class="\w+")? width="([\d.]+)ex"')
_LEAST = re.compile(r'<svg class="mw(\d+)" width="100%"')
_USE = re.compile(r'<use((?: (?!href)[a-z-]+="[^"]*")*) href="#([\w-]+)"/>')
_PLACE = re.compile(r' id="(eqn-[\w-]+)"')
_OUTLINE = re.compile(r"[MmLlHhVvCcSsQqTtAaZz\d., -]*")


def formula_html(tex: str, display: bool, result: Typeset, prefix: str | None) -> str:
    """One formula as HTML: `span.math` (`math-display`) with drawing and MathML, or `code.math-error` with its source.

    `prefix` says under which name the glyph sheet holds the outlines; None draws them in place, without ids.
    """
    if result.error:
        source, reason = escape(tex), escape(result.error)
        return f'<code class="math-error" data-tex="{source}" title="{reason}">{source}</code>'
    kind = "math math-display" if display else "math"
    if not result.svg:
        text = rf"\[{tex}\]" if display else rf"\({tex}\)"
        return f'<span class="{kind}" data-tex="{escape(tex)}">{escape(text)}</span>'
    wide = _width(result.svg) > NARROWEST_PAGE
    if wide:
        kind += " math-wide"
    focus = ' tabindex="0"' if wide and display else ""
    drawing = _in_place(result) if prefix is None else _shared(result.svg, prefix)
    spoken = f'<span class="math-mathml">{result.mathml}</span>'
    return f'<span class="{kind}" data-tex="{escape(tex)}"{focus}>{drawing}{spoken}</span>'


def glyph_sheet(results: Iterable[Typeset], prefix: str) -> str:
    """The outlines of all `results`, once each, as a hidden `<svg>` for the head of the post; "" if there are none."""
    outlines: dict[str, str] = {}
    for result in results:
        outlines.update(result.glyphs)
    if not outlines:
        return ""
    named = f'<path id="{escape(prefix)}-'
    paths = "".join([named + _outline(name, outline) for name, outline in outlines.items()])
    return f"{SHEET_HEAD}<defs>{paths}</defs></svg>"


@lru_cache(maxsize=2_000)
def _outline(name: str, outline: str) -> str:
    """The end of a path, behind the prefix of its id: letters come again in every text."""
    return f'{escape(name)}" d="{_checked(outline)}"/>'


def _width(svg: str) -> float:
    found = _WIDTH.match(svg) or _LEAST.match(svg)
    return float(found[1]) if found else 0.0


def _shared(svg: str, prefix: str) -> str:
    named = svg.replace(' href="#', f' href="#{escape(prefix)}-')
    if prefix == SHARED:  # a title stands on many pages beside others: it marks no places
        return re.sub(r' href="#[^"]*eqn-[^"]*"', "", _PLACE.sub("", named))
    return _PLACE.sub(rf' id="{escape(prefix)}-\1"', named)


def _in_place(result: Typeset) -> str:
    drawn = _USE.sub(lambda use: f'<path{use[1]} d="{_checked(result.glyphs.get(use[2], ""))}"/>', result.svg)
    return re.sub(r' href="#[\w-]+"', "", _PLACE.sub("", drawn))


def _checked(outline: str) -> str:
    return outline if _OUTLINE.fullmatch(outline) else ""
