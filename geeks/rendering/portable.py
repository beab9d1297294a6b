"""Stored HTML as it can stand away from our pages, in Stack Exchange's own form: each formula as its TeX between
dollars in `span.math-container`, and addresses whole. What the API gives out, and what an archive can hold."""

from __future__ import annotations

import re

# The typesetter's own markup; authors cannot write it. A drawing may nest, its MathML holds no span.
_FORMULA = re.compile(
    r'<span class="math(?P<display> math-display)?[^"]*" data-tex="(?P<tex>[^"]*)"[^>]*>'
    r'(?:<svg\b.*?<span class="math-mathml">.*?</span>|[^<]*)</span>'
    r'|<code class="math-error" data-tex="(?P<wrong>[^"]*)"[^>]*>[^<]*</code>'
    r'|<svg class="math-glyphs".*?</svg>',
    re.DOTALL,
)
# What stands as a formula without dollars, and always as a display.
_BARE = re.compile(
    r"\\begin\{(?:equation|align|alignat|gather|multline|flalign|eqnarray|displaymath|math)\*?\}.*\\end\{\w+\*?\}",
    re.DOTALL,
)
OWN_ADDRESS = re.compile(r'(\s(?:href|src)=")/(?!/)')


def portable(html: str, site_url: str) -> str:
    """The HTML with formulas as TeX and with `site_url` before addresses of our own."""
    return OWN_ADDRESS.sub(rf"\g<1>{site_url}/", with_tex(html))


def with_tex(html: str) -> str:
    """The HTML with each formula as `<span class="math-container">$tex$</span>`, of which no drawing is left."""
    return _FORMULA.sub(_container, html) if 'class="math' in html else html


def _container(match: re.Match[str]) -> str:
    tex, wrong = match["tex"], match["wrong"]
    if tex is None and wrong is None:  # the outlines that the drawings shared
        return ""
    tex = (tex if tex is not None else wrong).strip()
    if _BARE.fullmatch(tex):
        return f'<span class="math-container">{tex}</span>'
    dollars = "$$" if match["display"] else "$"
    return f'<span class="math-container">{dollars}{tex}{dollars}</span>'
