"""Many rows into the database at once, without a model instance for each: plain dictionaries by column, one statement.

Rules stay with the models; this is for rows whose content an archive vouches for. Columns that are not given get the
model's own default. Texts are cut to their column, which only PostgreSQL would insist on.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.db import connection, models

from geeks.rendering.source import clean_part

Values = dict[str, Any]


def insert(model: type[models.Model], rows: Sequence[Values]) -> None:
    """New rows of `model`; every row has the same keys (column names, such as `author_id`)."""
    if not rows:
        return
    given = rows[0].keys()
    fields = [field for field in _fields(model) if field.attname in given or not field.primary_key]
    values = zip(*(_column(field, rows) for field in fields), strict=True)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608 (own names)


def update(model: type[models.Model], rows: Sequence[Values]) -> None:
    """Changed columns of rows that are there; every row has `id` and the same other keys."""
    if not rows:
        return
    fields = [field for field in _fields(model) if field.attname in rows[0] and not field.primary_key]
    columns = [list(_column(field, rows)) for field in [*fields, model._meta.pk]]
    names = [connection.ops.quote_name(field.column) for field in fields]
    table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            changes = ", ".join(f"{name} = given.{name}" for name in names)
            arrays = ", ".join(f"%s::{_array_type(field)}" for field in [*fields, model._meta.pk])
            given = f"unnest({arrays}) AS given ({', '.join([*names, key])})"
            cursor.execute(f"UPDATE {table} SET {changes} FROM {given} WHERE {table}.{key} = given.{key}", columns)  # noqa: S608
        else:
            changes = ", ".join(f"{name} = %s" for name in names)
            cursor.executemany(f"UPDATE {table} SET {changes} WHERE {key} = %s", zip(*columns, strict=True))  # noqa: S608


def add(model: type[models.Model], name: str, amounts: Mapping[int, int]) -> None:
    """Add to a counter: id -> by how much. In one order, so that no two transactions wait for each other."""
    table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(model._meta.pk.column)
    column = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        statement = f"UPDATE {table} SET {column} = {column} + %s WHERE {key} = %s"  # noqa: S608 (own names)
        cursor.executemany(statement, [(amount, pk) for pk, amount in sorted(amounts.items())])


def prepare() -> None:
    """Make this connection ready for a bulk load. On SQLite: read the file rather than map it, for all of it would be
    touched, and its pages count as memory; and move the log into the file less often, for that waits for the disk."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size = 0")
            cursor.execute("PRAGMA wal_autocheckpoint = 6000")  # pages; its file is cut back to its limit all the same


def fit(model: type[models.Model], name: str, text: str) -> str:
    """A line of text without what no text here may have, cut to what its column holds."""
    text, most = clean_part(text), _most(model, name)
    return text if len(text) <= most else text[:most]


def held(model: type[models.Model], ids: Iterable[int]) -> list[int]:
    """These rows, which nobody else changes until the transaction ends; SQLite's transactions write one at a time."""
    rows = model._base_manager.filter(pk__among=set(ids)).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def reserve(model: type[models.Model], highest: int) -> None:
    """Have the database give out ids beyond `highest` only, so that nobody takes those that an archive will bring."""
    if connection.vendor == "postgresql":
        sequence = "pg_get_serial_sequence(%s, %s)"
        statement = f"SELECT setval({sequence}, GREATEST(nextval({sequence}), %s))"
        named = [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column]
        with connection.cursor() as cursor:
            cursor.execute(statement, [*named, *named, highest])
    else:
        _set_counter(model, max(highest, _counter(model)))


def fresh(model: type[models.Model], count: int) -> list[int]:
    """Ids that nobody else will get."""
    if not count:
        return []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
    last = _counter(model)
    _set_counter(model, last + count)
    return list(range(last + 1, last + count + 1))


def _counter(model: type[models.Model]) -> int:
    """SQLite's last given id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        row = cursor.fetchone()
    return row[0] if row else 0


def _set_counter(model: type[models.Model], value: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [value, model._meta.db_table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, value])


@cache
def _fields(model: type[models.Model]) -> Sequence[Any]:
    return model._meta.concrete_fields


@cache
def _most(model: type[models.Model], name: str) -> int:
    return int(model._meta.get_field(name).max_length or 2**31)


def _column(field: Any, rows: Sequence[Values]) -> Iterable[Any]:
    """The values of one column, as they are handed to the database."""
    prepare = _prepared(field)
    if field.attname not in rows[0]:
        default = field.get_default()  # of a moment that nobody gave: the same for all rows of a call
        return itertools.repeat(prepare(default) if prepare else default, len(rows))
    values = map(operator.itemgetter(field.attname), rows)
    return map(prepare, values) if prepare else values


def _prepared(field: Any) -> Callable[[Any], Any] | None:
    """How a value of this column is handed to the database; None: as it is."""
    if isinstance(field, models.DateField):  # a DateTimeField is one, too
        return None if connection.vendor == "postgresql" else _dated
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


def _array_type(field: Any) -> str:
    """PostgreSQL's type for many values of a column. Not one that would cut them: a column refuses what is too long."""
    name: str = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return f"{'text' if name.startswith('varchar') else name}[]"


def _dated(value: date | None) -> str | None:
    """A day, or a moment in UTC, as Django writes it on SQLite; several times as fast, for there are many."""
    if isinstance(value, datetime):
        return str((value if value.tzinfo is UTC else value.astimezone(UTC)).replace(tzinfo=None))
    return None if value is None else str(value)
