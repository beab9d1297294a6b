"""The index of formulas beside the index of posts: one document for each distinct formula, found by its parts.

Posts carry the numbers of their formulas, so this index only grows until the next rebuild, and what an edit leaves
behind belongs to no post. It has a commit of its own, always before that of the posts that name its formulas.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import tantivy
from tantivy import Occur
from tantivy import Query as Compiled

from geeks.search.formulas import Analysis, Found, Plan, find

FOLDER = "formulas"
HEAP = 15_000_000  # bytes
MAX_REMEMBERED = 64  # searches
BM25_MOST = 2.2  # times the inverse document frequency: no term's score is more
FIELDS = (("terms", "whitespace", "basic"),)


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    for name, analyser, kept in FIELDS:
        builder.add_text_field(name, tokenizer_name=analyser, index_option=kept)
    builder.add_bytes_field("tex", stored=True)
    return builder.build()


def create(path: Path) -> None:
    """An empty index of formulas in the folder of an index of posts."""
    (path / FOLDER).mkdir()
    tantivy.Index(schema(), path=str(path / FOLDER))


class FormulaWriter:
    """Adds formulas that are not there yet. Raises ValueError and OSError as the engine does."""

    def __init__(self, path: Path, heap: int = HEAP) -> None:
        self._index = tantivy.Index.open(str(path / FOLDER))
        self._writer = self._index.writer(heap, 1)
        self._searcher = self._index.searcher()
        self._new: set[int] = set()

    def add(self, formulas: Iterable[tuple[str, Analysis]]) -> None:
        """Formulas with their TeX."""
        for tex, one in formulas:
            if one.id in self._new or self._searcher.doc_freq("id", one.id):
                continue
            document = tantivy.Document()
            document.add_integer("id", one.id)
            document.add_text("terms", " ".join(one.terms))
            document.add_bytes("tex", tex.encode("utf-8", "replace"))
            self._writer.add_document(document)
            self._new.add(one.id)

    def commit(self) -> None:
        if self._new:
            self._writer.commit()
            self._index.reload()
            self._searcher = self._index.searcher()
            self._new.clear()

    def finish(self) -> None:
        self._writer.wait_merging_threads()

    def tidy(self) -> None:
        self._writer.garbage_collect_files()


class FormulaReader:
    """Finds formulas in the last commit."""

    def __init__(self, path: Path) -> None:
        self._index = tantivy.Index.open(str(path / FOLDER))
        self.reload()

    def reload(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()
        self._answers: dict[str, list[Found]] = {}

    def answers(self, tex: str) -> list[Found]:
        """The formulas that answer `tex`, the best first; remembered, since results and counts ask the same."""
        known = self._answers
        if tex not in known:
            if len(known) >= MAX_REMEMBERED:
                known.clear()
            known[tex] = find(self, tex)
        return known[tex]

    def find(self, plan: Plan, limit: int) -> list[Found]:
        """The formulas that answer best, the best first."""
        scale, own = self._scale(plan)
        one = self._one
        parts = [Compiled.const_score_query(one(term), float(points)) for term, points, _, _ in plan.steps]
        parts += [Compiled.boost_query(one(term), weight * scale) for term, weight in plan.parts]
        result = self._searcher.search(_either(parts), limit=limit, count=False)
        numbers = self._numbers([address for _, address in result.hits])
        found = []
        for number, (score, _) in zip(numbers, result.hits, strict=True):
            points = int(score) // 2 * 2
            one_found = plan.found(number, points, (score - points) / own if own else 0.0)
            if one_found is not None:
                found.append(one_found)
        return found

    def having(self, terms: list[str], limit: int) -> list[tuple[int, str]]:
        """(number, TeX) of formulas that have all of the terms, short ones first."""
        clauses = [(Occur.Must, self._one(term)) for term in terms]
        hits = self._searcher.search(Compiled.boolean_query(clauses), limit=limit, count=False).hits
        addresses = [address for _, address in hits]
        texs = [bytes(self._searcher.doc(address)["tex"][0]).decode("utf-8") for address in addresses]
        return list(zip(self._numbers(addresses), texs, strict=True))

    def _scale(self, plan: Plan) -> tuple[float, float]:
        """The factor that keeps the parts' sum below the lowest step, and what a full match is about worth."""
        documents = self._searcher.num_docs + 1
        full = 0.0
        for term, weight in plan.parts:
            found = self._searcher.doc_freq("terms", term)
            if found:
                full += weight * math.log(1 + (documents - found + 0.5) / (found + 0.5))
        # BM25 gives a formula of average length about as much as the sum of its terms' rarity.
        scale = 1.9 / (BM25_MOST * full) if full > 0 else 1.0
        return scale, full * scale

    def _one(self, term: str) -> Compiled:
        return Compiled.term_query(self._index.schema, "terms", term)

    def _numbers(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        if not addresses:
            return []
        return [int(number or 0) for number in self._searcher.fast_field_values("id", addresses)]


def _either(parts: list[Compiled]) -> Compiled:
    return Compiled.boolean_query([(Occur.Should, part) for part in parts])
