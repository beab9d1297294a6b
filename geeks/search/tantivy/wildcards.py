"""Words with `*`: the terms of the index that are written so, and the stems of the words that are (see `lexicon`)."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import Occur
from tantivy import Query as Compiled

from geeks.search.query import MAX_STARS
from geeks.search.tantivy.lexicon import Lexicon


class Wildcards:
    """Compiles patterns, given as the pieces between the stars."""

    def __init__(self, schema: tantivy.Schema, lexicon: Lexicon) -> None:
        self.schema = schema
        self.lexicon = lexicon

    def words(self, field: str, pieces: Sequence[str]) -> Compiled:
        """Posts with a word of this pattern, in any of its forms, in the text or in the title."""
        found = self.pattern(field, pieces)
        if too_many(pieces) or not (stems := self.lexicon.stems(pieces)):
            return found
        others = Compiled.const_score_query(Compiled.term_set_query(self.schema, field, stems), 1.0)
        return Compiled.boolean_query([(Occur.Should, found), (Occur.Should, others)])

    def pattern(self, field: str, pieces: Sequence[str]) -> Compiled:
        """Posts with a term of this pattern in the field."""
        if too_many(pieces):
            return Compiled.empty_query()
        regex = ".*".join("".join(_literal(c) for c in piece) for piece in pieces)
        return Compiled.const_score_query(Compiled.regex_query(self.schema, field, regex), 1.0)


def too_many(pieces: Sequence[str]) -> bool:
    """The engine refuses a pattern of very many pieces."""
    return len(pieces) > MAX_STARS + 2


def _literal(character: str) -> str:
    return character if character.isalnum() else f"\\x{{{ord(character):x}}}"
