"""HTML that Stack Exchange rendered, as it stands in dumps, through the same gates as Markdown written here.

Its formulas (`<span class="math-container">$…$</span>`, in older dumps bare dollars) and its code blocks become ours.
Nothing is refused, for nobody is there to write it anew: what is too long or knotted to be read is shown as it is.
"""

from __future__ import annotations

import dataclasses
import html as html_entities
import re
import time
from collections import Counter

from geeks.rendering.code import code_block, is_known
from geeks.rendering.filling import Filling
from geeks.rendering.images import tidied_images
from geeks.rendering.maths import lift
from geeks.rendering.posts import filled
from geeks.rendering.results import Rendered
from geeks.rendering.sanitise import sanitised
from geeks.rendering.shelf import Piece, Shelf
from geeks.rendering.source import clean_part

LONGEST = 400_000  # characters of HTML; Stack Exchange's 30,000 of Markdown stay far below
SECONDS = 6.0  # of typesetting for one post: nobody waits for it
CODE_SECONDS = 3.0

# HTML's rules for elements left open copy them into every paragraph that follows, so their number is bounded.
_REPEATED = "a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_FORMATTING = re.compile(rf"<(/?)({_REPEATED})(?=[\s/>])", re.IGNORECASE)
_FEW_TAGS = 1_000
_MOST_OPEN = 30

_ALIGNED = re.compile(r'(<t[dh]) style="text-align: ?(left|right|center);?"')
_RELATIVE = re.compile(r'(<(?:a|img)\b[^<>]*? (?:href|src)=")(/(?!/)|//)')
_CODE = re.compile(r'<pre(?: class="([\w.+#-]+)")?><code(?: class="([\w.+#-]+)")?>([^<]*)</code></pre>')
_SPAN = re.compile(r'<span class="math-container">([^<]*)</span>')
# Text outside these may hold bare formulas; splitting by it gives the texts at even places.
_APART = re.compile(r'(<pre\b.*?</pre>|<code\b.*?</code>|<span class="math-container">[^<]*</span>|<[^>]*>)', re.DOTALL)
_MATHS = re.compile(r"\$|\\[(\[]|\\begin\{")
_INNER_DOLLAR = re.compile(r"(?<!\\)\$")
_DELIMITERS = (("$$", "$$", True), ("\\[", "\\]", True), ("\\(", "\\)", False), ("$", "$", False))


def render_html(source: str, host: str = "", quick: bool = False) -> Rendered:
    """The body of a post of `host`, whose relative addresses lead there. `quick` typesets no formula and colours no
    code: what has some is then not `finished`, though all of it can be read."""
    shelf = Shelf()
    html = clean_part(source)
    if len(html) > LONGEST or _is_knotted(html):
        html = f"<pre>{html_entities.escape(html, quote=False)}</pre>"
    html = sanitised(_prepared(html, host), foreign=True)
    html, hinted = _with_code(html, 0 if quick else CODE_SECONDS)
    html = sanitised(tidied_images(_lifted(html, shelf)))
    rendered = filled(source, html, shelf, Filling.body, 0 if quick else SECONDS)
    return rendered if not (quick and hinted) else _unfinished(rendered)


def _unfinished(rendered: Rendered) -> Rendered:
    return dataclasses.replace(rendered, finished=False)


def _is_knotted(html: str) -> bool:
    """Whether more formatting stands open at some place than any author means. Linear."""
    if html.count("<") < _FEW_TAGS:
        return False
    open_tags: Counter[str] = Counter()
    total = 0
    for match in _FORMATTING.finditer(html):
        name = match[2].lower()
        if not match[1]:
            open_tags[name] += 1
            total += 1
        elif open_tags[name]:
            open_tags[name] -= 1
            total -= 1
        if total > _MOST_OPEN:
            return True
    return False


def _prepared(html: str, host: str) -> str:
    """What the gate would take and a reader would miss: the alignment of cells, addresses without a host."""
    html = _ALIGNED.sub(r'\1 align="\2"', html)
    own = f"https://{host}/" if host else "/"
    return _RELATIVE.sub(lambda match: match[1] + ("https://" if match[2] == "//" else own), html)


def _with_code(html: str, seconds: float) -> tuple[str, bool]:
    """The HTML with its code blocks coloured, and whether some have a language that can be."""
    hinted = False
    until = time.thread_time() + seconds

    def block(match: re.Match[str]) -> str:
        nonlocal hinted
        language = match[1] or match[2] or ""
        if not is_known(language):
            return match[0]
        hinted = True
        left = until - time.thread_time()
        return code_block(html_entities.unescape(match[3]), language, left) if seconds else match[0]

    return _CODE.sub(block, html), hinted


def _lifted(html: str, shelf: Shelf) -> str:
    """Safe HTML with its formulas on the shelf, wherever they stand outside code."""
    if not _MATHS.search(html):
        return html
    parts = _APART.split(html)
    for at, part in enumerate(parts):
        if at % 2 == 0:
            if _MATHS.search(part):
                lifted = lift(html_entities.unescape(part), shelf, code=False)
                parts[at] = html_entities.escape(lifted, quote=False)
        elif span := _SPAN.fullmatch(part):
            parts[at] = _in_span(html_entities.unescape(span[1]), shelf)
    return "".join(parts)


def _in_span(text: str, shelf: Shelf) -> str:
    """What Stack Exchange marked as a formula, on the shelf; several, or what is none, as a text that may hold some."""
    inside = text.strip()
    for opening, closing, display in _DELIMITERS:
        tex = inside[len(opening) : len(inside) - len(closing)]
        if inside.startswith(opening) and inside.endswith(closing) and tex.strip():
            if not _INNER_DOLLAR.search(tex) or "\\text" in tex or "\\mbox" in tex:
                return shelf.add_formula(Piece(tex if display else tex.strip(), display, inside))
            break
    return html_entities.escape(lift(text, shelf, code=False), quote=False)
