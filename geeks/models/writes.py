"""What nearly every act stores: statements that the ORM compiled once, run again with the values of other rows.

`insert` and `update` do what `save` does, `insert_all` and `insert_new` what `bulk_create` does, in a third of the
time: the ORM puts each statement together anew, and takes every value of a row through a dozen of its functions. Where
somebody listens to a model's signals, or where it saves in a way of its own, the ORM does it. Tests compare each
statement and its values with what the ORM would have run (`Prepared.checked`).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from types import NoneType
from typing import Any

from django.db import DatabaseError, connections, models, router, transaction
from django.db.models import sql
from django.db.models.constants import OnConflict
from django.db.models.signals import post_save, pre_save

from geeks.models.prepared import Prepared
from geeks.models.statement import Statement

_MOST_AT_ONCE = 8  # rows of one statement; more are rare, and for the ORM
_MOST_COMPILED = 400

# Values that columns of Django's own take as they are; any other is turned by the column itself.
_PLAIN = {
    **dict.fromkeys(("CharField", "TextField", "SlugField"), (str, NoneType)),
    **dict.fromkeys(("SmallIntegerField", "IntegerField", "BigIntegerField"), (int, NoneType)),
    **dict.fromkeys(("AutoField", "BigAutoField", "PositiveSmallIntegerField"), (int, NoneType)),
    **dict.fromkeys(("PositiveIntegerField", "PositiveBigIntegerField"), (int, NoneType)),
    "FloatField": (float, NoneType),
    "BooleanField": (bool, NoneType),
}

_compiled: dict[Hashable, Any] = {}


def insert(row: models.Model) -> None:
    """Store a new row, as `save(force_insert=True)`; the database gives it its number."""
    model = type(row)
    if row.pk is not None or _is_for_the_orm(model):
        return row.save(force_insert=True)
    _settle_neighbours(row)
    alias = router.db_for_write(model, instance=row)
    (numbers,), _ = _insert([row], alias, returning=True)
    for field, number in zip(_concrete(model).db_returning_fields, numbers, strict=True):
        setattr(row, field.attname, number)
    row._state.db, row._state.adding = alias, False


def insert_all(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model, as `bulk_create`: it sends no signals. Their numbers are not told."""
    if len(rows) > _MOST_AT_ONCE:
        type(rows[0])._base_manager.bulk_create(rows)
    elif rows:
        _insert(rows, router.db_for_write(type(rows[0])))


def insert_new(row: models.Model) -> bool:
    """`insert_all` of one, or False when a row that is unique stands in its way; one that another transaction has just
    stored is waited for."""
    return _insert([row], router.db_for_write(type(row)), ignore=True)[1] == 1


def update(row: models.Model, *names: str) -> None:
    """Store these columns of a row that there is, as `save(update_fields=names)`."""
    model = type(row)
    if _is_for_the_orm(model):
        return row.save(update_fields=names)
    _settle_neighbours(row)
    alias = router.db_for_write(model, instance=row)
    values = _values(_columns(model, names), row, alias, add=False)
    kind = (alias, model, names, tuple(value is None for value in values))
    found = _compiled.get(kind)
    if found is None:
        found = _remember(kind, Statement(alias, _update_of(row, names, connections.create_connection(alias))[0]))
    params = [*(value for value in values if value is not None), row.pk]
    if Prepared.checked:
        _compare(found.sql, params, *_update_of(row, names, connections[alias]))
    with transaction.mark_for_rollback_on_error(alias):
        if not found.run(params)[1]:
            raise DatabaseError("Save with update_fields did not affect any rows.")


def _insert(
    rows: Sequence[models.Model], alias: str, returning: bool = False, ignore: bool = False
) -> tuple[list[tuple[Any, ...]], int]:
    model = type(rows[0])
    given = [_values(_columns(model), row, alias, add=True) for row in rows]
    kind = (alias, model, len(rows), returning, ignore)
    found = _compiled.get(kind)
    if found is None:
        text, like = _insert_of(rows, connections.create_connection(alias), returning, ignore)
        # PostgreSQL takes several rows as one list for each column.
        found = _remember(kind, (Statement(alias, text), len(like) == len(given[0]) * len(rows)))
    statement, flat = found
    params = (
        [value for row in given for value in row] if flat else [list(column) for column in zip(*given, strict=True)]
    )
    if Prepared.checked:
        _compare(statement.sql, params, *_insert_of(rows, connections[alias], returning, ignore))
    with transaction.mark_for_rollback_on_error(alias):
        return statement.run(params)


