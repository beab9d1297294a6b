"""Did you mean: a misspelt word of a query as the index knows it.

Backends answer how common a word is; here the near words are made and weighed. At most `MAX_WORDS` words of a query
are looked at, each with some hundred look-ups.
"""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase

from geeks.search.query import Query, Word
from geeks.search.words import STOP_WORDS, folded

MAX_WORDS = 3
SHORTEST, LONGEST = 4, 20
# A word that is there but this many times rarer than its neighbour is taken for a slip too.
RARER = 200
COMMON = 1_000  # posts with a word that nobody takes for a slip


def corrected(query: Query, count: Callable[[str, bool], int]) -> str:
    """The query as it was perhaps meant, or "".

    `count(word, exactly)` gives the number of posts with the word in any form; if `exactly`, 0 for a word that
    stands nowhere in this form.
    """
    better: dict[str, str] = {}
    looked = 0
    for clause in query.clauses:
        if clause.role != "should" or not isinstance(clause.term, Word) or looked >= MAX_WORDS:
            continue
        word = folded(clause.term.text.strip(".,;:!?()'`"))
        if not (word.isascii() and word.isalpha() and SHORTEST <= len(word) <= LONGEST) or word in STOP_WORDS:
            continue
        own = count(word, False)
        if own > COMMON:
            continue
        looked += 1
        found, best = max(((count(near, True), near) for near in _near(word)), default=(0, ""))
        if found > own * RARER:
            better[clause.source] = best
    if not better:
        return ""
    return " ".join(better.get(clause.source, clause.source) for clause in query.clauses if clause.source)


def _near(word: str) -> set[str]:
    """Words one slip away: a letter left out, doubled or wrong, or two exchanged."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    for letter in ascii_lowercase:
        found |= {left + letter + right[1:] for left, right in cuts if right}
        found |= {left + letter + right for left, right in cuts}
    found.discard(word)
    return found
