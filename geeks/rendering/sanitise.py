"""The last gate: user HTML becomes safe here and nowhere else. One allow-list, enforced by nh3 (ammonia, Rust).

What is not listed is dropped: tags leave their text, scripts and styles go with their contents. The formulas' markup is
the typesetter's own and is put in after this gate.
"""

from __future__ import annotations

import re
from functools import cache

import nh3
from markupsafe import Markup

_POST_TAGS = """
    a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins
    kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var
"""
_PHRASE_TAGS = "a b br code del em i kbd mark s span strike strong sub sup"
_LOST_TAGS = "script style iframe object embed template noembed noframes noscript xmp textarea title"

TAGS = frozenset(_POST_TAGS.split())
INLINE_TAGS = frozenset(_PHRASE_TAGS.split())

_CONTENT_GOES = frozenset(_LOST_TAGS.split())
_ALIGN = frozenset({"left", "center", "right"})
_SPAN = frozenset(str(number) for number in range(1, 21))
_ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "blockquote": {"class"},
    "code": {"class"},
    "div": {"class"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "ol": {"start"},
    "pre": {"class"},
    "span": {"class"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}
_CLASSES = {
    "a": re.compile(r"tag|mention|image-link"),
    "blockquote": re.compile(r"spoiler"),
    "code": re.compile(r"language-[\w.-]{1,30}"),
    "div": re.compile(r"table-container"),
    "pre": re.compile(r"highlight"),
    "span": re.compile(r"[a-z][a-z0-9]{0,2}|image-link"),  # Pygments' short names
}
# tag: Stack Exchange's class name, ours
_THEIRS = {
    "a": ("post-tag", "tag"),
    "blockquote": ("spoiler", "spoiler"),
    "div": ("s-table-container", "table-container"),
    "span": ("math-container", "math-container"),
}
_NUMBER = re.compile(r"[0-9]{1,9}")
_ADDRESS = re.compile(r"(?:https?://|mailto:|ftp://|/(?![/\\])|[#?]|[\w.~%-](?![^/?#]*:))", re.IGNORECASE)
_FOREIGN = re.compile(r'<a(?=(?: (?:class|title)="[^"]*")* href="(?:https?:|ftp:))', re.IGNORECASE)
_BARE_LINK = re.compile(r"<a(?: title=\"[^\"]*\")?>(.*?)</a>", re.DOTALL)

FOREIGN_REL = "nofollow ugc noopener"


def sanitised(html: str, tags: frozenset[str] = TAGS, foreign: bool = False) -> str:
    """The HTML with nothing in it but `tags`, their listed attributes, plain addresses and the site's own classes.

    Links to other sites get `rel`; relative addresses and `http`, `https`, `mailto`, `ftp` stay, all others go.
    `foreign` reads Stack Exchange's class names, as ours where we have one; it is a first look, never the last gate.
    """
    clean = _cleaner(tags, foreign).clean(html)
    clean = _BARE_LINK.sub(r"\1", clean)
    return _FOREIGN.sub(f'<a rel="{FOREIGN_REL}"', clean)


@cache
def _cleaner(tags: frozenset[str], foreign: bool) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags=set(_CONTENT_GOES),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items() if tag in tags},
        attribute_filter=_kept_of_foreign if foreign else _kept,
        url_schemes={"http", "https", "mailto", "ftp"},
        link_rel=None,
    )


def safe(html: str) -> Markup:
    """HTML that `render` made, marked as safe for templates."""
    return Markup(html)  # noqa: S704 (the one place where HTML is declared safe)


def _kept(tag: str, name: str, value: str) -> str | None:
    """The value an attribute may have, None when it goes."""
    if name == "class":
        return value if _CLASSES[tag].fullmatch(value) else None
    if name in ("href", "src"):
        return value if _ADDRESS.match(value) else None
    if name == "loading":
        return "lazy"
    if name == "align":
        return value if value in _ALIGN else None
    if name in ("colspan", "rowspan"):
        return value if value in _SPAN else None
    if name in ("start", "width", "height"):
        return value if _NUMBER.fullmatch(value) else None
    return value


def _kept_of_foreign(tag: str, name: str, value: str) -> str | None:
    return _ours(tag, value) if name == "class" else _kept(tag, name, value)


def _ours(tag: str, classes: str) -> str | None:
    """What Stack Exchange's class names are called here, and the one that marks its formulas."""
    words = classes.split()
    if tag in ("pre", "code"):
        hint = next((word for word in words if word.startswith("lang-")), "")
        return f"language-{hint[5:35]}" if hint else None
    name = _THEIRS.get(tag)
    return name[1] if name and name[0] in words else None
