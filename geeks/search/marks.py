"""Which words of a text to mark for a query: its words in any inflected form, never those it excludes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from geeks.search.query import Formula, InTitle, Phrase, Query, Term, Wildcard, Word
from geeks.search.stems import stems
from geeks.search.words import SPACELESS, folded, meaningful, split

_RUNS = re.compile(f"[{SPACELESS}]+|[^\\s{SPACELESS}]+")


def highlights(query: Query) -> list[str]:
    """The words to mark as typed, without stop words; words of scripts without spaces stay whole."""
    pieces: list[str] = []
    for text in _texts(query):
        pieces += [piece.strip("*.,;:!?()'`\"") for piece in _RUNS.findall(text)]
    return meaningful(dict.fromkeys(folded(piece) for piece in pieces if piece))


def stem_matcher(query: Query, language: str = "english") -> Callable[[str], bool]:
    """Says whether a word of a text is one of the query's, perhaps inflected: `Gradients` for `gradient`."""
    wanted = set(stems(" ".join(meaningful(split(" ".join(_texts(query))))), language))
    patterns = [re.escape(folded(t.pattern)).replace(r"\*", ".*") for t in _terms(query) if isinstance(t, Wildcard)]
    wild = re.compile("|".join(patterns)) if patterns else None

    def matches(word: str) -> bool:
        found = stems(word, language)
        return bool(found) and (
            all(stem in wanted for stem in found) or (wild is not None and bool(wild.fullmatch(folded(word))))
        )

    return matches


def _terms(query: Query) -> Iterator[Term]:
    for clause in query.clauses:
        if clause.role != "not":
            yield clause.term.term if isinstance(clause.term, InTitle) else clause.term


def _texts(query: Query) -> Iterator[str]:
    for term in _terms(query):
        match term:
            case Word(text) | Phrase(text):
                yield text
            case Wildcard(pattern):
                yield max(pattern.split("*"), key=len)
            case Formula(_):
                continue
