"""Formulas in the SQLite index: a table of distinct ones, their terms, and which posts have them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from geeks.search.formulas import Found, Plan, analyse

TABLES = """
CREATE TABLE formula (id INTEGER PRIMARY KEY, tex);
CREATE VIRTUAL TABLE formula_terms USING fts5 (terms, content = '', columnsize = 1, detail = none,
    tokenize = "unicode61 tokenchars '+/'");
CREATE TABLE post_formula (formula_id, post_id, PRIMARY KEY (formula_id, post_id)) WITHOUT ROWID;
CREATE INDEX post_formula_post ON post_formula (post_id);
"""


def insert(connection: sqlite3.Connection, post_id: int, texs: Iterable[str]) -> None:
    """The formulas of a post; one that no post has any longer stays until the next rebuild."""
    for tex in texs:
        if (one := analyse(tex)) is None:
            continue
        added = connection.execute("INSERT OR IGNORE INTO formula VALUES (?, ?)", (one.id, tex))
        if added.rowcount:
            sql = "INSERT INTO formula_terms (rowid, terms) VALUES (?, ?)"
            connection.execute(sql, (one.id, " ".join(one.terms)))
        connection.execute("INSERT OR IGNORE INTO post_formula VALUES (?, ?)", (one.id, post_id))


def remove(connection: sqlite3.Connection, post_id: int) -> None:
    connection.execute("DELETE FROM post_formula WHERE post_id = ?", (post_id,))


class FormulaTables:
    """See `geeks.search.formulas.FormulaIndex`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def find(self, asked: Plan, limit: int) -> list[Found]:
        points: dict[int, int] = {}
        for terms, worth, _, _ in asked.steps:
            sql = "SELECT rowid FROM formula_terms WHERE formula_terms MATCH ? LIMIT ?"
            for (number,) in self.connection.execute(sql, (_quoted(terms, " AND "), limit)):
                points[number] = points.get(number, 0) + worth
        shares = self._shares(asked, limit)
        found = [asked.found(number, points.get(number, 0), shares.get(number, 0)) for number in points | shares]
        best = sorted((one for one in found if one is not None), key=lambda one: -one.score)
        return best[:limit]

    def having(self, terms: list[str], limit: int) -> list[tuple[int, str]]:
        sql = (
            "SELECT f.id, f.tex FROM formula_terms t JOIN formula f ON f.id = t.rowid"
            " WHERE formula_terms MATCH ? ORDER BY length(f.tex), f.id LIMIT ?"
        )
        return self.connection.execute(sql, (_quoted(terms, " AND "), limit)).fetchall()

    def _shares(self, asked: Plan, limit: int) -> dict[int, float]:
        """How much formulas share with the one asked for, as a part of what the best one does."""
        if not asked.parts:
            return {}
        sql = (
            "SELECT rowid, bm25(formula_terms) FROM formula_terms WHERE formula_terms MATCH ? ORDER BY 2, rowid LIMIT ?"
        )
        # The parts of little weight only say again what the exact ones say, in other variables.
        terms = [term for term, weight in asked.parts if weight >= 0.6]
        rows = self.connection.execute(sql, (_quoted(terms or [asked.parts[0][0]], " OR "), limit)).fetchall()
        best = -min((rank for _, rank in rows), default=-1.0)
        return {number: -rank / best for number, rank in rows} if best > 0 else {}


def _quoted(terms: Iterable[str], between: str) -> str:
    return between.join(f'"{term}"' for term in terms)


def as_json(found: Sequence[Sequence[Found]], weight: float) -> str:
    """Rows (formula, score, is it strong, number of the clause) for `json_each`."""
    strong = ("same", "shape", "contains")
    rows = [
        [one.id, one.score * weight, int(one.kind in strong), clause]
        for clause, answers in enumerate(found)
        for one in answers
    ]
    return json.dumps(rows)
