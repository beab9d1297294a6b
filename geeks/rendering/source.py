"""The raw text as it comes in: cleaned of characters that could forge our marks, and held to the limits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geeks.rendering.results import RenderRefused
from geeks.rendering.shelf import Piece

MAX_SOURCE = 30_000  # characters of Markdown in one post
MAX_TEX = 30_000  # characters of TeX in one post
MAX_FORMULA = 4_000  # characters of TeX in one formula
MAX_FORMULAS = 300  # formulas in one post

# Controls, bidirectional overrides and isolates, noncharacters, lone surrogates and all private-use characters: the
# last are our place holders, the others only serve to deceive a reader or a parser.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));?")
_BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029")


def clean(source: str) -> str:
    """The text with Unix line ends and without forbidden characters; refuses more than MAX_SOURCE characters."""
    text = clean_part(source)
    if len(text) > MAX_SOURCE:
        raise RenderRefused(
            f"The text has {len(text):,} characters; at most {MAX_SOURCE:,} are allowed. "
            "Please shorten it or split it into several posts.",
            source,
        )
    return text


def clean_part(text: str) -> str:
    """A text of any length with Unix line ends and without forbidden characters."""
    if text.isascii() and text.isprintable() and "&#" not in text:  # a name, a title: nothing to do
        return text
    return _REFERENCE.sub(_allowed_reference, _FORBIDDEN.sub("", _BREAKS.sub("\n", text)))


def check_formulas(pieces: Sequence[Piece]) -> None:
    """Refuse a text whose formulas are too many, too long or too long together, naming the first that is."""
    if len(pieces) > MAX_FORMULAS:
        raise RenderRefused(
            f"The text has {len(pieces):,} formulas; at most {MAX_FORMULAS} are allowed. "
            "Please join some of them or split the post."
        )
    for number, piece in enumerate(pieces, 1):
        if len(piece.tex) > MAX_FORMULA:
            raise RenderRefused(
                f"Formula {number} has {len(piece.tex):,} characters; at most {MAX_FORMULA:,} are allowed. "
                f"It begins with “{piece.tex[:40].strip()}”. Please split it."
            )
    total = sum(len(piece.tex) for piece in pieces)
    if total > MAX_TEX:
        raise RenderRefused(f"The formulas have {total:,} characters together; at most {MAX_TEX:,} are allowed.")


def _allowed_reference(match: re.Match[str]) -> str:
    """A character reference as written, or the replacement character when it names a forbidden one."""
    code = int(match[1], 16) if match[1] else int(match[2])
    return "\ufffd" if code > 0x10FFFF or _FORBIDDEN.match(chr(code)) else match[0]
