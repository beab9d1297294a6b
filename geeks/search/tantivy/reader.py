"""Reading side of the Tantivy backend: always the newest commit of the index in use, whoever made it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import tantivy

from geeks.search.backend import Entry, Facets, Hit, Page, SearchUnavailable
from geeks.search.documents import KINDS
from geeks.search.query import Query, Sort
from geeks.search.shelf import Shelf, file_signature
from geeks.search.tantivy.formulas import FormulaReader
from geeks.search.tantivy.lexicon import Lexicon
from geeks.search.tantivy.nearness import BEST
from geeks.search.tantivy.queries import Compiler
from geeks.search.tantivy.schema import SAMPLES, STATES, register

FACETS = ("states", "category", "tags")
MOST_COUNTED = 10_000  # results for the facets; of more the smallest part is taken that has as many, or nearly
ENOUGH = 100  # in a sample, for two digits: then two in three estimates are right to a tenth
LAST_RESULT = 10_000  # a page beyond it is empty: nobody reads there, and deep pages cost memory
ORDERS: dict[Sort, str | None] = {
    "relevance": None,
    "newest": "created",
    "active": "active",
    "score": "by_score",
}


class Reader:
    """An index that reopens itself when another was put into use, and reloads after each commit to it."""

    def __init__(self, shelf: Shelf, language: str, fixed: Path | None = None) -> None:
        self.shelf = shelf
        self.language = language
        self.fixed = fixed
        self._lock = threading.Lock()
        self._shelf_seen = self._meta_seen = (-1, -1)
        self._path: Path | None = None
        self._index: tantivy.Index | None = None
        self._compiler: Compiler | None = None
        self._formulas: FormulaReader | None = None
        self._lexicon: Lexicon | None = None

    def look(self) -> tuple[tantivy.Searcher, Compiler]:
        """A view of the index as of now. Raises `SearchUnavailable`."""
        with self._lock, readable():
            self._reopen()
            if self._path is None or self._index is None or self._formulas is None or self._lexicon is None:
                raise SearchUnavailable("There is no search index yet: it is made when the worker starts.")
            # A reader in another process is told of commits by nobody; the file's date says it for a microsecond.
            seen = file_signature(self._path / "meta.json")
            if seen != self._meta_seen or self._compiler is None:
                self._index.reload()
                self._formulas.reload()
                self._compiler = Compiler(self._index, self.language, self._formulas, self._lexicon)
                self._meta_seen = seen
            return self._compiler.searcher, self._compiler

    def state(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """What `look` would see change."""
        path = self._path
        return self.shelf.signature(), file_signature(path / "meta.json") if path else (0, 0)

    def forget(self) -> None:
        with self._lock:
            self._shelf_seen = self._meta_seen = (-1, -1)
            self._index = self._compiler = self._path = None

    def search(self, query: Query, size: int, offset: int) -> Page:
        searcher, compiler = self.look()
        order = ORDERS[query.sort]
        if order is None and not query.ranks:
            order = "active"  # everything is equally relevant
        with readable():
            compiled, exact = compiler.compile(query, ranked=order is None)
            near = compiler.near_in_the_best(query) if order is None and 0 <= offset < BEST else None
            if near is None:
                found = page(searcher, compiled, size=size, offset=offset, order=order, ascending=query.ascending)
            else:
                best = page(searcher, compiled, size=max(BEST, offset + size))
                hits = compiler.nearness.put_in_order(best.hits, near)[offset : offset + size]
                found = replace(best, hits=tuple(hits))
            return found if exact else replace(found, total_is_exact=False)

    def facets(self, query: Query, tags: int, total: int | None) -> Facets:
        searcher, compiler = self.look()
        with readable():
            if total is None:
                total = page(searcher, compiler.compile(query, ranked=False)[0], size=1).total
            # An index of an older version, which serves while a new one is made, has the first sample alone.
            there = [share for share, sample in SAMPLES.items() if searcher.doc_freq("states", sample)]
            share = share_of(total, there)
            among = None if share == 1 else compiler.one("states", SAMPLES[share])
            counted, _ = compiler.compile(query, ranked=False, among=among)
            result = searcher.aggregate(counted, {name: _terms(name, tags) for name in FACETS})
            counts = {name: {one["key"]: one["doc_count"] for one in result[name]["buckets"]} for name in FACETS}
            # Numbers come back as floats.
            states = {name: counts["states"].get(number, 0) for name, number in STATES.items()}

            def of(found: dict[str, int]) -> dict[str, int]:
                return {name: estimated(count, share) for name, count in found.items() if count}

            return Facets(
                total=total,
                exact=share == 1,
                categories=of(counts["category"]),
                kinds=of({name: states[name] for name in KINDS}),
                tags=of(counts["tags"]),
                answered=estimated(states["isanswered"], share),
                unanswered=estimated(states["question"] - states["isanswered"], share),
                formulas=_formula_counts(searcher, compiler, query) if query.formulas else {},
            )

    def entries(self, first: int, last: int) -> list[Entry]:
        searcher, compiler = self.look()
        with readable():
            asked = compiler.range("id", first, last)
            count = page(searcher, asked, size=1).total
            hits = searcher.search(asked, limit=max(1, count), count=False).hits
            addresses = [address for _, address in hits]
            columns = [searcher.fast_field_values(name, addresses) for name in Entry._fields] if addresses else []
            return sorted(map(Entry._make, zip(*columns, strict=True)))

    def _reopen(self) -> None:
        seen = self.shelf.signature()
        if self._index is not None and (self.fixed is not None or seen == self._shelf_seen):
            return
        path = self.fixed or self.shelf.current()
        if path is None:
            self._index = None
            return
        index = tantivy.Index.open(str(path))
        register(index, self.language)
        self._shelf_seen, self._meta_seen = seen, (-1, -1)
        self._path, self._index = path, index
        self._formulas, self._lexicon = FormulaReader(path), Lexicon(path, self.language)


def page(
    searcher: tantivy.Searcher,
    compiled: tantivy.Query,
    *,
    size: int,
    offset: int = 0,
    order: str | None = None,
    ascending: bool = False,
) -> Page:
    """Run a compiled query; the ids come from a column, not from stored documents."""
    offset = max(0, offset)
    wanted = max(0, min(size, LAST_RESULT - offset))
    result = searcher.search(
        compiled,
        limit=max(1, wanted),
        offset=min(offset, LAST_RESULT),
        count=True,
        order_by_field=order,
        order=tantivy.Order.Asc if ascending and order else tantivy.Order.Desc,
    )
    found = result.hits[:wanted]
    ids = searcher.fast_field_values("id", [address for _, address in found]) if found else []
    hits = tuple(Hit(int(i), float(score)) for i, (score, _) in zip(ids, found, strict=True) if i is not None)
    return Page(hits, int(result.count))  # type: ignore[attr-defined]  # the package's stub forgets it


def share_of(total: int, samples: Sequence[int]) -> int:
    """One in how many results is looked at for their facets, of `samples` that there are, the largest first."""
    return next((share for share in (1, *samples) if total <= MOST_COUNTED * share), max(samples, default=1))


def estimated(count: int, share: int) -> int:
    """How many there are in all when so many are in a sample, to two digits, or to one where these are few: more would
    be made up."""
    if share == 1:
        return count
    found = count * share
    step = int(10 ** max(0, len(str(found)) - (2 if count >= ENOUGH else 1)))
    return round(found / step) * step


def _terms(name: str, size: int) -> dict[str, dict[str, object]]:
    return {"terms": {"field": name, "size": size if name == "tags" else 1_000}}


def _formula_counts(searcher: tantivy.Searcher, compiler: Compiler, query: Query) -> dict[str, int]:
    """Posts by their best formula: each class less what a better one has already."""
    counts: dict[str, int] = {}
    before = 0
    for kinds in (("same",), ("same", "shape"), ("same", "shape", "contains")):
        found = compiler.of_kinds(query, kinds)
        count = int(searcher.search(found, limit=1, count=True).count) if found is not None else 0  # type: ignore[attr-defined]
        counts[kinds[-1]], before = count - before, count
    return {kind: count for kind, count in counts.items() if count}


@contextmanager
def readable() -> Iterator[None]:
    """What the engine raises about a broken index, as our own error."""
    try:
        yield
    except SearchUnavailable:
        raise
    except (ValueError, OSError) as error:
        raise SearchUnavailable(f"The search index cannot be read: {error}") from error
    except BaseException as error:
        # A panic inside the engine arrives as a class of its own below BaseException.
        if type(error).__name__ != "PanicException":
            raise
        raise SearchUnavailable(f"The search engine stopped: {error}") from error
