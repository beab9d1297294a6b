"""Our query tree as SQL conditions and FTS5 match expressions, for the SQLite backend.

Only letters and digits ever reach a match expression, always quoted, so nothing a person types is syntax.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from geeks.search.documents import FLAG_KINDS
from geeks.search.drafts import Draft
from geeks.search.formulas import MOST, Found, find, strong
from geeks.search.query import (
    Among,
    AnyOf,
    Author,
    Category,
    Filter,
    Flag,
    Formula,
    InBody,
    InCode,
    InQuestion,
    InTitle,
    Kind,
    Link,
    Phrase,
    Query,
    Range,
    Tag,
    Term,
    Text,
    Wildcard,
    Word,
)
from geeks.search.sqlite.formulas import FormulaTables, as_json
from geeks.search.words import meaningful, spaceless_runs, tokens

MAX_EXPANSIONS = 100  # words a wildcard may stand for
SIMILAR_TERMS = 12
FORMULA_WEIGHT = 3.0

Condition = tuple[str, list[str | int]]
NOTHING: Condition = ("0", [])


def condition(connection: sqlite3.Connection, query: Query, *, ranked: bool = False) -> Condition:
    """What a row `d` of document must fulfil, beyond matching `ranking` when the rows come from there."""
    parts = [_term(connection, term) for term in query.must]
    parts += [_not(_term(connection, term)) for term in query.must_not]
    if query.should and not ranked and not any(isinstance(term, Text) for term in query.must):
        # Beside filters alone at least one of the words must be there; beside a phrase they only rank.
        words = _matching(_either(_ranking_parts(connection, query.should)))
        parts.append(_or(words, having([one for found in answers(connection, query) for one in found])))
    return " AND ".join(["1", *(sql for sql, _ in parts)]), [value for _, values in parts for value in values]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What orders the results: a match expression by its BM25, and formulas as `formulas.as_json`; or nothing."""

    words: str = ""
    formulas: str = ""
    exact: bool = True

    def __bool__(self) -> bool:
        return bool(self.words or self.formulas)


def ranking(connection: sqlite3.Connection, query: Query) -> Ranking:
    restricting = [_match(connection, term) for term in query.must if isinstance(term, Text)]
    words = _either([*restricting, *_ranking_parts(connection, query.should)])
    found = answers(connection, query)
    return Ranking(words, as_json(found, FORMULA_WEIGHT) if any(found) else "", all(len(one) < MOST for one in found))


def answers(connection: sqlite3.Connection, query: Query) -> list[list[Found]]:
    """The formulas that answer each one of the query."""
    found = [find(FormulaTables(connection), tex) for tex in query.formulas]
    # Where likeness does not order the results, what is merely similar would only be in the way.
    return found if query.sort == "relevance" else [strong(one) for one in found]


def similar(connection: sqlite3.Connection, draft: Draft) -> Ranking:
    """The most telling words of a draft, and its formulas in some variables."""
    counts = Counter(meaningful(tokens(draft.title) * 2 + tokens(draft.text)))
    total = connection.execute("SELECT count(*) FROM document").fetchone()[0] + 1
    weighed = []
    for word, count in counts.most_common(60):
        sql = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT 20000)"
        found = connection.execute(sql, (_quoted([word]),)).fetchone()[0]
        if found:
            weighed.append(((1 + math.log(count)) * math.log(1 + total / found), word))
    words = _either([_quoted([word]) for _, word in sorted(weighed, reverse=True)[:SIMILAR_TERMS]])
    found = [strong(find(FormulaTables(connection), tex)) for tex in draft.formulas]
    return Ranking(words, as_json(found, FORMULA_WEIGHT) if any(found) else "")


def in_title(connection: sqlite3.Connection, words: list[str]) -> Condition:
    """Titles of questions and articles with these words, the last one perhaps unfinished."""
    *whole, last = words
    beginnings = _either([f"title : {_quoted([last])}", *_expanded(connection, f"{last}*", "title : ")])
    parts = [f"title : {_quoted([word])}" for word in whole]
    return _both(_matching(" AND ".join([*parts, f"({beginnings})"])), ("d.kind <> 'answer'", []))


def _ranking_parts(connection: sqlite3.Connection, terms: tuple[Term, ...]) -> list[str]:
    loose = [term.text for term in terms if isinstance(term, Word)]
    parts = [_match(connection, t) for t in terms if isinstance(t, Text) and not isinstance(t, Word | Formula)]
    spaced: list[str] = []
    for text in loose:
        for run, spaceless in spaceless_runs(text):
            if spaceless and len(run) > 1:
                parts += [_quoted(tokens(first + second)) for first, second in pairwise(run)]
            else:
                spaced += tokens(run)
    return parts + [_quoted([word]) for word in dict.fromkeys(meaningful(spaced))]


