"""The words of all posts that differ from their stem: which stems a word with `*` means.

Posts are found by stems, so `theor*` must become `theori`. A form is kept once for the whole index, in a small SQLite
file of it, and not with each post that has it, which would take a tenth of what the texts take. So a word with `*`
finds posts with any form of the words that are written so. No form is removed before the next rebuild.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from geeks.search.backend import SearchUnavailable
from geeks.search.tantivy.analysis import stemmed

FILE = "lexicon.sqlite3"
MOST = 2_000  # forms that a pattern is taken for
MAX_KNOWN = 1_000_000


def create(path: Path) -> None:
    """An empty lexicon in the folder of an index."""
    with closing(_connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        # No stem: it is the stem of the form, as in English always.
        connection.execute("CREATE TABLE word (form PRIMARY KEY, stem) WITHOUT ROWID")


class LexiconWriter:
    """Adds forms. It is committed before the posts that have them, and adding a form twice is harmless."""

    def __init__(self, path: Path, language: str) -> None:
        self.stemmed = stemmed(language)
        self._connection = _connect(path)
        self._new: dict[str, str] = {}
        self._known: set[str] = set()

    def add(self, forms: Iterable[tuple[str, str]]) -> None:
        """Forms with their stems."""
        for form, stem in forms:
            if form not in self._known:
                self._known.add(form)
                self._new[form] = stem

    def commit(self) -> None:
        if not self._new:
            return
        stems = (self.stemmed.analyze(form) for form in self._new)
        rows = [
            (form, None if [stem] == own else stem) for (form, stem), own in zip(self._new.items(), stems, strict=True)
        ]
        with _readable(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR IGNORE INTO word VALUES (?, ?)", rows)
        self._new.clear()
        if len(self._known) > MAX_KNOWN:
            self._known.clear()

    def close(self) -> None:
        self._connection.close()


class Lexicon:
    """Looks up forms in the last commit."""

    def __init__(self, path: Path, language: str) -> None:
        self.path = path
        self.stemmed = stemmed(language)
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def has(self, form: str) -> bool:
        return bool(self._read("SELECT form, stem FROM word WHERE form = ?", form))

    def stems(self, pieces: Sequence[str]) -> list[str]:
        """Stems of the forms with any letters between the pieces; not those that are written so themselves."""
        pattern = re.compile(".*".join(map(re.escape, pieces)))
        begin = pieces[0]
        sql, values = "SELECT form, stem FROM word WHERE form GLOB ?", ["*".join(map(_literal, pieces))]
        if begin:
            sql += " AND form >= ? AND form < ?"
            values += [begin, begin[:-1] + chr(ord(begin[-1]) + 1)]
        rows = self._read(f"{sql} LIMIT {MOST}", *values)
        derived = iter(self.stemmed.analyze(" ".join(form for form, stem in rows if stem is None)))
        stems = dict.fromkeys(stem if stem is not None else next(derived, form) for form, stem in rows)
        return [stem for stem in stems if not pattern.fullmatch(stem)]

    def _read(self, sql: str, *values: str) -> list[tuple[str, str | None]]:
        with self._lock, _readable():
            # A spelling is looked up in hundreds of words: a connection for each would take longest of all.
            if self._connection is None:
                self._connection = _connect(self.path)
            return self._connection.execute(sql, values).fetchall()


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path / FILE, isolation_level=None, check_same_thread=False, timeout=10)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise SearchUnavailable(f"The search index has no readable list of words, rebuild it: {error}") from error


def _literal(text: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)
