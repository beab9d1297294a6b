"""HTML that authors type: which tags are tags, which are shown as text, and which attributes they may bring.

Authors' tags keep only plain attributes and never a class, so that nobody can forge the site's own markup.
Whether a tag is safe is not decided here; sanitise.py is the gate.
"""

from __future__ import annotations

import html as html_entities
import re

from geeks.rendering.tokens import COMMENT, TAG

_BLOCKS = (
    "address|article|aside|blockquote|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|meta|nav|noframes|object|ol|p|param|"
    "section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
BLOCK_OPEN = re.compile(rf" {{0,3}}</?(?:{_BLOCKS})(?:[\s/>]|$)", re.IGNORECASE)
VERBATIM_OPEN = re.compile(r" {0,3}<(pre|script|style|textarea)(?:[\s>]|$)", re.IGNORECASE)

# HTML's own element names: known ones are markup (most are dropped later), unknown ones such as `<T>` are text.
_HTML_NAMES = """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body
    br button canvas caption center cite code col colgroup content data datalist dd del details dfn dialog dir div
    dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup
    hr html i iframe image img input ins isindex kbd keygen label layer legend li link listing main map mark marquee
    math menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup option
    output p param picture plaintext portal pre progress q rb rp rt rtc ruby s samp script search section select
    shadow slot small source spacer span strike strong style sub summary sup svg table tbody td template textarea
    tfoot th thead time title tr track tt u ul var video wbr xmp xml xss
"""
KNOWN = frozenset(_HTML_NAMES.split())
_ATTRIBUTES = {
    "a": ("href", "title"),
    "img": ("src", "alt", "title", "width", "height"),
    "ol": ("start",),
    "td": ("align", "colspan", "rowspan"),
    "th": ("align", "colspan", "rowspan"),
}
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_PAIR = re.compile(r"""([a-zA-Z_:][\w.:-]*+)\s*+=\s*+([^\s"'=<>`]++|'[^']*+'|"[^"]*+")""")
_UNCLOSED = re.compile(r"<(?=[a-zA-Z/!?])")


def is_known(tag: str) -> bool:
    """Whether a tag's name is one of HTML's."""
    match = _NAME.match(tag)
    return match is not None and match[1].lower() in KNOWN


def cleaned_tag(tag: str) -> str:
    """A tag as written, with only the attributes that authors may use."""
    match = _NAME.match(tag)
    if match is None:
        return html_entities.escape(tag)
    name = match[1].lower()
    if tag.startswith("</"):
        return f"</{name}>"
    wanted = _ATTRIBUTES.get(name, ())
    pairs = [(key.lower(), value.strip("\"'")) for key, value in _PAIR.findall(tag) if key.lower() in wanted]
    kept = "".join(f' {key}="{html_entities.escape(html_entities.unescape(value))}"' for key, value in pairs)
    return f"<{name}{kept}>"


def allowed(raw: str) -> str:
    """A block of raw HTML with its tags cleaned, comments gone, and everything else as text."""
    raw = COMMENT.sub("", raw) if "-->" in raw else raw
    done: list[str] = []
    at = 0
    for match in TAG.finditer(raw):
        done.append(_UNCLOSED.sub("&lt;", raw[at : match.start()]))
        done.append(cleaned_tag(match[0]) if is_known(match[0]) else html_entities.escape(match[0]))
        at = match.end()
    done.append(_UNCLOSED.sub("&lt;", raw[at:]))
    return "".join(done)
