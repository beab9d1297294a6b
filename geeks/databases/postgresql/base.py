"""Django's PostgreSQL with connections that do not wait for ever: for web processes (`ENGINE`).

A server whose machine hangs neither answers nor refuses, and its limits of time are its own. So is the driver's, which
counts for new connections only: a request that has one would wait for as long as the server is silent, and hold its
place and its thread. `DATABASES` says in "PATIENCE" how many seconds an answer may take; then the connection is given
up, and the request has met a database that is away.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import cache
from typing import Any, ClassVar, TypeVar

import psycopg
from django.db.backends.postgresql import base

T = TypeVar("T")


class Impatient(psycopg.Connection[Any]):
    """Whatever it is asked must be answered within `patience` seconds. Raises OperationalError otherwise."""

    patience: ClassVar[float]

    def wait(self, gen: Generator[Any, Any, T], interval: float = 0.1, timeout: float | None = None) -> T:
        try:
            return super().wait(gen, interval, min(timeout or self.patience, self.patience))
        except psycopg.errors._WaitTimeout as silent:
            self.pgconn.finish()  # what it would still answer is nobody's any more
            raise psycopg.OperationalError(f"the database has been silent for {self.patience:g} s") from silent


@cache
def impatient(patience: float) -> type[Impatient]:
    return type("Impatient", (Impatient,), {"patience": patience})


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    def __init__(self, settings_dict: dict[str, Any], *arguments: Any, **named: Any) -> None:
        super().__init__(settings_dict, *arguments, **named)
        settings_dict["OPTIONS"]["pool"]["connection_class"] = impatient(settings_dict["PATIENCE"])
