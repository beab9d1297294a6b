"""Queries that every page asks: written with the ORM, compiled by it once, asked again with other values.

Compiling takes the ORM several times as long as the database takes to answer, and comes out the same every time but
for the values. So a query is compiled with markers in their places, and what is remembered is the SQL, where each value
goes and how columns become Python's. What comes back are rows as they were read; a model's object is made of one only
when somebody asks for it. Tests compare each of them with what the ORM would have asked (`Prepared.checked`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections, models, router, transaction
from django.db.models.query import ModelIterable, get_related_populators

from geeks.models.lasting import at_this_moment
from geeks.models.markers import Value, marker_of, place_of
from geeks.models.statement import Statement

# (function, its further arguments): turns the queryset and more values into the queryset that is asked.
Then = tuple[Any, ...]
Make = Callable[..., models.QuerySet[Any]]

LONG = 300  # characters
# Columns that hold no text.
SHORT = (models.IntegerField, models.DateTimeField, models.BooleanField, models.FloatField, models.ForeignKey)

_LARGEST_LIST = 256  # longer ones are compiled for their very length
_MOST_COMPILED = 400  # of one query: whoever asks for a dozen tags in every order makes thousands of shapes


class Prepared:
    """`make(*values, **shape)` gives the queryset of `model`; whatever differs in SQL but for the values is `shape`.
    What is `lasting` is not asked again while nothing has changed (models/lasting.py): not for what changes without a
    `Change`, as sessions do. `told` says that the rows of lasting queries tell what it finds, as stamps of texts do."""

    checked: ClassVar[bool] = False

    def __init__(self, model: type[models.Model], make: Make, lasting: bool = False, told: bool = False) -> None:
        self.model = model
        self.make = make
        self.lasting = lasting
        self.traced = lasting or told
        self._compiled: dict[Hashable, Compiled] = {}

    def __call__(self, *values: Value, **shape: Hashable) -> Asked:
        return Asked(self, values, shape)

    def compiled(self, values: tuple[Value, ...], shape: dict[str, Hashable], then: Then, own: int) -> Compiled:
        alias = router.db_for_read(self.model)
        kinds = tuple(len(value) if isinstance(value, tuple) else type(value) for value in values)
        key = (alias, kinds, tuple(shape.items()), then, own)
        found = self._compiled.get(key)
        if found is None:
            markers = tuple(marker_of(value, number) for number, value in enumerate(values))
            queryset = self.queryset(markers, shape, then, own).using(alias)
            found = Compiled(queryset, markers, self.traced)
            if len(self._compiled) >= _MOST_COMPILED:
                self._compiled = {}
            self._compiled[key] = found
        return found

    def queryset(
        self, values: tuple[Value, ...], shape: dict[str, Hashable], then: Then, own: int
    ) -> models.QuerySet[Any]:
        queryset = self.make(*values[:own], **shape)
        return then[0](queryset, values[own:], *then[1:]) if then else queryset


@dataclass(frozen=True, slots=True)
class Asked:
    """A prepared query with its values, as a queryset has its filters: nothing is asked yet."""

    prepared: Prepared
    values: tuple[Value, ...]
    shape: dict[str, Hashable]

    def also(self, **shape: Hashable) -> Asked:
        return Asked(self.prepared, self.values, {**self.shape, **shape})

    def reads(self, then: Then = (), more: tuple[Value, ...] = ()) -> list[Read]:
        """What is found, as rows that become objects when asked for."""
        found, values = self._compiled(then, more)
        if found is None:
            return []
        if not self.prepared.lasting:
            return [Read(row, found) for row in found.ask(values)]
        return at_this_moment(found, values, lambda row: Read(row, found), Read.again)

    def objects(self) -> list[Any]:
        return [row.object for row in self.reads()]

    def first(self) -> Any:
        """An object, or None; the query itself says how many rows it reads."""
        found = self.reads()
        return found[0].object if found else None

    def first_read(self) -> Read | None:
        found = self.reads()
        return found[0] if found else None

    def rows(self) -> list[tuple[Any, ...]]:
        """Of a query of columns (`values_list`)."""
        found, values = self._compiled((), ())
        if found is None:
            return []
        if not self.prepared.lasting:
            return [found.converted(row) for row in found.ask(values)]
        return at_this_moment(found, values, found.converted, lambda row: row)

    def _compiled(self, then: Then, more: tuple[Value, ...]) -> tuple[Compiled | None, tuple[Value, ...]]:
        """The query and its values; None where nothing can be found."""
        own, prepared = len(self.values), self.prepared
        values = tuple(_padded(value) if isinstance(value, tuple) else value for value in (*self.values, *more))
        if () in values:  # nothing is in an empty list
            return None, values
        found = prepared.compiled(values, self.shape, then, own)
        if Prepared.checked:
            _compare(prepared.queryset(values, self.shape, then, own), found, values)
        return found, values


class Read:
    """A row as the database gave it: `key` is all of it, `beside` what other queries said, by the names that its object
    gets when it is first asked for. What is made of these alone may be remembered under them. `neighbours` are objects
    that its object gets, too; what is shown of them is not in its key. `later` gives the object what the row left out:
    it must be the same whenever the key is."""

    __slots__ = ("_compiled", "_object", "_short", "beside", "key", "later", "neighbours")

    def __init__(self, key: tuple[Any, ...], compiled: Compiled) -> None:
        self.key = key
        self.beside: dict[str, Hashable] = {}
        self.neighbours: dict[str, Any] = {}
        self.later: Callable[[Any], None] | None = None
        self._compiled = compiled
        self._object: Any = None
        self._short: tuple[Hashable, ...] | None = None

    @property
    def short(self) -> tuple[Hashable, ...]:
        """`key` with length and Python's keyed hash in the place of a long text: a row of a list has 30 KB of formulas.
        Its number and all its short columns stand beside it, so at the very worst, once in 10¹⁸ edits, two rows are
        taken for the same."""
        if self._short is None:
            short = list(self.key)
            for at in self._compiled.texts:
                value = short[at]
                if type(value) is str and len(value) > LONG:
                    short[at] = (len(value), hash(value))
            self._short = tuple(short)
        return self._short

    @property
    def pk(self) -> Any:
        return self.column("pk")

    def column(self, name: str) -> Any:
        """One column of the model, such as `author_id`, without making its object."""
        return self._compiled.value(self.key, name)

    def again(self) -> Read:
        """The same row; its object is one that nobody has changed."""
        row = object.__new__(Read)  # half the time of the constructor: a thread has fifty of them
        row.key, row._compiled, row._object, row._short = self.key, self._compiled, None, self.short
        row.beside, row.neighbours, row.later = self.beside.copy(), self.neighbours.copy(), self.later
        return row

    @property
    def object(self) -> Any:
        if self._object is None:
            self._object = self._compiled.object_of(self.key)
            for name, value in (self.beside | self.neighbours).items():
                setattr(self._object, name, value)
            if self.later is not None:
                self.later(self._object)
        return self._object


def objects(rows: Iterable[Read]) -> list[Any]:
    return [row.object for row in rows]


class Compiled:
    """One query in one shape, ready to be asked."""

    def __init__(self, queryset: models.QuerySet[Any], markers: tuple[Value, ...], traced: bool = False) -> None:
        if queryset._prefetch_related_lookups:
            raise ValueError("A prepared query is one query: read what it would prefetch by another.")
        self.model = queryset.model
        self.alias = queryset.db
        # One of its own, which is never opened: what is compiled names it, and this thread's would stay open after the
        # thread.
        self._connection = connections.create_connection(self.alias)
        compiler = queryset.query.get_compiler(connection=self._connection)
        # Django lets only those lock rows who are in a transaction: that is a thing of this thread's connection.
        self.locks = queryset.query.select_for_update and self._connection.features.has_select_for_update
        compiler.connection = connections[self.alias] if self.locks else self._connection
        self.sql, params = compiler.as_sql()
        compiler.connection = self._connection
        self._statement = Statement(self.alias, self.sql, traced)
        adapted = [_adapted(marker, self.alias) for marker in markers]
        self._params = [place_of(param, adapted) for param in params]
        missing = set(range(len(markers))) - {place[0] for place in self._params if isinstance(place, tuple)}
        if missing:
            raise ValueError(f"Values {sorted(missing)} stand nowhere in this query: {self.sql}")
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.views_at: int | None = None
        info = compiler.klass_info
        if info and queryset._iterable_class is ModelIterable:
            first, last = info["select_fields"][0], info["select_fields"][-1] + 1
            # Where texts of any length may stand; all others are short.
            self.texts = [at for at, column in enumerate(compiler.select) if _may_be_long(column[0])]
            self._columns = slice(first, last)
            self._names = [column[0].target.attname for column in compiler.select[first:last]]
            self._places = {name: first + number for number, name in enumerate(self._names)}
            self._places["pk"] = self._places[self.model._meta.pk.attname]
            self.views_at = self._places.get("view_count")
            self._neighbours = get_related_populators(info, compiler.select, self.alias)
            self._notes = list((compiler.annotation_col_map or {}).items())

    def value(self, row: tuple[Any, ...], name: str) -> Any:
        """One column of the model (`pk`, or its attribute's name) as Python's."""
        at = self._places[name]
        return self._as_python(row[at], *self.converters[at]) if at in self.converters else row[at]

    def ask(self, values: tuple[Value, ...]) -> list[tuple[Any, ...]]:
        if self.locks and connections[self.alias].get_autocommit():
            raise transaction.TransactionManagementError("Rows are locked within a transaction.")
        return self._statement.run(self.params([_adapted(value, self.alias) for value in values]))[0]

    def params(self, values: list[Any]) -> list[Any]:
        found = []
        for place in self._params:
            if not isinstance(place, tuple):
                found.append(place)
            elif len(place) == 1:
                found.append(values[place[0]])
            else:
                found.append(values[place[0]][place[1]])
        return found

    def converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self.converters:
            return row
        columns = list(row)
        for at, (converters, expression) in self.converters.items():
            columns[at] = self._as_python(columns[at], converters, expression)
        return tuple(columns)

    def _as_python(self, value: Any, converters: list[Any], expression: Any) -> Any:
        for convert in converters:
            value = convert(value, expression, self._connection)
        return value

    def object_of(self, row: tuple[Any, ...]) -> Any:
        """As the ORM's own iterable makes it, neighbours and annotations included."""
        row = self.converted(row)
        made = self.model.from_db(self.alias, self._names, row[self._columns])
        for neighbour in self._neighbours:
            neighbour.populate(row, made)
        for name, at in self._notes:
            setattr(made, name, row[at])
        return made


def _may_be_long(column: Any) -> bool:
    field = column.output_field
    return not isinstance(field, SHORT) and (field.max_length or LONG + 1) > LONG


def _padded(ids: Iterable[int]) -> tuple[int, ...]:
    """Each once, and the last again up to a power of two, so that there are few lengths to compile."""
    unique = tuple(dict.fromkeys(ids))
    if Prepared.checked or not unique or len(unique) > _LARGEST_LIST:
        return unique
    return unique + unique[-1:] * ((1 << (len(unique) - 1).bit_length()) - len(unique))


def _adapted(value: Value, alias: str) -> Any:
    return connections[alias].ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _compare(queryset: models.QuerySet[Any], compiled: Compiled, values: tuple[Value, ...]) -> None:
    """Raise AssertionError unless the ORM would ask the same. For tests, at every query they cause."""
    if compiled._connection.connection is not None:
        raise AssertionError(f"To compile this a connection was opened that nobody closes:\n{compiled.sql}")
    try:
        sql, params = queryset.query.get_compiler(compiled.alias).as_sql()
    except (EmptyResultSet, FullResultSet):
        return  # a value that its column cannot hold: the ORM asks less, the database finds the same
    ours = compiled.params([_adapted(value, compiled.alias) for value in values])
    if (sql, list(params)) != (compiled.sql, ours):
        raise AssertionError(f"Prepared:\n{compiled.sql}\n{ours}\nThe ORM:\n{sql}\n{list(params)}")
