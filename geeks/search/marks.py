"""Which words of a text to mark for a query: its words in any inflected form, never those it excludes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from geeks.search.formulas import FormulaClass, best_class, formula_class
from geeks.search.query import Formula, InBody, InCode, InTitle, Phrase, Query, Term, Wildcard, Word
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


def formula_matches(query: Query, texs: Iterable[str]) -> dict[str, FormulaClass]:
    """Which of a post's formulas answer those of the query, and how: the best class of each, by its TeX.

    For marking them on a page. Recomputed from the TeX, so it holds for any text; a formula costs some tenths of a
    millisecond the first time.
    """
    asked = [term.tex for term in _terms(query) if isinstance(term, Formula)]
    found = {tex: best_class(formula_class(one, tex) for one in asked) for tex in dict.fromkeys(texs)} if asked else {}
    return {tex: kind for tex, kind in found.items() if kind is not None}


def _terms(query: Query) -> Iterator[Term]:
    for clause in query.clauses:
        if clause.role != "not":
            yield clause.term.term if isinstance(clause.term, InTitle | InBody | InCode) else clause.term


def _texts(query: Query) -> Iterator[str]:
    for term in _terms(query):
        match term:
            case Word(text) | Phrase(text):
                yield text
            case Wildcard(pattern):
                yield max(pattern.split("*"), key=len)
            case Formula(_):
                continue
