"""Reads one file in batches, each stored in one transaction together with how far the file has come.

A batch that was not finished is not there at all, so an import that was killed goes on after the last one. What was
read before is known again by its digest: a file that begins otherwise is another dump and is refused.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import transaction

from geeks.dumps.stackexchange import AnotherImport, DumpError
from geeks.dumps.stackexchange.ids import Seen
from geeks.dumps.stackexchange.records import BadRow, Form
from geeks.dumps.stackexchange.rows import Row, rows
from geeks.dumps.stackexchange.source import Source as Dump
from geeks.dumps.stackexchange.step import Step
from geeks.models import ImportedFile
from geeks.models.change import EVERYTHING, Change

ROWS = 1_000  # of one batch
CHARACTERS = 4_000_000  # of one batch, so that long rows do not fill the memory
AHEAD = 2  # batches that wait, besides those that are being rendered, while one is stored

R = TypeVar("R")


@dataclass
class Batch(Generic[R]):
    """`rows` were read: `records` are the step's and usable, `skipped` says why others are not."""

    rows: int = 0
    records: list[R] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    digest: str = ""
    work: Future[Any] | None = None
    broken: DumpError | None = None  # the file breaks off after these


class Reading(Generic[R]):
    """One step over its file, from where it stopped."""

    def __init__(self, step: Step[R], dump: Dump, report: Callable[[int], None] = lambda rows: None) -> None:
        self.step, self.dump, self.report = step, dump, report
        self.form: Form[Any] = Form(step.record)
        source = step.into.source
        stored = ImportedFile.objects.filter(source=source, name=step.name).first() if source.pk else None
        self.state = stored or ImportedFile(source=source, name=step.name)
        self.was_finished = self.state.finished
        self.before = self.state.rows
        self._digest, self._seen = hashlib.sha256(), Seen()

    def run(self) -> None:
        """Raises DumpError where the file breaks off; what stands before that is stored by then."""
        waiting: deque[Batch[R]] = deque()
        ahead = self.step.into.renderers.workers + AHEAD
        broken = None
        with closing(self.dump.chunks(self.step.file)) as chunks:
            stream = rows(chunks, self.step.file)
            self._pass_over(stream)
            if self.was_finished:
                self._see_the_end(stream)
                return
            for batch in self._batches(stream):
                broken = batch.broken
                waiting.append(batch)
                if len(waiting) > ahead:
                    self._store(waiting.popleft())
        while waiting:
            self._store(waiting.popleft())
        if broken:
            raise broken
        if not self.state.finished:
            self._store(Batch(digest=self._digest.hexdigest()), finished=True)

    def _pass_over(self, stream: Iterator[Row]) -> None:
        """Read again what is stored already, and see that it is the same."""
        passed = 0
        while passed < self.before and (row := next(stream, None)) is not None:
            passed += 1
            self._note(row)
            if self.step.wanted(row):
                self._seen.add(_id_of(row))
            else:
                self.step.pass_by(row)
            self.report(1)
        if passed < self.before or self.before and self._digest.hexdigest() != self.state.digest:
            raise self._other_dump(f"its first {self.before:,} rows differ")

    def _see_the_end(self, stream: Iterator[Row]) -> None:
        """Nothing of a larger dump is taken: other files of it would be refused when this one is stored."""
        if next(stream, None) is not None:
            raise self._other_dump(f"it has more than {self.before:,} rows")

    def _other_dump(self, how: str) -> DumpError:
        return DumpError(
            f"{self.step.file} is not the file that was imported from {self.step.source.host} before: {how}. "
            "A newer dump cannot be laid over an older one: docs/moving.md says why and what to do instead. "
            "Give the dump that was begun, or import this one beside it under another name (--source)."
        )

    def _batches(self, stream: Iterator[Row]) -> Iterator[Batch[R]]:
        more = True
        while more:
            batch: Batch[R] = Batch()
            more = self._fill(batch, stream)
            if batch.rows or batch.broken:
                batch.digest = self._digest.hexdigest()
                if not self.step.into.dry:
                    batch.work = self.step.begin(batch.records)
                yield batch

    def _fill(self, batch: Batch[R], stream: Iterator[Row]) -> bool:
        """Read on; False at the end of the file, or where it breaks off."""
        size = 0
        while batch.rows < ROWS and size < CHARACTERS:
            try:
                row = next(stream, None)
            except DumpError as error:
                batch.broken = error
                return False
            if row is None:
                return False
            batch.rows += 1
            size += sum(map(len, row.values()))
            self._note(row)
            if self.step.wanted(row):
                self._sort(row, batch)
            else:
                self.step.pass_by(row)
        return True

    def _sort(self, row: Row, batch: Batch[R]) -> None:
        try:
            record = self.form.read(row)
        except BadRow as reason:
            batch.skipped[str(reason)] += 1
            return
        if self._seen.add(record.Id):
            batch.records.append(record)
        else:
            batch.skipped["its Id came before"] += 1

    def _note(self, row: Row) -> None:
        self._digest.update("\0".join([*row, *row.values(), "\n"]).encode())

    def _store(self, batch: Batch[R], finished: bool = False) -> None:
        done = batch.work.result() if batch.work else None
        if self.step.into.dry:
            self._count(batch, self.step.take(batch.records, done) if batch.records else 0)
        else:
            with transaction.atomic():
                self._claim()
                self._count(batch, self.step.take(batch.records, done) if batch.records else 0)
                if finished:
                    self.step.close()
                self.state.finished = finished
                Change.objects.note(EVERYTHING)
                self._keep()
        self.report(batch.rows)

    def _count(self, batch: Batch[R], written: int) -> None:
        skipped = batch.skipped + self.step.skipped
        if written + self.step.skipped.total() != len(batch.records):
            raise AssertionError(f"{self.step.name}: {len(batch.records)} rows, {written} written, {dict(skipped)}")
        self.step.skipped.clear()
        state = self.state
        state.rows += batch.rows
        state.written += written
        state.skipped = dict(Counter(state.skipped) + skipped)
        state.digest = batch.digest

    def _claim(self) -> None:
        """Hold the row of this file before anything of a batch is stored, unless another import has changed it: else
        the two would store the same, and which of its rows the database refuses first says nothing to anybody."""
        state = self.state
        named = {"source": state.source, "name": state.name}
        if state.pk is None:
            ImportedFile.objects.bulk_create([ImportedFile(**named)], ignore_conflicts=True)
        same = ImportedFile.objects.filter(**named, rows=state.rows, finished=False)
        state.pk = same.select_for_update().values_list("pk", flat=True).first()
        if state.pk is None:
            raise AnotherImport(f"Another import of {state.source.host} is running.")

    def _keep(self) -> None:
        columns = ("rows", "written", "skipped", "digest", "finished")
        ImportedFile.objects.filter(pk=self.state.pk).update(**{name: getattr(self.state, name) for name in columns})


def _id_of(row: Row) -> int:
    text = row.get("Id", "")
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 20 else 0
