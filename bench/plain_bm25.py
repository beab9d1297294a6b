"""Plain BM25, the yardstick of `search_quality`: one field of title and body, k1 1.2 and b .75, nothing else.

It gets the same words as the site's search: the same stems, and no stop words in the query. A word that is said twice
counts twice. Written out here, so that it owes nothing to an engine.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

from geeks.search.stems import stems
from geeks.search.words import meaningful, split

K1, B = 1.2, 0.75


class PlainBM25:
    """`documents` are (id, text)."""

    def __init__(self, documents: Iterable[tuple[int, str]]) -> None:
        self.postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.lengths: dict[int, int] = {}
        for number, text in documents:
            words = stems(text, "english")
            self.lengths[number] = len(words)
            for word, count in Counter(words).items():
                self.postings[word].append((number, count))
        self.average = sum(self.lengths.values()) / max(1, len(self.lengths))

    def search(self, text: str, size: int) -> list[int]:
        """The best ids; ties go to the lower one."""
        scores: dict[int, float] = defaultdict(float)
        for word, times in Counter(stems(" ".join(meaningful(split(text))), "english")).items():
            found = self.postings.get(word, [])
            idf = math.log(1 + (len(self.lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for number, count in found:
                long = K1 * (1 - B + B * self.lengths[number] / self.average)
                scores[number] += times * idf * count * (K1 + 1) / (count + long)
        return sorted(scores, key=lambda number: (-scores[number], number))[:size]
