"""Rows into tables in bulk, on SQLite and on PostgreSQL, past the models: what is made up keeps their rules by itself.

A row gives some columns; all others get what the model says is their default, so that new columns need no change here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, models, transaction

SQLITE_CACHE_KB = 262_144  # while rows are stored: parts of the indexes are written to all over


def store(model: type[models.Model], columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add `rows` to the table of `model`; `columns` names what they hold, in order."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(model, columns.split(), rows)
    else:
        _insert(model, columns.split(), rows)


def add(model: type[models.Model], column: str, amounts: Mapping[int, int]) -> None:
    """Add to a counter of many rows: primary key -> amount."""
    table, name = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(column)
    pairs = sorted(amounts.items())  # one order everywhere, so that no two transactions wait for each other
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"UPDATE {table} SET {name} = {name} + more.amount "  # noqa: S608
                "FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::bigint[]) AS amount) AS more "
                f"WHERE {table}.id = more.id",
                [[pk for pk, _ in pairs], [amount for _, amount in pairs]],
            )
        else:
            update = f"UPDATE {table} SET {name} = {name} + ? WHERE id = ?"  # noqa: S608
            cursor.connection.executemany(update, [(amount, pk) for pk, amount in pairs])


def reserve(model: type[models.Model], count: int) -> int:
    """Keep `count` numbers of the table's primary key from everybody else; gives the first of them."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The lock makes whoever is about to take a number wait until this transaction ends.
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT greatest(nextval({sequence}), (SELECT coalesce(max(id), 0) + 1 FROM {table}))")  # noqa: S608
            (first,) = cursor.fetchone()
            cursor.execute(f"SELECT setval({sequence}, %s)", [first + count - 1])
            return int(first)
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
        (last,) = cursor.fetchone()
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        last = max(last, *cursor.fetchone())
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, last + count])
        return int(last) + 1


@contextmanager
def in_bulk() -> Iterator[bool]:
    """Within, this connection does not look up what rows refer to, a fourth of the work: the rows stored here are right
    by themselves. SQLite keeps more of the database in memory. Enter it outside a transaction. Gives whether the
    triggers of tables go on."""
    if connection.vendor == "postgresql":
        with _without_triggers() as without:
            yield not without
        return
    with connection.cursor() as cursor:
        (cache,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size=-{SQLITE_CACHE_KB}")
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            yield True
        finally:
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute(f"PRAGMA cache_size={cache}")


@contextmanager
def _without_triggers() -> Iterator[bool]:
    """Gives whether it is so."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("SET session_replication_role = replica")
        except DatabaseError:
            yield False  # it takes a right that this site's role lacks
            return
        try:
            yield True
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def _others(model: type[models.Model], columns: Iterable[str]) -> dict[str, Any]:
    """The columns that the rows do not give, and their defaults as the database takes them."""
    given = set(columns)
    fields = [field for field in model._meta.concrete_fields if field.column not in given]
    return {field.column: field.get_db_prep_save(field.get_default(), connection) for field in fields}


def _insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    others = _others(model, columns)
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in (*columns, *others))
    # The defaults stand in the statement, so that rows are handed over as they are.
    values = ", ".join(["?"] * len(columns) + [_literal(value) for value in others.values()])
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({values})"  # noqa: S608
    with connection.cursor() as cursor:
        # The driver's own cursor: Django's would look for its kind of place holders in every row.
        cursor.connection.executemany(statement, rows)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return str(+value)
    return "'" + str(value).replace("'", "''") + "'"


def _copy(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    others = _others(model, columns)
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in (*columns, *others))
    rest = tuple(others.values())
    into = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row((*row, *rest))
