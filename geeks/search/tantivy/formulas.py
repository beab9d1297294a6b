"""The index of formulas beside the index of posts: one document for each distinct formula, found by its parts.

Formulas are numbered from 0 as they come, and posts carry the numbers of theirs: they take a fraction of what hashes
take. None is ever removed, so this index only grows until the next rebuild, and what an edit leaves behind belongs to
no post. It has a commit of its own, always before that of the posts that name its formulas.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import tantivy
from tantivy import Occur
from tantivy import Query as Compiled

from geeks.search.formulas import Found, Plan, analyse, find, identity_term

FOLDER = "formulas"
HEAP = 15_000_000  # bytes
MAX_KNOWN = 1_000_000  # formulas whose numbers a writer remembers: some hundred megabytes
MAX_REMEMBERED = 64  # searches
BM25_MOST = 2.2  # times the inverse document frequency: no term's score is more
FIELDS = (("terms", "whitespace", "basic"),)


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", fast=True)
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
        self._known: dict[int, int] = {}  # id -> number, of those seen since the start
        self._look()

    def number(self, formula: int, tex: str, terms: str) -> int:
        """The number of the formula with this id, which is added if it is not there; no terms: they are read anew."""
        found = self._known.get(formula)
        if found is None:
            found = self._stored(identity_term(formula))
        if found is None:
            found = self._next
            if not terms and (one := analyse(tex)) is not None:
                terms = " ".join(one.terms)
            document = tantivy.Document()
            document.add_integer("number", found)
            document.add_text("terms", terms)
            document.add_bytes("tex", tex.encode("utf-8", "replace"))
            self._writer.add_document(document)
            self._next += 1
        self._known[formula] = found
        return found

    def commit(self) -> None:
        if self._next > self._searcher.num_docs:
            self._writer.commit()
            self._look()
            if len(self._known) > MAX_KNOWN:
                self._known.clear()

    def finish(self) -> None:
        self._writer.wait_merging_threads()

    def tidy(self) -> None:
        self._writer.garbage_collect_files()

    def _look(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()
        self._next = self._searcher.num_docs

    def _stored(self, term: str) -> int | None:
        if not self._searcher.num_docs or not self._searcher.doc_freq("terms", term):
            return None
        query = Compiled.term_query(self._index.schema, "terms", term)
        ((_, address),) = self._searcher.search(query, limit=1, count=False).hits
        return _numbers(self._searcher, [address])[0]


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
        parts = [Compiled.const_score_query(self._all(terms), float(points)) for terms, points, _, _ in plan.steps]
        parts += [Compiled.boost_query(one(term), weight * scale) for term, weight in plan.parts]
        result = self._searcher.search(_either(parts), limit=limit, count=False)
        numbers = _numbers(self._searcher, [address for _, address in result.hits])
        found = []
        for number, (score, _) in zip(numbers, result.hits, strict=True):
            points = int(score) // 2 * 2
            one_found = plan.found(number, points, (score - points) / own if own else 0.0)
            if one_found is not None:
                found.append(one_found)
        return found

    def having(self, terms: list[str], limit: int) -> list[tuple[int, str]]:
        """(number, TeX) of formulas that have all of the terms, short ones first."""
        hits = self._searcher.search(self._all(terms), limit=limit, count=False).hits
        addresses = [address for _, address in hits]
        texs = [bytes(self._searcher.doc(address)["tex"][0]).decode("utf-8") for address in addresses]
        return list(zip(_numbers(self._searcher, addresses), texs, strict=True))

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

    def _all(self, terms: Sequence[str]) -> Compiled:
        if len(terms) == 1:
            return self._one(terms[0])
        return Compiled.boolean_query([(Occur.Must, self._one(term)) for term in terms])

    def _one(self, term: str) -> Compiled:
        return Compiled.term_query(self._index.schema, "terms", term)


def _numbers(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[int]:
    return [int(number or 0) for number in searcher.fast_field_values("number", addresses)] if addresses else []


def _either(parts: list[Compiled]) -> Compiled:
    return Compiled.boolean_query([(Occur.Should, part) for part in parts])
