"""How the database would read what a page asks, on SQLite and on PostgreSQL alike: what is found along an index, what
is sorted, what is read whole.

Tables of tests are tiny, where any way is as good as another. So while plans are read here, the database is told that
they hold a million rows, and PostgreSQL keeps from ways that only tiny tables allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

Asked = tuple[str, Any]  # SQL and its parameters

# A site has a few dozen rows of these, or one for each thing that was set up.
SMALL = (
    *("geeks_category", "geeks_source", "django_content_type", "auth_permission", "auth_group"),
    *("auth_group_permissions", "geeks_user_groups", "geeks_user_user_permissions"),
)
FEW = ("one_open_", "post_deleted")  # begin the names of indexes of few rows: posts closed, locked, deleted now
# Columns that many rows share: what is found by these alone has no end.
COARSE = {"kind", "category_id", "is_active"}
# A page, a count of so many rows, the largest key.
ENDS = re.compile(r" LIMIT \S+( OFFSET \S+)?(\) subquery)?$|^SELECT M(AX|IN)\(\S+\) AS \S+ FROM")
INDEXES = """
    SELECT t.name, i.name, i."unique", group_concat(coalesce(c.name, '?'))
    FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' GROUP BY t.name, i.name
"""
MILLION = """
    SELECT pg_restore_relation_stats(
        'schemaname', 'public', 'relname', relname::text, 'relpages', 1,
        'reltuples', CASE WHEN relname LIKE ANY (%s) THEN 1e3 ELSE 1e6 END::real
    ) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
"""
# What names another row does so in ten rows each; most posts and comments are not deleted.
TEN_EACH = """
    SELECT pg_restore_attribute_stats(
        'schemaname', 'public', 'relname', relname::text, 'attname', attname::text, 'inherited', false,
        'null_frac', CASE attname WHEN 'deleted_at' THEN 0.95 ELSE 0 END::real, 'avg_width', 8,
        'n_distinct', CASE WHEN attname = ANY (%s) THEN 3 ELSE -0.1 END::real
    ) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
    WHERE relkind = 'r' AND relname LIKE 'geeks%%' AND relnamespace = 'public'::regnamespace
    AND (attname = 'deleted_at' OR attname LIKE '%%\\_id' OR attname = ANY (%s))
"""
NOT_ON_LARGE_TABLES = ("seqscan", "hashjoin", "mergejoin", "material", "memoize")


@contextmanager
def asked() -> Iterator[list[Asked]]:
    """What is read while this is open, each statement once, with its parameters apart as the database plans it."""
    found: dict[str, Any] = {}

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and not many:
            found.setdefault(sql, params)
        return execute(sql, params, many, context)

    statements: list[Asked] = []
    with connection.execute_wrapper(note):
        yield statements
    statements += found.items()


def problems_of(statements: Iterable[Asked], sorts: bool = False) -> list[str]:
    """What in their plans grows with the tables. `sorts`: the few rows that are left may be put in order."""
    found = []
    with _large_tables():
        for sql, params in statements:
            found += [f"{problem}: {sql} {params}" for problem in _problems_of(sql, params, sorts)]
    return found


def _problems_of(sql: str, params: Any, sorts: bool) -> set[str]:
    ends = bool(ENDS.search(sql))
    if connection.vendor == "sqlite":
        return set(_of_sqlite(sql, [row[3] for row in _explained("QUERY PLAN", sql, params)], ends, sorts))
    # A statement that has no end may sort what it finds.
    return set(_of_postgresql(_plan(sql, params, sorts or not ends), sorts or not ends, ended=False))


def indexes_of(statement: Asked) -> set[str]:
    """The names of the indexes that are read."""
    with _large_tables():
        if connection.vendor == "sqlite":
            return set(re.findall(r"INDEX (\w+)", " ".join(row[3] for row in _explained("QUERY PLAN", *statement))))
        return set(re.findall(r"'Index Name': '(\w+)'", str(_plan(*statement, sorts=False))))


@contextmanager
def _large_tables() -> Iterator[None]:
    """Within, the planner takes every table for one of a million rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _tell_sqlite(cursor)
        else:
            _tell_postgresql(cursor)
        yield
        transaction.set_rollback(True)
    if connection.vendor == "sqlite":  # whose connection remembers it beyond the transaction
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE sqlite_schema")


