"""The words of safe HTML: as plain text for search and snippets, and its first hundred words as an excerpt.

Formulas stand in as single characters here and count as one word each, so none is ever cut.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from geeks.rendering.shelf import FORMULA

EXCERPT_WORDS = 100
EXCERPT_FORMULAS = 30
EXCERPT_CHARACTERS = 900  # of plain text, for words without end

_BLOCK_TAGS = """
    p div li ul ol dl dt dd blockquote pre h1 h2 h3 h4 h5 h6 hr br table thead tbody tfoot tr td th caption details
    summary
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_SKIPPED_IN_EXCERPT = frozenset({"pre"})


def plain_text(html: str) -> str:
    """All words of the HTML, a line a block, formulas as their stand-ins, code included."""
    return _read(html, frozenset(), "\n")


def prose(html: str) -> str:
    """The words of the HTML in one line without code blocks: what an excerpt is cut from."""
    return " ".join(_read(html, _SKIPPED_IN_EXCERPT, " ").split())


def mentioning(html: str) -> str:
    """The words outside code and links, in which `@name` is a mention."""
    return _read(html, frozenset({"pre", "code", "a"}), " ")


def cut(text: str, words: int = EXCERPT_WORDS) -> str:
    """The first words of a text in one line, with " …" when there are more; formulas are never cut."""
    length = count = formulas = 0
    for match in re.finditer(r"\S+", text):
        inside = len(FORMULA.findall(match[0]))
        count += max(1, inside)
        formulas += inside
        if count > words or formulas > EXCERPT_FORMULAS or match.end() > EXCERPT_CHARACTERS + 200:
            return f"{text[:length] or text[:EXCERPT_CHARACTERS]} …" if length or not inside else "…"
        length = match.end()
    return text


def _read(html: str, skipped: frozenset[str], separator: str) -> str:
    reader = _Reader(skipped, separator)
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self, skipped: frozenset[str], separator: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._skipped = skipped
        self._separator = separator
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._skipped:
            self._depth += 1
        self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped and self._depth:
            self._depth -= 1
        self._block(tag)

    def handle_data(self, data: str) -> None:
        if not self._depth:
            self.found.append(data)

    def _block(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.found.append(self._separator)
