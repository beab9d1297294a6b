"""Reads finished HTML with parsers that share nothing with the renderer: formulas, harm, text, a comparable form."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag

_BLOCKS = frozenset(
    "p div ul ol li blockquote pre h1 h2 h3 h4 h5 h6 hr table thead tbody tr td th dl dt dd br".split()  # noqa: SIM905
)
_INLINE = frozenset("a b i em strong s strike del u sub sup small code kbd".split())  # noqa: SIM905
_FORBIDDEN = (
    "script style iframe frame frameset object embed applet form input button textarea select link meta base "
    "video audio source track template noscript portal marquee"
)
_IN_FORMULAS = ("svg", "g", "path", "use", "defs", "rect", "line", "text", "ellipse", "polygon", "foreignObject")
_ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "background", "poster", "data", "srcset")


def soup_of(html: str) -> BeautifulSoup:
    """The page as a tree; the wrapper keeps texts without tags from being taken for file names."""
    return BeautifulSoup(f"<body>{html}", "html.parser")


def formulas_of(html: str) -> list[tuple[str, str]]:
    """(tex, "inline" or "display") of every formula of a page, in order."""
    soup = soup_of(html)
    found = soup.select("span.math[data-tex], code.math-error[data-tex]")
    return [(str(one["data-tex"]), "display" if "math-display" in one.get("class", []) else "inline") for one in found]


def visible_text(html: str) -> str:
    """The words of a page without its formulas, white space joined."""
    soup = soup_of(html)
    for formula in soup.select("span.math, code.math-error, svg.math-glyphs"):
        formula.decompose()
    return " ".join(soup.get_text().split())


def harm_in(html: str) -> str:
    """What in a page could run, frame, submit, restyle or load from elsewhere; "" when nothing can."""
    soup = soup_of(html)
    for element in soup.find_all(True):
        if element.name.lower() in _FORBIDDEN.split():
            return f"<{element.name}>"
        if element.name in _IN_FORMULAS and not _in_formula(element):
            return f"<{element.name}> outside a formula"
        for name, value in element.attrs.items():
            problem = _harm_of(element.name, name.lower(), value if isinstance(value, str) else " ".join(value))
            if problem:
                return problem
    return ""


def _in_formula(element: Tag) -> bool:
    own = "math-glyphs" in element.get("class", [])
    return own or bool(element.find_parent(["span", "svg"], class_=["math", "math-glyphs"]))


def _harm_of(tag: str, name: str, value: str) -> str:
    if name.startswith("on") or name in ("style", "srcdoc", "formaction", "target", "ping"):
        return f"{tag} {name}={value[:40]}"
    if name == "id" and not re.fullmatch(r"(?:m[0-9a-f]{10}|g)-[\w-]+", value):
        return f"id {value[:40]}"
    if name in _ADDRESSES:
        address = re.sub(r"[\x00-\x20\x7f-\xa0]", "", value).lower()
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", address)
        if scheme and scheme[0] not in ("http:", "https:", "mailto:", "ftp:"):
            return f"{tag} {name}={value[:40]}"
        if tag in ("img", "use", "image") and (scheme or address.startswith("//")):
            return f"{tag} loads {value[:40]}"
    return ""


def events(html: str) -> list[str]:
    """HTML as a list of tags and texts in which rel, title, alt, class, entities and block white space do not count."""
    reader = _Events()
    reader.feed(html)
    reader.close()
    return reader.tidied()


def as_shown(found: list[str]) -> list[tuple[str, ...]]:
    """Events (of HTML that is balanced) as a browser shows them: every text with the inline elements round it, in
    whichever order they stand inside each other; blocks as they are."""
    shown: list[tuple[str, ...]] = []
    inline: list[str] = []
    for event in found:
        name = event[1:].split(" ", 1)[0] if event[:1] in "<>" else ""
        if name in _INLINE and event[0] == "<":
            inline.append(event)
        elif name in _INLINE and inline:
            inline.pop(max(place for place, one in enumerate(inline) if one[1:].split(" ", 1)[0] == name))
        elif name in _BLOCKS or name == "img":
            shown.append((event,))
        elif event.strip():
            shown.append((event.strip(), *sorted(inline)))
    return shown


class _Events(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[tuple[str, str, bool]] = []
        self._open: list[str] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._pre += tag == "pre"
        if tag not in ("br", "hr", "img"):
            self._open.append(tag)
        kept = " ".join(f"{key}={_address(value or '')}" for key, value in sorted(attrs) if key in ("href", "src"))
        self._found.append((f"<{tag} {kept}".rstrip(), tag, False))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while True:
            closed = self._open.pop()
            self._pre -= closed == "pre"
            self._found.append((f">{closed}", closed, False))
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._found and not self._found[-1][1]:
            data = self._found.pop()[0] + data
        self._found.append((data, "", bool(self._pre)))

    def tidied(self) -> list[str]:
        done: list[str] = []
        for index, (text, tag, verbatim) in enumerate(self._found):
            if tag:
                done.append(text)
                continue
            if verbatim:
                text = text.strip("\n")
            else:
                text = re.sub(r"\s+", " ", text)
                before = self._found[index - 1][1] if index else "p"
                after = self._found[index + 1][1] if index + 1 < len(self._found) else "p"
                text = text.lstrip() if before in _BLOCKS else text
                text = text.rstrip() if after in _BLOCKS else text
            if text:
                done.append(text)
        return done


def _address(value: str) -> str:
    escaped = re.sub(r"%[0-9a-fA-F]{2}", lambda match: match[0].upper(), value)
    return escaped.replace("http://i.stack.imgur.com", "https://i.stack.imgur.com")
