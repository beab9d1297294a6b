"""Counts of results by category, kind, tag and formula, and of posts by word, in the SQLite index.

Conditions come from `geeks.search.sqlite.terms`: fixed SQL with question marks, so S608 is silenced here.
"""

from __future__ import annotations

import sqlite3

from geeks.search.backend import Facets
from geeks.search.query import Query
from geeks.search.sqlite.terms import Condition, answers, condition, having


def facets(connection: sqlite3.Connection, query: Query, tags: int) -> Facets:
    where = condition(connection, query)
    kinds = _grouped(connection, "kind", where)
    labels = _labels(connection, "tag", where, tags)
    answered = _labels(connection, "flag", where, 100).get("isanswered", 0)
    return Facets(
        total=sum(kinds.values()),
        categories=_grouped(connection, "category", where),
        kinds=kinds,
        tags=labels,
        answered=answered,
        unanswered=kinds.get("question", 0) - answered,
        formulas=_formula_counts(connection, query, where) if query.formulas else {},
    )


def word_count(connection: sqlite3.Connection, word: str, exactly: bool) -> int:
    """How many posts have the word in any form; if `exactly`, 0 for a word that stands nowhere in this form."""
    if exactly and connection.execute("SELECT 1 FROM vocabulary WHERE word = ?", (word,)).fetchone() is None:
        return 0
    sql = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT 100000)"
    return int(connection.execute(sql, (f'"{word}"',)).fetchone()[0])


def _grouped(connection: sqlite3.Connection, column: str, where: Condition) -> dict[str, int]:
    sql = (
        f"SELECT {column}, count(*) FROM document d WHERE {where[0]} AND {column} <> ''"  # noqa: S608
        " GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return dict(connection.execute(sql, where[1]))


def _labels(connection: sqlite3.Connection, sort: str, where: Condition, most: int) -> dict[str, int]:
    sql = (
        "SELECT l.name, count(*) FROM document d JOIN label l ON l.document_id = d.id AND l.sort = ?"  # noqa: S608
        f" WHERE {where[0]} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"
    )
    return dict(connection.execute(sql, (sort, *where[1], most)))


def _formula_counts(connection: sqlite3.Connection, query: Query, where: Condition) -> dict[str, int]:
    """Posts by their best formula: each class less what a better one has already."""
    found = [one for clause in answers(connection, query) for one in clause]
    counts: dict[str, int] = {}
    before = 0
    for kinds in (("same",), ("same", "shape"), ("same", "shape", "contains")):
        sql, values = having([one for one in found if one.kind in kinds])
        row = connection.execute(
            f"SELECT count(*) FROM document d WHERE {where[0]} AND {sql}",  # noqa: S608
            [*where[1], *values],
        ).fetchone()
        counts[kinds[-1]], before = row[0] - before, row[0]
    return {kind: count for kind, count in counts.items() if count}