def _tell_sqlite(cursor: Any) -> None:
    cursor.execute("ANALYZE")  # there is no such table before
    cursor.execute("DELETE FROM sqlite_stat1")
    cursor.execute(INDEXES)
    for table, index, unique, columns in cursor.fetchall():
        names = columns.split(",")
        rows = [300_000 if set(names[: end + 1]) <= COARSE else 10 for end in range(len(names))]
        if unique or "id" in names:
            rows[-1] = 1
        stat = " ".join(map(str, [1_000 if index.startswith(FEW) else 1_000_000, *rows]))
        cursor.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", [table, index, stat])
    cursor.execute("ANALYZE sqlite_schema")


def _tell_postgresql(cursor: Any) -> None:
    if connection.pg_version < 180_000:
        pytest.skip("only PostgreSQL 18 and later can be told of rows that are not there")
    cursor.execute(MILLION, [[f"{few}%" for few in FEW]])
    cursor.execute(TEN_EACH, [[*COARSE], [*COARSE]])
    for name in NOT_ON_LARGE_TABLES:
        cursor.execute(f"SET LOCAL enable_{name} = off")


def _plan(sql: str, params: Any, sorts: bool) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_sort = {'on' if sorts else 'off'}")
    (((plan,),),) = _explained("(FORMAT JSON)", sql, params)
    return plan["Plan"]


def _explained(how: str, sql: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {how} {sql}", params)
        return list(cursor.fetchall())


def _of_sqlite(sql: str, steps: list[str], ends: bool, sorts: bool) -> Iterator[str]:
    tables = [
        step for step in steps if re.match(rf"(SCAN|SEARCH) (?!CONSTANT|\(|({'|'.join(SMALL)}|subquery)\b)", step)
    ]
    one_row = not tables or tables[0].startswith("SEARCH") and "(rowid=?)" in tables[0]
    sorted_ = any("ORDER BY" in step for step in steps) and not one_row
    if sorted_ and ends and not sorts:
        yield "sorts"
    for number, step in enumerate(tables):
        read = re.match(r"\w+ (\w+)(?! VIRTUAL)(?:.*\((.*)\))?", step)
        # A walk along an index (or the key) is as long as the page when nothing is put in order after it.
        if not read or ends and not number and not sorted_:
            continue
        if re.search(rf" {read[1]} [^()]*LIMIT \d+\)", sql):  # in a part of the statement that ends by itself
            continue
        if set(re.findall(r"(\w+)[=<>]", read[2] or "")) <= COARSE and not any(f" {few}" in step for few in FEW):
            yield f"reads all of {read[1]} ({step})"


def _of_postgresql(node: Any, sorts: bool, ended: bool) -> Iterator[str]:
    kind, table = node["Node Type"], node.get("Relation Name")
    ended = ended or kind == "Limit"
    # An incremental sort goes along the index: it orders what is equal there by number. One row is in order.
    if kind == "Sort" and not sorts and node["Plan Rows"] > 1 and not set(_all("Relation Name", node)) <= set(SMALL):
        yield "sorts"
    if kind in ("Sort", "Aggregate", "WindowAgg"):
        ended = False  # all that comes from below is read
    if table and not ended and not (table in SMALL or any(name.startswith(FEW) for name in _all("Index Name", node))):
        # By what the index is looked into, in it or (of a bitmap of its rows) in what is below.
        condition = " ".join(_all("Index Cond", node))
        if set(re.findall(r"(\w+)\)? [=<>]", condition)) <= COARSE:
            yield f"reads all of {table} ({kind} {condition})"
    for below in node.get("Plans", []):
        first = below["Parent Relationship"] == "Outer"
        yield from _of_postgresql(below, sorts, ended and first)


def _all(key: str, node: Any) -> Iterator[str]:
    """What is said under this key in a part of a plan."""
    if key in node:
        yield node[key]
    for below in node.get("Plans", []):
        yield from _all(key, below)
