"""The words of safe HTML: as plain text for search and snippets, and its first hundred words as an excerpt.

Formulas stand in as single characters here and count as one word each, so none is ever cut.
"""

from __future__ import annotations

import html as html_entities
import re

from geeks.rendering.shelf import FORMULA

EXCERPT_WORDS = 100
EXCERPT_FORMULAS = 30
EXCERPT_CHARACTERS = 900  # of plain text, for words without end
EXCERPT_MOST = EXCERPT_CHARACTERS + 200

_BLOCKS = "p|div|li|ul|ol|dl|dt|dd|blockquote|pre|h[1-6]|hr|br|table|thead|tbody|tfoot|tr|td|th|caption|details|summary"
# Safe HTML is regular: every element is closed, and no bare angle bracket stands in a text or an attribute.
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})(?: [^>]*)?>")
_TAG = re.compile(r"<[^>]*>")
_BEGINNING = re.compile(rf"\S+(?: \S+){{0,{EXCERPT_WORDS - 1}}}")
_CODE_BLOCK = re.compile(r"<(pre)(?: [^>]*)?>.*?</\1>", re.DOTALL)
_NO_MENTION = re.compile(r"<(pre|code|a)(?: [^>]*)?>.*?</\1>", re.DOTALL)


def plain_text(html: str) -> str:
    """All words of safe HTML, a line a block, formulas as their stand-ins, code included."""
    lines = (" ".join(line.split()) for line in _words(html, "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def prose(html: str) -> str:
    """The words of safe HTML in one line, "…" for code blocks between them: what an excerpt is cut from."""
    parts = (" ".join(_words(part, " ").split()) for part in _CODE_BLOCK.split(html)[::2])
    return " … ".join(part for part in parts if part)


def mentioning(html: str) -> str:
    """The words outside code and links, in which `@name` is a mention."""
    return _words(_NO_MENTION.sub(lambda skipped: " " if skipped[1] == "pre" else "", html), " ")


def cut(text: str) -> str:
    """The first words of a text in one line, with " …" when there are more; formulas are never cut."""
    if FORMULA.search(text):
        return _cut_between_formulas(text)
    beginning = _BEGINNING.match(text)
    kept = beginning[0] if beginning else ""
    if len(kept) > EXCERPT_MOST:
        kept = kept[: kept.rfind(" ", 0, EXCERPT_MOST + 1)] if " " in kept[: EXCERPT_MOST + 1] else ""
    return text if kept == text else f"{(kept or text[:EXCERPT_CHARACTERS]).removesuffix(' …')} …"


def _cut_between_formulas(text: str) -> str:
    length = count = formulas = 0
    for match in re.finditer(r"\S+", text):
        inside = len(FORMULA.findall(match[0]))
        count += max(1, inside)
        formulas += inside
        if count > EXCERPT_WORDS or formulas > EXCERPT_FORMULAS or match.end() > EXCERPT_MOST:
            return f"{text[:length] or text[:EXCERPT_CHARACTERS]} …" if length or not inside else "…"
        length = match.end()
    return text


def _words(html: str, separator: str) -> str:
    return html_entities.unescape(_TAG.sub("", _BLOCK.sub(separator, html)))