def _insert_of(rows: Sequence[models.Model], connection: Any, returning: bool, ignore: bool) -> tuple[str, list[Any]]:
    """What the ORM would run for them."""
    meta = _concrete(type(rows[0]))
    query = sql.InsertQuery(meta.model, on_conflict=OnConflict.IGNORE if ignore else None)
    query.insert_values([field for field, *_ in _columns(meta.model)], rows)
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = meta.db_returning_fields if returning else None
    ((text, params),) = compiler.as_sql()
    return text, list(params)


def _update_of(row: models.Model, names: tuple[str, ...], connection: Any) -> tuple[str, list[Any]]:
    """What the ORM would run for it."""
    meta = _concrete(type(row))
    query = meta.model._base_manager.filter(pk=row.pk).query.chain(sql.UpdateQuery)
    columns = _columns(meta.model, names)
    query.add_update_fields([(field, None, field.pre_save(row, False)) for field, *_ in columns])
    text, params = query.get_compiler(connection=connection).as_sql()
    return text, list(params)


def _values(columns: list[tuple[Any, str, tuple[type, ...]]], row: models.Model, alias: str, add: bool) -> list[Any]:
    """What the database takes for the columns of this row."""
    connection, values = connections[alias], []
    for field, name, plain in columns:
        value = getattr(row, name)
        if type(value) not in plain:
            value = field.get_db_prep_save(field.pre_save(row, add), connection)
            if hasattr(value, "as_sql"):
                raise TypeError(f"{name}: an expression makes another statement: leave it to the ORM.")
        values.append(value)
    return values


def _columns(model: type[models.Model], names: tuple[str, ...] = ()) -> list[tuple[Any, str, tuple[type, ...]]]:
    """(field, its attribute, types of values that are plain) of these columns; of all that an INSERT names."""
    found = _compiled.get((model, names))
    if found is None:
        meta = _concrete(model)
        fields = [field for field in meta.local_concrete_fields if field is not meta.auto_field and not field.generated]
        if names:  # in the ORM's order
            fields = sorted({meta.get_field(name) for name in names}, key=fields.index)
        found = _remember((model, names), [(field, field.attname, _plain_of(field)) for field in fields])
    columns: list[tuple[Any, str, tuple[type, ...]]] = found
    return columns


def _plain_of(field: Any) -> tuple[type, ...]:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if not all(type(one).__module__.startswith("django.db.models.") for one in (field, target)):
        return ()
    if isinstance(field, models.DateTimeField) and not (field.auto_now or field.auto_now_add):
        return (NoneType,)
    return _PLAIN.get(target.get_internal_type(), ())


def _is_for_the_orm(model: type[models.Model]) -> bool:
    meta = _concrete(model)
    if model.save is not models.Model.save or meta.parents or meta.order_with_respect_to or meta.select_on_save:
        return True
    return pre_save.has_listeners(model) or post_save.has_listeners(model)


def _settle_neighbours(row: models.Model) -> None:
    """What `save` sees to first: that the rows this one names have numbers, and are those that it remembers. It looks
    at every column; this looks at those with a row beside them, and asks it when something is amiss."""
    relations = _relations(type(row))
    for name, neighbour in row._state.fields_cache.items():
        if neighbour is not None and name in relations:
            own, other = relations[name]
            if (number := getattr(neighbour, other)) is None or number != getattr(row, own):
                return row._prepare_related_fields_for_save(operation_name="save")
    return None


def _relations(model: type[models.Model]) -> dict[str, tuple[str, str]]:
    """Under what name a row keeps a neighbour: its own column for it, and that of the neighbour."""
    found = _compiled.get(model)
    if found is None:
        keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
        found = _remember(model, {field.cache_name: (field.attname, field.target_field.attname) for field in keys})
    relations: dict[str, tuple[str, str]] = found
    return relations


def _concrete(model: type[models.Model]) -> Any:
    return model._meta.concrete_model._meta  # of a proxy: the options of the table


def _remember(kind: Hashable, made: Any) -> Any:
    if len(_compiled) >= _MOST_COMPILED:
        _compiled.clear()
    _compiled[kind] = made
    return made


def _compare(text: str, params: list[Any], orms: str, orms_params: list[Any]) -> None:
    """Raise AssertionError unless the ORM would run the same. For tests, at every write they cause."""
    if (text, params) != (orms, orms_params):
        raise AssertionError(f"Prepared:\n{text}\n{params}\nThe ORM:\n{orms}\n{orms_params}")
