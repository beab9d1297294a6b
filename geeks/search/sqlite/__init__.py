"""The search backend on SQLite's FTS5, in a file of its own: for machines that have no wheel of Tantivy.

Ranks as well, but scores every match, so it suits up to some 200,000 posts. English stems only.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from geeks.search.backend import (
    Backend,
    Entry,
    Facets,
    Health,
    Hit,
    IndexReplaced,
    Page,
    Prepared,
    PutAside,
    SearchError,
    SearchUnavailable,
    checked,
)
from geeks.search.documents import Document, Record
from geeks.search.drafts import Draft
from geeks.search.query import Query, Sort
from geeks.search.shelf import Shelf, file_signature, size_of, stamp_difference
from geeks.search.spelling import corrected
from geeks.search.sqlite.facets import facets, word_count
from geeks.search.sqlite.storage import (
    FILE,
    IDENTITY,
    connect,
    counted,
    create,
    entries,
    fits,
    insert,
    listed,
    ranked,
    remove,
)
from geeks.search.sqlite.terms import Condition, condition, in_title, ranking, similar
from geeks.search.words import tokens

ORDERS: dict[Sort, str] = {"newest": "by_created", "active": "by_active", "score": "by_score"}


class SqliteBackend:
    """See `geeks.search.backend.Backend`. Raises `WriterBusy` when opened as a second writer."""

    name = "sqlite"

    def __init__(self, folder: Path, *, writer: bool = False, fixed: Path | None = None) -> None:
        self.shelf = Shelf(folder)
        self.fixed = fixed
        self._held = self.shelf.lock("writer") if writer and not fixed else None
        self._may_write = writer
        self._connection: sqlite3.Connection | None = None
        self._path: Path | None = None
        self._changed = False
        self._readers = threading.local()
        if writer and fixed is not None:
            create(fixed)
        elif writer and self.shelf.current() is None:
            path = self.shelf.new()
            create(path)
            self.shelf.use(path)

    def index(self, batch: Iterable[Document | Prepared]) -> list[PutAside]:
        connection = self._writing()
        refused: list[PutAside] = []
        indexed: set[int] = set()
        for document in batch:
            self._changed = True
            one = checked(document) if isinstance(document, Document) else document
            if isinstance(one, Record):
                insert(connection, one)
                indexed.add(one.id)
            elif isinstance(one, PutAside):
                refused.append(one)
        self.delete(one.id for one in refused)
        self.shelf.take_back(indexed - {one.id for one in refused})
        if refused:
            self.shelf.put_aside(refused)
        return refused

    def preparation(self) -> Callable[[Document], Prepared]:
        return checked

    def delete(self, ids: Iterable[int]) -> None:
        connection = self._writing()
        gone = [number for number in ids if fits(number)]
        for number in gone:
            self._changed = True
            remove(connection, number)
        self.shelf.take_back(set(gone))

    def commit(self, checkpoint: int) -> None:
        connection = self._writing()
        connection.execute("DELETE FROM state")
        connection.execute("INSERT INTO state VALUES (?)", (checkpoint,))
        connection.execute("COMMIT")
        self._changed = False
        connection.execute("BEGIN IMMEDIATE")

    def checkpoint(self) -> int:
        return self._committed() or 0

    def state(self) -> Hashable:
        """Commits go into the log beside the file, and from there into the file."""
        path = self.fixed or self.shelf.current()
        files = [path / name for name in (FILE, f"{FILE}-wal")] if path else []
        return self.shelf.signature(), *map(file_signature, files)

    def search(self, query: Query, *, size: int = 20, offset: int = 0) -> Page:
        if not query:
            return Page()
        order = ORDERS.get(query.sort)
        with self._reading() as connection:
            where = condition(connection, query)
            total = counted(connection, where)
            by = ranking(connection, query)
            if order is None and by:
                required = condition(connection, query, ranked=True)
                return Page(ranked(connection, required, by, size, offset), total, by.exact)
            by_key = order or "by_active"
            return Page(listed(connection, where, by_key, size, offset, query.ascending), total)

    def facets(self, query: Query, *, tags: int = 20, total: int | None = None) -> Facets:
        if not query:
            return Facets()
        with self._reading() as connection:
            return facets(connection, query, tags)

    def corrected(self, query: Query) -> str:
        with self._reading() as connection:
            return corrected(query, lambda word, exactly: word_count(connection, word, exactly))

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
        with self._reading() as connection:
            by = similar(connection, Draft.of(title, text, formulas))
            if not by:
                return []
            marks = ",".join("?" * len(exclude))
            where: Condition = (f"d.kind = ? AND d.id NOT IN ({marks})", [kind, *exclude])
            return list(ranked(connection, where, by, k, 0))

    def suggest(self, prefix: str, k: int = 8) -> list[Hit]:
        words = tokens(prefix)[:12]
        if not words:
            return []
        with self._reading() as connection:
            return list(listed(connection, in_title(connection, words), "by_score", k, 0))

    def entries(self, first: int, last: int) -> list[Entry]:
        with self._reading() as connection:
            return entries(connection, first, last)

    @contextmanager
    def rebuild(self) -> Iterator[Backend]:
        with self.shelf.replacing() as path:
            new = SqliteBackend(self.shelf.folder, writer=True, fixed=path)
            try:
                yield new
                if new._committed() is None:
                    raise SearchError("The new search index was never committed; the old one stays.")
            finally:
                new.close()

    def needs_rebuild(self) -> str:
        path = self.fixed or self.shelf.current()
        if path is None:
            return "there is no index"
        if difference := stamp_difference(path, IDENTITY):
            return difference
        try:
            with self._reading() as connection:
                connection.execute("SELECT max(rowid) FROM words").fetchone()
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except SearchUnavailable as error:
            return str(error)
        if found != "ok":
            return f"the index is damaged: {found}"
        return "the index is new and was never filled" if self._committed() is None else ""

    def aside(self) -> list[PutAside]:
        return self.shelf.aside()

    def health(self) -> Health:
        path = self.fixed or self.shelf.current()
        try:
            with self._reading() as connection:
                documents = connection.execute("SELECT count(*) FROM document").fetchone()[0]
            ok = True
        except SearchUnavailable:
            documents, ok = 0, False
        return Health(
            ok=ok,
            backend=self.name,
            documents=documents,
            checkpoint=self.checkpoint(),
            needs_rebuild=self.needs_rebuild(),
            put_aside=tuple(self.aside()),
            bytes=size_of(path) if path else 0,
        )

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        held = getattr(self._readers, "connection", None)
        if held is not None:
            held.close()
            self._readers.connection = None
        if self._held is not None:
            self._held.release()
            self._held = None

    def _writing(self) -> sqlite3.Connection:
        if not self._may_write:
            raise SearchError("This search index was opened for reading: open it with writer=True.")
        path = self.fixed or self.shelf.current()
        if self._connection is not None and path == self._path:
            return self._connection
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            if self._changed:
                self._changed = False
                raise IndexReplaced("The search index was rebuilt meanwhile: continue from its checkpoint.")
        if path is None or (difference := stamp_difference(path, IDENTITY)):
            raise SearchUnavailable(f"The search index must be rebuilt: {difference if path else 'there is none'}.")
        try:
            self._path, self._connection = path, connect(path)
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            raise SearchUnavailable(f"The search index cannot be opened, rebuild it: {error}") from error
        return self._connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        path = self.fixed or self.shelf.current()
        if path is None:
            raise SearchUnavailable("There is no search index yet: it is made when the worker starts.")
        try:
            if getattr(self._readers, "path", None) != path or self._readers.connection is None:
                self._readers.connection, self._readers.path = connect(path), path
            yield self._readers.connection
        except sqlite3.DatabaseError as error:
            self._readers.connection = None
            raise SearchUnavailable(f"The search index cannot be read: {error}") from error

    def _committed(self) -> int | None:
        try:
            with self._reading() as connection:
                row = connection.execute("SELECT checkpoint FROM state").fetchone()
        except SearchUnavailable:
            return None
        return None if row is None else int(row[0])
