"""The search backend on Tantivy, in process: an inverted index with BM25 in a folder of its own on each host."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from geeks.search.backend import (
    Backend,
    Entry,
    Facets,
    Health,
    Hit,
    Page,
    Prepared,
    PutAside,
    SearchError,
    SearchUnavailable,
)
from geeks.search.documents import Document
from geeks.search.drafts import Draft
from geeks.search.query import Query
from geeks.search.shelf import Shelf, size_of, stamp_difference
from geeks.search.spelling import corrected
from geeks.search.tantivy.analysis import stemmed
from geeks.search.tantivy.reader import Reader, page, readable
from geeks.search.tantivy.schema import identity
from geeks.search.tantivy.similar import similar
from geeks.search.tantivy.writer import Writer, create, read_checkpoint


class TantivyBackend:
    """See `geeks.search.backend.Backend`. Raises `WriterBusy` when opened as a second writer."""

    name = "tantivy"

    def __init__(
        self, folder: Path, *, writer: bool = False, language: str = "english", fixed: Path | None = None
    ) -> None:
        stemmed(language)  # an unknown language fails here, with the list of known ones
        self.shelf = Shelf(folder)
        self.language = language
        self.fixed = fixed
        self._writer = Writer(self.shelf, language, fixed) if writer else None
        self._reader = Reader(self.shelf, language, fixed)

    def index(self, batch: Iterable[Document | Prepared]) -> list[PutAside]:
        return self._writing().index(batch)

    def preparation(self) -> Callable[[Document], Prepared]:
        return self._writing().prepare

    def delete(self, ids: Iterable[int]) -> None:
        self._writing().delete(ids)

    def commit(self, checkpoint: int) -> None:
        self._writing().commit(checkpoint)

    def checkpoint(self) -> int:
        return read_checkpoint(self._path()) or 0

    def state(self) -> Hashable:
        return self._reader.state()

    def search(self, query: Query, *, size: int = 20, offset: int = 0) -> Page:
        return self._reader.search(query, size, offset) if query else Page()

    def facets(self, query: Query, *, tags: int = 20, total: int | None = None) -> Facets:
        return self._reader.facets(query, tags, total) if query else Facets()

    def corrected(self, query: Query) -> str:
        _, compiler = self._reader.look()
        with readable():
            return corrected(query, compiler.word_count)

    def similar(
        self,
        text: str,
        k: int = 10,
        *,
        title: str = "",
        exclude: Collection[int] = (),
        kind: str = "question",
        formulas: Collection[str] | None = None,
    ) -> list[Hit]:
        searcher, compiler = self._reader.look()
        draft = Draft.of(title, text, formulas)
        with readable():
            return list(page(searcher, similar(compiler, draft, exclude, kind), size=k).hits)

    def suggest(self, prefix: str, k: int = 8) -> list[Hit]:
        searcher, compiler = self._reader.look()
        with readable():
            return list(page(searcher, compiler.suggest(prefix), size=k).hits)

    def entries(self, first: int, last: int) -> list[Entry]:
        return self._reader.entries(first, last)

    @contextmanager
    def rebuild(self) -> Iterator[Backend]:
        with self.shelf.replacing() as path:
            create(path, self.language)
            new = TantivyBackend(self.shelf.folder, writer=True, language=self.language, fixed=path)
            try:
                yield new
                new._writing().finish()
                if read_checkpoint(path) is None:
                    raise SearchError("The new search index was never committed; the old one stays.")
            finally:
                new.close()

    def needs_rebuild(self) -> str:
        path = self._path()
        if path is None:
            return "there is no index"
        if difference := stamp_difference(path, identity(self.language)):
            return difference
        if read_checkpoint(path) is None:
            return "the index is new and was never filled"
        try:
            # Reads a column and a posting list of every segment, not only the list of segments.
            searcher, compiler = Reader(self.shelf, self.language, path).look()
            with readable():
                page(searcher, similar(compiler, Draft("", "a"), (), "question"), size=1, order="active")
                page(searcher, compiler.compile(Query())[0], size=1, order="active")
        except SearchUnavailable as error:
            return str(error)
        return ""

    def aside(self) -> list[PutAside]:
        return self.shelf.aside()

    def health(self) -> Health:
        path = self._path()
        reason = self.needs_rebuild()
        try:
            documents, ok = self._reader.look()[0].num_docs, True
        except SearchUnavailable:
            documents, ok = 0, False
        return Health(
            ok=ok,
            backend=self.name,
            documents=documents,
            checkpoint=self.checkpoint(),
            needs_rebuild=reason,
            put_aside=tuple(self.aside()),
            bytes=size_of(path) if path else 0,
        )

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader.forget()

    def _path(self) -> Path | None:
        return self.fixed or self.shelf.current()

    def _writing(self) -> Writer:
        if self._writer is None:
            raise SearchError("This search index was opened for reading: open it with writer=True.")
        return self._writer
