"""Where pieces that Markdown must not touch wait: formulas, code and raw tags, each stood in for by one character.

A stand-in is a single private-use character, so to Markdown it is one letter of a word. The source never contains
any (see source.py), so none can be forged.
"""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Callable
from dataclasses import dataclass, field

_FORMULA_BASE = 0xE000  # U+E000–U+F8FF: 6,400 formulas, far above the limit
_FORMULA_LAST = 0xF8FF
_KEPT_BASE = 0xF0000  # plane 15: more than a text of 30,000 characters can need

FORMULA = re.compile("[\ue000-\uf8ff]")
KEPT = re.compile("[\U000f0000-\U000ffffd]")
_ANY = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd]")


@dataclass(frozen=True)
class Piece:
    """A formula as found: the TeX between the delimiters, and the source with them."""

    tex: str
    display: bool
    source: str

    @property
    def dollars(self) -> str:
        """The formula in dollars, as search and plain texts show it."""
        return f"$${self.tex.strip()}$$" if self.display else f"${self.tex.strip()}$"


@dataclass(frozen=True)
class Kept:
    """Finished HTML and what it says as plain text; `block` when it may not stand inside a paragraph."""

    html: str
    text: str
    block: bool = False


@dataclass
class Shelf:
    """The pieces of one text, in the order of their lifting."""

    formulas: list[Piece] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)

    def add_formula(self, piece: Piece) -> str:
        """Put a formula away; the character that stands for it."""
        if _FORMULA_BASE + len(self.formulas) > _FORMULA_LAST:
            return piece.source
        self.formulas.append(piece)
        return chr(_FORMULA_BASE + len(self.formulas) - 1)

    def keep(self, html: str, text: str = "", block: bool = False) -> str:
        """Put finished HTML away; the character that stands for it."""
        self.kept.append(Kept(html, text, block))
        return chr(_KEPT_BASE + len(self.kept) - 1)

    def keep_code(self, code: str) -> str:
        """Put a code span away."""
        return self.keep(f"<code>{html_entities.escape(code, quote=False)}</code>", code)

    def stand_in(self, number: int) -> str:
        """The character that stands for a formula."""
        return chr(_FORMULA_BASE + number)

    def formula_of(self, char: str) -> int:
        """The number (from 0) of the formula a character stands for."""
        return ord(char) - _FORMULA_BASE

    def kept_of(self, char: str) -> Kept:
        """What a character of plane 15 stands for."""
        return self.kept[ord(char) - _KEPT_BASE]

    def is_block(self, char: str) -> bool:
        """Whether the character stands for a block (a code block, a raw HTML block)."""
        return bool(KEPT.match(char)) and self.kept_of(char).block

    def put_back(self, html: str) -> str:
        """The HTML with all kept pieces in their places; formulas still stand in."""
        if not self.kept:
            return html
        return KEPT.sub(lambda match: self.kept_of(match[0]).html, html)

    def plain(self, text: str) -> str:
        """The text with every stand-in replaced by its source: for attributes, which hold no markup."""
        return _ANY.sub(self._plain_of, text)

    def keep_shown(self, html: str) -> str:
        """Forget the formulas that ended in no text (but in an attribute, or in nothing); the HTML renumbered."""
        if html.isascii():
            self.formulas = []
            return html
        shown: list[Piece] = []

        def renumbered(match: re.Match[str]) -> str:
            shown.append(self.formulas[self.formula_of(match[0])])
            return self.stand_in(len(shown) - 1)

        html = FORMULA.sub(renumbered, html)
        self.formulas = shown
        return html

    def fill(self, html: str, show: Callable[[int, Piece], str]) -> str:
        """The HTML with every formula's stand-in replaced by `show(number, piece)`."""
        if html.isascii():  # which costs nothing, and no stand-in is
            return html

        def shown(match: re.Match[str]) -> str:
            number = self.formula_of(match[0])
            return show(number, self.formulas[number]) if number < len(self.formulas) else ""

        return FORMULA.sub(shown, html)

    def _plain_of(self, match: re.Match[str]) -> str:
        if KEPT.match(match[0]):
            return self.kept_of(match[0]).text
        return self.formulas[self.formula_of(match[0])].source
