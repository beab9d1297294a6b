"""Writing side of the Tantivy backend: one long-lived writer that survives a bad document and a swapped index."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

import tantivy

from geeks.search.backend import IndexReplaced, PutAside, SearchError, SearchUnavailable, WriterBusy
from geeks.search.backend import Prepared as AnyPrepared
from geeks.search.documents import Document
from geeks.search.shelf import Lock, Shelf, stamp, stamp_difference, write_json
from geeks.search.tantivy import formulas, lexicon
from geeks.search.tantivy.formulas import FormulaWriter
from geeks.search.tantivy.lexicon import LexiconWriter
from geeks.search.tantivy.preparing import Preparation, Prepared
from geeks.search.tantivy.schema import identity, register, schema, to_document

CHECKPOINT = "checkpoint.json"
HEAP = 30_000_000  # bytes; small commits follow each other all day
REBUILD_HEAP = 200_000_000
REBUILD_BATCH = 50_000  # documents held in memory to be repeated if a commit fails

Change = Prepared | int  # a document to put in, or the id of one to take out


class Writer:
    """Holds the folder's writer lock until closed. `fixed` is an index being rebuilt, guarded by its rebuild."""

    def __init__(self, shelf: Shelf, language: str, fixed: Path | None = None) -> None:
        self.shelf = shelf
        self.language = language
        self.fixed = fixed
        self._lock: Lock | None = None if fixed else shelf.lock("writer")
        self._path: Path | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._formulas: FormulaWriter | None = None
        self._lexicon: LexiconWriter | None = None
        self.prepare = Preparation(language, brief=fixed is not None)
        self._pending: list[Change] = []
        self._greatest = -1
        try:
            if fixed is None and shelf.current() is None:
                path = shelf.new()
                create(path, language)
                shelf.use(path)
        except BaseException:
            self.close()
            raise

    def index(self, batch: Iterable[Document | AnyPrepared]) -> list[PutAside]:
        refused: list[PutAside] = []
        indexed: set[int] = set()
        for document in batch:
            change = self.prepare(document) if isinstance(document, Document) else document
            if isinstance(change, Prepared):
                indexed.add(change.id)
                refused += self._change(change)
            elif isinstance(change, PutAside):
                refused.append(change)
            if self.fixed and len(self._pending) >= REBUILD_BATCH:
                refused += self._commit()
        # What was indexed before under the same id would show an old state.
        self.delete(one.id for one in refused)
        self.shelf.take_back(indexed - {one.id for one in refused})
        if refused:
            self.shelf.put_aside(refused)
        return refused

    def delete(self, ids: Iterable[int]) -> None:
        gone = [number for number in ids if abs(number) < 2**63]
        for number in gone:
            self._change(number)
        self.shelf.take_back(set(gone))

    def commit(self, checkpoint: int) -> None:
        if refused := self._commit():
            self.shelf.put_aside(refused)
        # After the commit: a crash between the two repeats changes, which is harmless, and loses none.
        assert self._path is not None
        write_json(self._path / CHECKPOINT, {"checkpoint": checkpoint})
        with contextlib.suppress(ValueError, OSError):
            self._ready().garbage_collect_files()
            self._formula_writer().tidy()

    def finish(self) -> None:
        """Wait until merges have ended, for an index that is about to be put into use."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._formula_writer().finish()
            self._drop()
            # What was merged away lies about until the next writer clears it; it may be half of the folder.
            self._ready().garbage_collect_files()
            self._formula_writer().tidy()
            self._close_lexicon()
            self._drop()

    def close(self) -> None:
        self._drop()
        self._close_lexicon()
        self._pending.clear()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _ready(self) -> tantivy.IndexWriter:
        """The writer of the index in use; raises `IndexReplaced` when changes were made to one that is not."""
        path = self.fixed or self.shelf.current()
        if self._writer is not None and path == self._path:
            return self._writer
        self._drop()
        if self._pending and path != self._path:
            self._pending.clear()
            raise IndexReplaced("The search index was rebuilt meanwhile: continue from its checkpoint.")
        if path is None:
            raise SearchUnavailable("There is no search index to write to: rebuild it.")
        if difference := stamp_difference(path, identity(self.language)):
            raise SearchUnavailable(f"The search index must be rebuilt before it is written: {difference}.")
        if path != self._path:
            self._lexicon = LexiconWriter(path, self.language)
        self._path, self._writer = path, self._open(path)
        for change in self._pending:  # the writer before this one took them to its grave
            self._apply(self._writer, change)
        return self._writer

    def _formula_writer(self) -> FormulaWriter:
        if self._formulas is None:
            assert self._path is not None
            self._formulas = FormulaWriter(self._path)
        return self._formulas

    def _close_lexicon(self) -> None:
        if self._lexicon is not None:
            self._lexicon.close()
            self._lexicon = self._path = None

    def _drop(self) -> None:
        """Let go of the engine's writers and their locks; uncommitted changes stay pending."""
        self._writer = self._formulas = None

    def _apply(self, writer: tantivy.IndexWriter, change: Change) -> None:
        number = _number(change)
        # A rebuild comes in the order of ids, and what was not there need not be taken out.
        if not self.fixed or number <= self._greatest:
            writer.delete_documents_by_term("id", number)
        self._greatest = max(self._greatest, number)
        if isinstance(change, Prepared):
            assert self._lexicon is not None
            self._lexicon.add(change.forms)
            numbers = [self._formula_writer().number(*one) for one in change.formulas]
            writer.add_document(to_document(change, numbers))

    def _commit_all(self) -> None:
        """Posts last: one that is found may name no formula that is not there, nor have a word."""
        writer = self._ready()
        assert self._lexicon is not None
        self._lexicon.commit()
        if self._formulas is not None:
            self._formulas.commit()
        writer.commit()

    def _open(self, path: Path) -> tantivy.IndexWriter:
        try:
            index = tantivy.Index.open(str(path))
            register(index, self.language)
            if self.fixed:
                return index.writer(REBUILD_HEAP, 2)
            return index.writer(HEAP, 1)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise WriterBusy(f"Another process writes the search index in {path}: stop it first.") from error
            raise SearchUnavailable(f"The search index cannot be opened, rebuild it: {error}") from error

    def _change(self, change: Change) -> list[PutAside]:
        """Apply one change; gives the document when the engine refuses it."""
        reason = self._try(change)
        if not reason:
            self._pending.append(change)
            return []
        # The engine may have given its writer up: the next one begins anew with what was fine.
        self._drop()
        return [PutAside(_number(change), reason)]

    def _try(self, change: Change, commit: bool = False) -> str:
        """Apply one change; gives why the engine refused it, or an empty string."""
        try:
            self._apply(self._ready(), change)
            if commit:
                self._commit_all()
        except (ValueError, TypeError, OverflowError) as error:
            return f"the search engine refused it: {error}"
        return ""

    def _commit(self) -> list[PutAside]:
        """Make what is pending durable; gives the documents that could not be."""
        try:
            self._commit_all()
            failed = False
        except ValueError:
            failed = True
        # Outside the handler: the error's traceback would hold the dead writer, and with it the lock.
        refused = self._save_what_can_be() if failed else []
        self._pending.clear()
        return refused

    def _save_what_can_be(self) -> list[PutAside]:
        """After a commit failed: commit the changes one at a time and give those that fail again."""
        changes, refused = self._pending, []
        self._drop()
        self._pending = []
        try:
            self._commit_all()
        except ValueError as error:
            # Not a document's fault: nothing can be written. The changes stay for another try.
            self._drop()
            self._pending = changes
            raise SearchError(f"The search index cannot be written: {error}") from error
        for change in changes:
            if reason := self._try(change, commit=True):
                self._drop()
                refused.append(PutAside(_number(change), reason))
                # What was indexed before under the same id would show an old state.
                self._try(_number(change))
        self._commit_all()
        return refused


def create(path: Path, language: str) -> None:
    """An empty index in an empty folder."""
    tantivy.Index(schema(), path=str(path))
    formulas.create(path)
    lexicon.create(path)
    stamp(path, identity(language))


def read_checkpoint(path: Path | None) -> int | None:
    """The last checkpoint of the index in this folder, or None before its first commit."""
    if path is None:
        return None
    try:
        return int(json.loads((path / CHECKPOINT).read_bytes())["checkpoint"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _number(change: Change) -> int:
    return change.id if isinstance(change, Prepared) else change
