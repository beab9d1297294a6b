"""`among`: like `in`, for thousands of whole numbers, as in `Post.objects.filter(pk__among=numbers)`.

They go to the database as one value, so that neither Django nor the database handles each of them as a part of the
statement, and there is no limit to their number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey, IntegerField, Lookup


@IntegerField.register_lookup
@ForeignKey.register_lookup
class Among(Lookup):  # type: ignore[type-arg]
    lookup_name = "among"

    def get_prep_lookup(self) -> list[int]:
        numbers: Iterable[int] = self.rhs
        return list(numbers)

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [value]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, given = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*given, self.rhs]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, given = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*given, json.dumps(self.rhs)]  # noqa: S608
