"""What an import is about, and the shape of its steps: one for each file, or for each reading of it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from geeks.dumps.stackexchange.ids import Ids
from geeks.dumps.stackexchange.renderers import Renderers
from geeks.dumps.stackexchange.rows import Row
from geeks.models import Category, Source

R = TypeVar("R")


@dataclass
class Into:
    """Where an import goes. In a dry run nothing of it is stored, not even source and category."""

    source: Source
    category: Category
    ids: Ids
    renderers: Renderers
    dry: bool


class Step(Generic[R]):
    """What is done with the rows of one file: `wanted` says which, `begin` may start work, `take` stores a batch.

    `part` names a further reading of the same file, for rows that refer to others further down.
    """

    file: ClassVar[str] = ""
    part: ClassVar[str] = ""
    record: ClassVar[type[Any]]

    def __init__(self, into: Into) -> None:
        self.into, self.ids, self.source = into, into.ids, into.source
        self.skipped: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    @property
    def name(self) -> str:
        return f"{self.file}: {self.part}" if self.part else self.file

    def wanted(self, row: Row) -> bool:
        """Whether the row is for this step; another step of the same file accounts for the others."""
        return True

    def counts(self) -> bool:
        """Whether this step accounts for its rows; one that only adds to what another has written does not."""
        return True

    def pass_by(self, row: Row) -> None:
        """A row that is not wanted comes by; also those from before an interruption."""

    def close(self) -> None:
        """The last rows have been stored; called in the transaction that says so."""

    def begin(self, records: list[R]) -> Future[Any] | None:
        """Work on these that needs no database, in another process. Not asked for in a dry run."""
        return None

    def take(self, records: list[R], done: Any) -> int:
        """Store them, inside a transaction; `done` is what came of `begin`. How many were written."""
        raise NotImplementedError

    def skip(self, reason: str) -> None:
        self.skipped[reason] += 1
