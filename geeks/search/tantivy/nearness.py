"""What words of a search earn where they stand near each other in a text.

Where both words of a couple are frequent, hundreds of thousands of texts would have to be read for where the words
stand, three quarters of what such a search costs. Those are read for the best results alone, as they are ranked without
it, and these are put in order again.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import tantivy
from tantivy import Query as Compiled

from geeks.search.backend import Hit
from geeks.search.tantivy.combining import either, every

WEIGHT = 0.2
WITHIN = 3  # words that may stand between two neighbours of the query
FREQUENT = 30_000  # posts with the rarer word of a couple
BEST = 100  # results that are put in order again: five pages


class Nearness:
    """For one view of an index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def earned(self, stems: Sequence[str], frequent: bool) -> list[Compiled]:
        """For each couple of neighbours in a query: of rare words, or of `frequent` ones."""
        couples = dict.fromkeys((one, next) for one, next in pairwise(stems) if one != next)
        return [
            Compiled.boost_query(Compiled.phrase_query(self._schema, "text", [*couple], slop=WITHIN), WEIGHT)
            for couple in couples
            if self._are_frequent(couple) == frequent
        ]

    def put_in_order(self, hits: Sequence[Hit], near: Compiled) -> list[Hit]:
        """The BEST of `hits`, which are in order but for what they earn by `near`, in order with it."""
        best = {hit.id: hit.score for hit in hits[:BEST]}
        these = either([Compiled.term_query(self._schema, "id", number) for number in best])
        asked = every([Compiled.const_score_query(these, 0.0), near])
        found = self._searcher.search(asked, limit=BEST, count=False).hits
        addresses = [address for _, address in found]
        ids = self._searcher.fast_field_values("id", addresses) if addresses else []
        for number, (score, _) in zip(ids, found, strict=True):
            if number is not None:
                best[int(number)] += float(score)
        ordered = sorted(best.items(), key=lambda one: -one[1])  # equals stay as they were
        return [*(Hit(number, score) for number, score in ordered), *hits[BEST:]]

    def _are_frequent(self, couple: Sequence[str]) -> bool:
        return min(self._searcher.doc_freq("text", stem) for stem in couple) > FREQUENT
