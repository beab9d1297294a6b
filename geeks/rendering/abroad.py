"""Our HTML as Stack Exchange writes it, for dumps: the way of `foreign`, backwards. What comes out is no longer ours to
show, so it needs no gate; whoever reads it passes it through his own."""

from __future__ import annotations

import html as html_entities
import re

_SHEET = re.compile(r'<svg class="math-glyphs".*?</svg>', re.DOTALL)
_FORMULA = re.compile(
    r'<span class="math( math-display)?(?: math-wide)?" data-tex="([^"]*)"[^>]*>'
    r'(?:<svg\b.*?</svg><span class="math-mathml">.*?</math></span>|[^<]*)</span>',
    re.DOTALL,
)
_BROKEN = re.compile(r'<code class="math-error" data-tex="([^"]*)"[^>]*>.*?</code>', re.DOTALL)
_CODE = re.compile(r'<pre class="highlight"><code class="language-([\w.-]+)">(.*?)</code></pre>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LOCAL = re.compile(r'(<(?:a|img)(?: [a-z]+="[^"]*")*? (?:href|src)=")/(?!/)')


def html_abroad(html: str, site_url: str) -> str:
    """Stored HTML with its formulas as TeX in `span.math-container`, plain code, and addresses that work elsewhere."""
    html = _FORMULA.sub(lambda found: _span(found[2], bool(found[1])), _SHEET.sub("", html))
    html = _BROKEN.sub(lambda found: _span(found[1], False), html)
    html = _CODE.sub(lambda found: _plain_code(found[1], found[2]), html)
    html = html.replace('<a class="tag"', '<a class="post-tag"').replace(' loading="lazy"', "")
    return _LOCAL.sub(rf"\1{site_url}/", html)


def _span(tex: str, display: bool) -> str:
    """`tex` as it stands in an attribute: escaped, with quotes that a text does not need."""
    source = html_entities.escape(html_entities.unescape(tex), quote=False)
    if display and not source.lstrip().startswith("\\begin{"):
        source = f"$${source}$$"
    elif not display:
        source = f"${source}$"
    return f'<span class="math-container">{source}</span>'


def _plain_code(language: str, coloured: str) -> str:
    return f'<pre class="lang-{language} prettyprint-override"><code>{_TAG.sub("", coloured)}</code></pre>'
