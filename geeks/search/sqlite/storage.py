"""Tables of the SQLite index, and the reads and writes on them.

Conditions come from `geeks.search.sqlite.terms`: fixed SQL with question marks, so S608 is silenced here.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from geeks.search.backend import Entry, Hit, SearchUnavailable
from geeks.search.documents import Record
from geeks.search.formulas import VERSION
from geeks.search.shelf import stamp
from geeks.search.sqlite import formulas
from geeks.search.sqlite.terms import Condition, Ranking
from geeks.search.words import tokens

FILE = "index.sqlite3"
LAST_RESULT = 10_000
IDENTITY = {"engine": "sqlite fts5", "schema": f"4.{VERSION}"}
_COLUMNS = "id kind question_id category author_id score views answers created active by_created by_active by_score"
COLUMNS = _COLUMNS.split()
# Columns stand in the order of their primary key: where they do not, SQLite's own check raises a false alarm.
SCHEMA = f"""
CREATE TABLE document ({", ".join(COLUMNS).replace("id,", "id INTEGER PRIMARY KEY,", 1)});
CREATE TABLE label (sort, name, document_id, PRIMARY KEY (sort, name, document_id)) WITHOUT ROWID;
CREATE INDEX label_document ON label (document_id);
CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = "porter unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE code USING fts5 (lines, tokenize = "unicode61 remove_diacritics 2");
CREATE TABLE vocabulary (word PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE state (checkpoint INTEGER);
{formulas.TABLES}"""


def create(path: Path) -> None:
    connection = sqlite3.connect(path / FILE)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(SCHEMA)
    connection.close()
    stamp(path, IDENTITY)


def connect(path: Path) -> sqlite3.Connection:
    if not (path / FILE).exists():
        raise SearchUnavailable("The search index is missing: rebuild it.")
    connection = sqlite3.connect(path / FILE, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def insert(connection: sqlite3.Connection, one: Record) -> None:
    remove(connection, one.id)
    values = {**{name: getattr(one, name, 0) for name in COLUMNS}, **one.sort_keys}
    marks = ",".join("?" * len(COLUMNS))
    sql = f"INSERT INTO document VALUES ({marks})"  # noqa: S608
    connection.execute(sql, [values[name] for name in COLUMNS])
    connection.execute(
        "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
        (one.id, one.title, one.body),
    )
    if one.code:
        connection.execute("INSERT INTO code (rowid, lines) VALUES (?, ?)", (one.id, one.code))
    sorts = {"tag": one.tags, "flag": one.flags, "link": one.links}
    labels = [(sort, name, one.id) for sort, names in sorts.items() for name in names]
    connection.executemany("INSERT OR IGNORE INTO label VALUES (?, ?, ?)", labels)
    words = {(word,) for word in tokens(f"{one.title} {one.body} {one.code}")}
    connection.executemany("INSERT OR IGNORE INTO vocabulary VALUES (?)", words)
    formulas.insert(connection, one.id, one.formulas)


def remove(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("DELETE FROM document WHERE id = ?", (number,))
    connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
    connection.execute("DELETE FROM code WHERE rowid = ?", (number,))
    connection.execute("DELETE FROM label WHERE document_id = ?", (number,))
    formulas.remove(connection, number)


def entries(connection: sqlite3.Connection, first: int, last: int) -> list[Entry]:
    sql = f"SELECT {', '.join(Entry._fields)} FROM document WHERE id BETWEEN ? AND ? ORDER BY id"  # noqa: S608
    return [Entry(*row) for row in connection.execute(sql, (first, last))]


def counted(connection: sqlite3.Connection, where: Condition) -> int:
    row = connection.execute(f"SELECT count(*) FROM document d WHERE {where[0]}", where[1]).fetchone()  # noqa: S608
    return int(row[0])


def listed(
    connection: sqlite3.Connection, where: Condition, order: str, size: int, offset: int, ascending: bool = False
) -> tuple[Hit, ...]:
    """Hits by one of the sort keys, the greatest first or last."""
    way = "ASC" if ascending else "DESC"
    sql = f"SELECT id, {order} FROM document d WHERE {where[0]} ORDER BY 2 {way} LIMIT ? OFFSET ?"  # noqa: S608
    rows = connection.execute(sql, (*where[1], *_window(size, offset)))
    return tuple(Hit(number, float(key)) for number, key in rows)


def ranked(connection: sqlite3.Connection, where: Condition, by: Ranking, size: int, offset: int) -> tuple[Hit, ...]:
    """Hits by BM25, a title word counting thrice, and by formulas; who has both comes first."""
    if not by.formulas:
        sql = (
            "SELECT d.id, bm25(words, 3.0, 1.0) FROM words CROSS JOIN document d ON d.id = words.rowid"  # noqa: S608
            f" WHERE words MATCH ? AND {where[0]} ORDER BY 2, d.id DESC LIMIT ? OFFSET ?"
        )
        values: list[str | int] = [by.words]
    else:
        # bm25() is better the smaller it is.
        both = (
            "SELECT p.post_id AS id, -max(json_extract(j.value, '$[1]')) AS rank, 0 AS worded,"
            " max(json_extract(j.value, '$[2]')) AS alike"
            " FROM json_each(?) j JOIN post_formula p ON p.formula_id = json_extract(j.value, '$[0]')"
            " GROUP BY p.post_id, json_extract(j.value, '$[3]')"
        )
        if by.words:
            both += " UNION ALL SELECT rowid, bm25(words, 3.0, 1.0), 1, 0 FROM words WHERE words MATCH ?"
        sql = (
            "SELECT d.id, sum(f.rank) - 100 * max(f.worded) * max(f.alike)"  # noqa: S608
            f" FROM ({both}) f JOIN document d ON d.id = f.id WHERE {where[0]}"
            " GROUP BY d.id ORDER BY 2, d.id DESC LIMIT ? OFFSET ?"
        )
        values = [by.formulas, by.words] if by.words else [by.formulas]
    rows = connection.execute(sql, (*values, *where[1], *_window(size, offset)))
    return tuple(Hit(number, -float(rank)) for number, rank in rows)


def _window(size: int, offset: int) -> tuple[int, int]:
    offset = max(0, min(offset, LAST_RESULT))
    return max(0, min(size, LAST_RESULT - offset)), offset


def fits(number: object) -> bool:
    return isinstance(number, int) and abs(number) < 2**63
