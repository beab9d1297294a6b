"""What somebody is writing, as the index is asked for posts about the same thing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from geeks.search.formulas import telling
from geeks.search.words import dollar_formulas, without_formulas

MAX_LENGTH = 30_000  # characters looked at


@dataclass(frozen=True, slots=True)
class Draft:
    """Title and text without formulas, and the few formulas that say what it is about."""

    title: str
    text: str
    formulas: tuple[str, ...] = ()

    @classmethod
    def of(cls, title: str, text: str, formulas: Collection[str] | None = None) -> Draft:
        """`formulas` is TeX; None takes what stands between dollars."""
        title, text = title[:MAX_LENGTH], text[:MAX_LENGTH]
        texs = list(formulas) if formulas is not None else dollar_formulas(f"{title} {text}")
        return cls(without_formulas(title, texs), without_formulas(text, texs), tuple(telling(texs)))
