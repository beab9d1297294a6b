"""The tables of a backup: which there are, their rows as JSON values and back, read as of one moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from geeks.dumps.backups import LEFT_OUT, BackupError

TEXTS = (models.CharField, models.TextField, models.FileField)
AT_ONCE = 1_000  # rows; their longest texts are 30 KB each


class Encoder(DjangoJSONEncoder):
    """Moments keep their microseconds, which Django's own cuts: they order rows and count in `hotness`."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def tables(registry: Apps) -> list[type[models.Model]]:
    """The models that have a table of their own, by the table's name."""
    found = {model._meta.db_table: model for model in registry.get_models(include_auto_created=True) if _own(model)}
    return [found[name] for name in sorted(found)]


def _own(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is as of one moment, while others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    # Django's own transactions take SQLite's write lock at once; this one only reads, and holds nobody up.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def lines(model: type[models.Model]) -> Iterator[str]:
    """The table as JSON lines: its columns, then its rows."""
    fields = model._meta.local_concrete_fields
    yield json.dumps([field.column for field in fields])
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield json.dumps(row, cls=Encoder, ensure_ascii=False)


def fill(model: type[models.Model], found: Iterator[bytes], report: Callable[[int], None]) -> int:
    """Write the rows of JSON lines into the table; how many. Raises BackupError, also for what no row can be."""
    fields = _columns(model, next(found, b""))
    named = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    # By hand: the rows were objects once, and making millions of objects anew takes ten times as long.
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"INSERT INTO {table} ({named}) VALUES ({places})"  # noqa: S608
    written = 0
    with connection.cursor() as cursor:
        for batch in _batches(found):
            with _explained(model, written):
                cursor.executemany(sql, [_row(fields, _parsed(line)) for line in batch])
            written += len(batch)
            report(len(batch))
    return written


def _columns(model: type[models.Model], line: bytes) -> list[Any]:
    """The fields that a table's first line names."""
    by_column = {field.column: field for field in model._meta.local_concrete_fields}
    with _explained(model, 0):
        columns = _parsed(line)
        if not isinstance(columns, list) or not columns or len(set(columns)) < len(columns):
            raise ValueError("its first line names no columns")
        if unknown := sorted(set(columns) - set(by_column)):
            raise ValueError(f"there is no column {', '.join(unknown)[:200]} here")
        return [by_column[column] for column in columns]


@contextmanager
def _explained(model: type[models.Model], after: int) -> Iterator[None]:
    """What is wrong with a row, in one line."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, AttributeError, RecursionError, ValidationError) as error:
        words = " ".join(" ".join(error.messages if isinstance(error, ValidationError) else [str(error)]).split())[:200]
        place = f" after row {after:,}" if after else ""
        raise BackupError(f"The table {model._meta.db_table} of the backup is damaged{place}: {words}.") from None


def _parsed(line: bytes) -> Any:
    return json.loads(line.decode("utf-8", "surrogatepass"))


def _row(fields: list[Any], values: Any) -> list[Any]:
    """The values as the database's driver takes them."""
    if not isinstance(values, list) or len(values) != len(fields):
        raise ValueError(f"a row is no list of {len(fields)} values")
    return [
        None if value is None else field.get_db_prep_save(_read(field, value), connection)
        for field, value in zip(fields, values, strict=True)
    ]


def _read(field: Any, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return value
    # Django would make texts of them.
    if isinstance(value, list | dict) or isinstance(field, TEXTS) and not isinstance(value, str):
        raise ValueError(f"a {type(value).__name__} stands in the column {field.column}")
    return field.to_python(value)


def _batches(found: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in found:
        batch.append(line)
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
