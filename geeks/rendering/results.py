"""What rendering gives back: the finished text, its formulas, and the refusal with its reason."""

from __future__ import annotations

import html as html_entities
from dataclasses import dataclass


class RenderRefused(ValueError):
    """The text cannot be rendered within the limits; `str(error)` tells the author what is wrong and what to do.

    `html` is the escaped source as a safe fragment, `text` the source itself, so that nothing written is lost.
    """

    def __init__(self, reason: str, source: str = "") -> None:
        super().__init__(reason)
        self.text = source
        self.html = f"<pre>{html_entities.escape(source)}</pre>"

    def of(self, source: str) -> RenderRefused:
        """The same refusal, carrying the source it was raised for."""
        return RenderRefused(str(self), source)


@dataclass(frozen=True)
class Formula:
    """One formula: `tex` is the source between the delimiters (`\\begin…\\end` kept); `error` is empty when `ok`."""

    tex: str
    display: bool
    ok: bool = True
    error: str = ""


@dataclass(frozen=True)
class Rendered:
    """A rendered text. `html` and `excerpt_html` are safe; `text` and `excerpt` are plain, formulas as `$tex$`."""

    html: str
    text: str
    excerpt: str
    excerpt_html: str
    formulas: tuple[Formula, ...] = ()
    mentions: tuple[str, ...] = ()
    finished: bool = True  # else formulas or code wait for a second, slower rendering
