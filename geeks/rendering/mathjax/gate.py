"""The second look at what the engine wrote: only the elements, attributes and values listed here reach a page.

js/svg.js and js/mathml.js already write nothing else. But they run in the same engine as hostile TeX, so their word
is not enough.
"""

import re

_LENGTH = r"-?[\d.]{1,20}"
_NUMBERS = r"[-\d., eE]{0,4000}"
_SVG_VALUES = {
    "class": r"[a-z]{2}\d{1,5}",
    "aria-hidden": "true",
    "focusable": "false",
    "width": rf"{_LENGTH}(?:ex)?|100%",
    "height": rf"{_LENGTH}(?:ex)?",
    "viewBox": _NUMBERS,
    "preserveAspectRatio": "[A-Za-z]{4,20}",
    "overflow": "visible",
    "transform": r"[a-z\-\d., ()eE]{0,2000}",
    "fill": r"#[\da-fA-F]{3,8}|[A-Za-z]{2,30}|rgb\([\d%, ]{1,30}\)",
    "points": _NUMBERS,
    "d": r"[A-Za-z\-\d., ]{0,20000}",
    "stroke-linecap": "[a-z]{4,8}",
    "stroke-linejoin": "[a-z]{4,8}",
    "stroke-dasharray": _NUMBERS,
    "stroke-width": rf"{_LENGTH}(?:px)?",
    "font-size": _LENGTH,
    "font-family": "serif",
    "font-weight": "bold|normal",
    "font-style": "italic|normal",
    "pointer-events": "all",
    "href": r"#[A-Za-z\d_-]{1,4000}|https?://[^\s\"<>\\]{1,2000}",
    "rel": "nofollow ugc noopener",
    "tabindex": "-1",
    "id": r"eqn-[A-Za-z\d_-]{1,4000}",
    **dict.fromkeys(("x", "y", "x1", "x2", "y1", "y2", "rx", "ry", "cx", "cy"), _LENGTH),
}
_SVG_VALUES["stroke"] = _SVG_VALUES["fill"]
_MATHML_VALUES = {
    "display": "block",
    "mathvariant": "[a-z-]{3,30}",
    "linethickness": r"[a-z\d.]{1,20}",
    "notation": "[a-z ]{1,200}",
    "accent": "true|false",
    "accentunder": "true|false",
    "columnspan": r"\d{1,4}",
    "rowspan": r"\d{1,4}",
}
_SVG_ELEMENTS = "svg g a use path rect line polygon ellipse text"
_MATHML_ELEMENTS = (
    "math mrow mi mn mo mtext ms mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts none mtable mtr mtd menclose"
)


def _grammar(elements: str, values: dict[str, str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = "|".join(elements.split())
    attributes = "|".join(f'{name}="(?:{value})"' for name, value in values.items())
    return re.compile(rf"</(?:{names})>"), re.compile(rf"<(?:{names})(?: (?:{attributes}))*/?>")


_SVG = _grammar(_SVG_ELEMENTS, _SVG_VALUES)
_MATHML = _grammar(_MATHML_ELEMENTS, _MATHML_VALUES)
_TAG = re.compile(r"<[^>]*>")


def svg_is_allowed(text: str) -> bool:
    """Whether `text` is built from the listed SVG alone."""
    return _is_allowed(text, *_SVG)


def mathml_is_allowed(text: str) -> bool:
    """Whether `text` is built from the listed MathML alone."""
    return _is_allowed(text, *_MATHML)


def _is_allowed(text: str, closing: re.Pattern[str], opening: re.Pattern[str]) -> bool:
    """Every tag fits the grammar, tags are balanced, and between them stands no bare `<` or `>`."""
    open_tags: list[str] = []
    for tag in _TAG.findall(text):
        if closing.fullmatch(tag):
            if not open_tags or open_tags.pop() != tag[2:-1]:
                return False
        elif not opening.fullmatch(tag):
            return False
        elif not tag.endswith("/>"):
            open_tags.append(re.split("[ >]", tag[1:], maxsplit=1)[0])
    rest = _TAG.sub("", text)
    return not open_tags and "<" not in rest and ">" not in rest
