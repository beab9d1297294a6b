"""MathJax on the server: TeX in, SVG and MathML out, inside this process and within limits.

`typeset` takes the formulas of one post together, because its macros and labels belong together; `formula_html` and
`glyph_sheet` turn the answers into HTML, `Drawings` reads them back. Everything else here is nobody else's business.
"""

import json

from geeks import assets
from geeks.rendering.mathjax.markup import SHARED, formula_html, glyph_sheet
from geeks.rendering.mathjax.result import Typeset
from geeks.rendering.mathjax.stored import Drawings
from geeks.rendering.mathjax.typesetting import Drawn, available, forget, typeset, unavailable_reason


def _installed_version() -> str:
    try:
        package = json.loads((assets.NODE_MODULES / "mathjax" / "package.json").read_text(encoding="utf-8"))
        return str(package["version"])
    except (OSError, ValueError, KeyError):
        return "missing"


# Of MathJax, then of what we make of its output; stored with rendered posts, so that an upgrade can find old ones.
VERSION: str = f"{_installed_version()}+1"

__all__ = [
    "SHARED",
    "VERSION",
    "Drawings",
    "Drawn",
    "Typeset",
    "available",
    "forget",
    "formula_html",
    "glyph_sheet",
    "typeset",
    "unavailable_reason",
]