def _term(connection: sqlite3.Connection, term: Term) -> Condition:
    if isinstance(term, AnyOf):
        parts = [_term(connection, one) for one in term.terms]
        joined = " OR ".join(sql for sql, _ in parts) or "0"
        return f"({joined})", [value for _, values in parts for value in values]
    if isinstance(term, Formula):
        return having(strong(find(FormulaTables(connection), term.tex)))
    if isinstance(term, InCode):
        return _in_code(_match(connection, term.term))
    if isinstance(term, Text):
        return _matching(_match(connection, term))
    return _filter(term)


def _match(connection: sqlite3.Connection, term: Text, column: str = "") -> str:
    match term:
        case Word(text) | Phrase(text):
            return column + _quoted(tokens(text)) if tokens(text) else ""
        case Wildcard(pattern):
            return _either(_expanded(connection, pattern, column))
        case Formula(_):
            return ""  # no words: see `having`
        case InTitle(inner):
            return _match(connection, inner, "title : ")
        case InBody(inner):
            return _match(connection, inner, "body : ")
        case InCode(_):
            return ""  # in a table of its own: see `_in_code`


def _filter(term: Filter) -> Condition:
    label = "d.id IN (SELECT document_id FROM label WHERE sort = ? AND name {} ?)"
    match term:
        case Tag(name) if "*" in name:
            return label.format("GLOB"), ["tag", _glob(name)]
        case Link(pattern) if "*" in pattern:
            return label.format("GLOB"), ["link", _glob(pattern)]
        case Link(pattern):
            return label.format("="), ["link", pattern]
        case Among(ids):
            return "d.id IN (SELECT value FROM json_each(?))", [json.dumps(ids)]
        case Tag(name):
            return label.format("="), ["tag", name]
        case Flag(name, holds):
            found: Condition = (label.format("="), ["flag", name])
            kind = FLAG_KINDS.get(name)
            return found if holds else _both(_not(found), ("d.kind = ?", [kind]) if kind else ("1", []))
        case Category(slug):
            return "d.category = ?", [slug]
        case Kind(name):
            return "d.kind = ?", [name]
        case Author(number):
            return "d.author_id = ?", [number]
        case InQuestion(number):
            return "d.question_id = ?", [number]
        case Range(field, low, high):
            ends: list[Condition] = []
            if low is not None:
                ends.append((f"d.{field} >= ?", [low]))
            if high is not None:
                ends.append((f"d.{field} <= ?", [high]))
            if field == "answers" and ends:
                ends.append(("d.kind = 'question'", []))
            if field == "views" and ends:
                ends.append(("d.kind <> 'answer'", []))
            return _both(*ends)


def _expanded(connection: sqlite3.Connection, pattern: str, column: str) -> list[str]:
    """The words of the index that a word with `*` stands for."""
    plain = "*".join("".join(tokens(piece)) for piece in pattern.split("*"))
    sql = "SELECT word FROM vocabulary WHERE word GLOB ? LIMIT ?"
    return [column + _quoted([word]) for (word,) in connection.execute(sql, (plain, MAX_EXPANSIONS))]


def _matching(expression: str) -> Condition:
    if not expression:
        return NOTHING
    return "d.id IN (SELECT rowid FROM words WHERE words MATCH ?)", [expression]


def _in_code(expression: str) -> Condition:
    if not expression:
        return NOTHING
    return "d.id IN (SELECT rowid FROM code WHERE code MATCH ?)", [expression]


def _glob(pattern: str) -> str:
    return pattern.replace("[", "").replace("?", "[?]")


def having(found: list[Found]) -> Condition:
    if not found:
        return NOTHING
    sql = "d.id IN (SELECT post_id FROM post_formula WHERE formula_id IN (SELECT value FROM json_each(?)))"
    return sql, [json.dumps([one.id for one in found])]


def _or(one: Condition, other: Condition) -> Condition:
    return f"({one[0]} OR {other[0]})", [*one[1], *other[1]]


def _quoted(words: list[str]) -> str:
    return f'"{" ".join(words)}"'


def _either(parts: list[str]) -> str:
    return " OR ".join(f"({part})" for part in parts if part)


def _not(one: Condition) -> Condition:
    return f"NOT ({one[0]})", one[1]


def _both(*conditions: Condition) -> Condition:
    return " AND ".join(["1", *(sql for sql, _ in conditions)]), [v for _, values in conditions for v in values]
