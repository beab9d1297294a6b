"""The part of indexing that needs no index: a document checked, its words cut and its formulas read.

It is most of the work, and may go on in other processes: a `Preparation` can be sent there, and what it gives can
be sent back.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from geeks.search.backend import PutAside, checked
from geeks.search.documents import Document, Record
from geeks.search.formulas import analyse
from geeks.search.tantivy.analysis import Words

MAX_KNOWN = 300_000  # TeX of formulas that were read before


class Prepared(NamedTuple):
    """A record ready to be written. `forms`, `marks` and `couples` are what `Words.read` gives;
    `formulas` are (id, TeX, terms). What the same preparation has given before may be left out of forms and terms."""

    record: Record
    forms: list[tuple[str, str]]
    marks: list[str]
    couples: list[str]
    formulas: list[tuple[int, str, str]]

    @property
    def id(self) -> int:
        return self.record.id


class Preparation:
    """Prepares documents for an index of this language; `brief` if all of them go into the same one."""

    def __init__(self, language: str, brief: bool) -> None:
        self.brief = brief
        self._words = Words(language)
        self._read: dict[str, int] = {}  # TeX -> id of the formula

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._words.language, self.brief)

    def __call__(self, document: Document) -> Prepared | PutAside:
        """What the writer takes, or why it cannot be."""
        one = checked(document)
        if isinstance(one, PutAside):
            return one
        return Prepared(one, *self._words.read(one.title, one.body, self.brief), self._formulas(one.formulas))

    def _formulas(self, texs: tuple[str, ...]) -> list[tuple[int, str, str]]:
        found: dict[int, tuple[int, str, str]] = {}
        for tex in texs:
            known = self._read.get(tex)
            if known is not None:
                found.setdefault(known, (known, tex, ""))
            elif (one := analyse(tex)) is not None:
                if len(self._read) >= MAX_KNOWN:
                    self._read.clear()
                self._read[tex] = one.id
                found.setdefault(one.id, (one.id, tex, " ".join(one.terms)))
        return list(found.values())
