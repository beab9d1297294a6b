"""Many rows into the database at once, without a model instance for each: plain dictionaries by column, one statement.

Rules stay with the models; this is for rows whose content an archive vouches for. Columns that are not given get the
model's own default. Texts are cut to their column, which only PostgreSQL would insist on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

Values = dict[str, Any]


def insert(model: type[models.Model], rows: Sequence[Values]) -> None:
    """New rows of `model`; every row has the same keys (column names, such as `author_id`)."""
    if not rows:
        return
    given = rows[0].keys()
    fields = [field for field in _fields(model) if field.attname in given or not field.primary_key]
    readers = [(field.attname, _default(field), _prepared(field)) for field in fields]
    values = [
        [prepare(row.get(name, default)) if prepare else row.get(name, default) for name, default, prepare in readers]
        for row in rows
    ]
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
    names = [name for name in rows[0] if name != "id"]
    fields = {field.attname: field for field in _fields(model)}
    readers = [(name, _prepared(fields[name])) for name in names]
    values = [[*(prepare(row[name]) if prepare else row[name] for name, prepare in readers), row["id"]] for row in rows]
    columns = ", ".join(f"{connection.ops.quote_name(fields[name].column)} = %s" for name in names)
    table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE {key} = %s", values)  # noqa: S608 (own names)


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
    """The text, cut to what its column holds."""
    most = _most(model, name)
    return text if len(text) <= most else text[:most]


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


def _default(field: Any) -> Any:
    default = field.get_default()
    # A moment that nobody gave: the same for all rows of a call.
    return default if isinstance(default, datetime) or not callable(default) else default()


def _prepared(field: Any) -> Callable[[Any], Any] | None:
    """How a value of this column is handed to the database; None: as it is."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None
