"""Loads a dump into a category, file by file, in an order in which each refers to what is there; then the passes."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from geeks.dumps.stackexchange import FILES, AnotherImport, DumpError, store
from geeks.dumps.stackexchange.archive import open_dump
from geeks.dumps.stackexchange.comments import Comments
from geeks.dumps.stackexchange.history import History
from geeks.dumps.stackexchange.ids import DryIds, Ids
from geeks.dumps.stackexchange.links import Links
from geeks.dumps.stackexchange.passes import PASSES, PREFIX, begin_again, finish
from geeks.dumps.stackexchange.people import Badges, Users
from geeks.dumps.stackexchange.posts import Answers, Posts
from geeks.dumps.stackexchange.reading import Reading
from geeks.dumps.stackexchange.records import MOST_TOLD
from geeks.dumps.stackexchange.renderers import Renderers
from geeks.dumps.stackexchange.step import Into, Step
from geeks.dumps.stackexchange.tags import Tags, TagTexts
from geeks.dumps.stackexchange.votes import Votes
from geeks.models import Category, Comment, ImportedFile, Post, Source, Tag, User, statistics
from geeks.search.processes import cores

STEPS: tuple[type[Step[Any]], ...] = (
    *(Tags, Users, Badges, Posts, Answers, TagTexts, History, Comments, Links, Votes),
)
FEWEST = 2_000  # rows for which starting processes to render pays
MOST_RENDERERS = 4  # one process that stores can feed no more
HOST = re.compile(r"[a-z0-9_][a-z0-9._-]{0,252}")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")


class Load:
    """One run. `progress` hears (what is being done, rows done, rows in all); `report` is the account of every row."""

    def __init__(
        self,
        path: Path,
        category: str,
        host: str = "",
        *,
        dry: bool = False,
        quick: bool = True,
        progress: Callable[[str, int, int], None] = lambda what, done, total: None,
    ) -> None:
        self.dump = open_dump(path)
        self.progress, self.dry, self.quick = progress, dry, quick
        self.host = (host or self.dump.host).lower()
        if not HOST.fullmatch(self.host):
            raise DumpError(f"“{self.host}” is no name of a site; give it with --source, as in math.stackexchange.com.")
        if not SLUG.fullmatch(category):
            raise DumpError(f"“{category}” cannot be a category's short name: use letters, digits and hyphens.")
        self.slug = category
        self.readings: list[Reading[Any]] = []
        self.rows, self.finished_now = 0, False

    def run(self) -> None:
        """Raises DumpError; what was stored until then stays, and the next run goes on from there."""
        self._survey()
        store.prepare()
        source, category = self._target()
        ids = DryIds(source) if self.dry else Ids(source)
        # As many as there are cores: formulas make rendering the greater part of the work.
        workers = min(cores(), MOST_RENDERERS) if self.rows >= FEWEST and not self.dry else 0
        with Renderers(workers) as renderers:
            into = Into(source, category, ids, renderers, self.dry)
            self._read(into)
        if not self.dry:
            self._finish(source)

    @property
    def report(self) -> dict[str, Any]:
        """{"files": {"Posts.xml": {"read", "written", "skipped": {reason: rows}}}}: read = written + skipped."""
        files: dict[str, Any] = {
            name: {"read": 0, "written": 0, "skipped": {}} for name in FILES if name in self.dump.where
        }
        for reading in self.readings:
            told = files[reading.step.file]
            told["read"] = max(told["read"], reading.state.rows)
            if reading.step.counts():
                told["written"] += reading.state.written
                told["skipped"] = dict(Counter(told["skipped"]) + Counter(reading.state.skipped))
        return {"source": self.host, "category": self.slug, "files": files}

    @property
    def was_there(self) -> bool:
        """Whether everything had been imported before this run."""
        return self._all_read and not self.finished_now

    @property
    def _all_read(self) -> bool:
        return bool(self.readings) and all(reading.was_finished for reading in self.readings)

    @property
    def remarks(self) -> list[str]:
        """What was passed over besides rows."""
        unknown: dict[str, set[str]] = {}
        notes = Counter[str]()
        for reading in self.readings:
            unknown.setdefault(reading.step.file, set()).update(reading.form.unknown)
            notes.update(reading.step.notes)
        return [
            *itertools.chain.from_iterable(_told(file, sorted(names)) for file, names in sorted(unknown.items())),
            *(f"{what}: {count:,}" for what, count in sorted(notes.items()) if count),
        ]

    def _survey(self) -> None:
        seen = 0

        def look(size: int) -> None:
            nonlocal seen
            seen += size
            self.progress("bytes looked through", seen, 0)

        counts = self.dump.survey(look)
        self.rows = sum(counts.get(step.file, 0) for step in STEPS)

    def _target(self) -> tuple[Source, Category]:
        category = Category.objects.filter(slug=self.slug).first()
        source = Source.objects.filter(host=self.host).select_related("category").first()
        if source and (category is None or source.category_id != category.pk):
            raise DumpError(
                f"{self.host} was imported into the category {source.category.slug} before. Name that one, "
                "or import under another name with --source."
            )
        if self.dry:
            category = category or Category(slug=self.slug)
            return source or Source(host=self.host, category=category), category
        try:
            with transaction.atomic():
                category = category or self._new_category()
                source = source or Source.objects.create(host=self.host, name=self.host[:100], category=category)
        except IntegrityError:  # there was none a moment ago
            raise DumpError(f"Another import of {self.host}, or into {self.slug}, is running.") from None
        return source, category

    def _new_category(self) -> Category:
        name = self.slug.replace("-", " ").title()
        if Category.objects.filter(name__iexact=name).exists():
            name = self.host[:60]
        return Category.objects.create(slug=self.slug, name=name)

    def _read(self, into: Into) -> None:
        done = 0

        def report(rows: int) -> None:
            nonlocal done
            done += rows
            self.progress("rows read", done, self.rows)

        steps = [step(into, quick=self.quick) if issubclass(step, Posts) else step(into) for step in STEPS]
        self.readings = [Reading(step, self.dump, report) for step in steps if step.file in self.dump.where]
        if not self.dry and not self._all_read:
            begin_again(into.source)
            for model, highest in self._highest().items():
                store.reserve(model, highest)
        broken: tuple[str, DumpError] | None = None
        for reading in self.readings:
            if broken and reading.step.file != broken[0]:
                break
            try:
                reading.run()
            except AnotherImport:
                raise  # it is not there yet: what is read next would find no place for it
            except DumpError as error:
                broken = broken or (reading.step.file, error)
        if broken:
            raise broken[1]

    def _highest(self) -> dict[Any, int]:
        files = {"Posts.xml": Post, "Users.xml": User, "Comments.xml": Comment, "Tags.xml": Tag}
        return {model: self.dump.highest.get(name, 0) for name, model in files.items()}

    def _finish(self, source: Source) -> None:
        done = 0
        total = len(PASSES) * Post.objects.filter(source=source).count()
        passes = ImportedFile.objects.filter(source=source, name__startswith=PREFIX, finished=True)
        if self._all_read and passes.count() == len(PASSES):
            return
        self.finished_now = True
        statistics.gather()  # the passes, and readers after them, ask of what has just come

        def report(rows: int) -> None:
            nonlocal done
            done += rows
            self.progress("posts finished", done, total)

        finish(source, report)


def _told(file: str, unknown: list[str]) -> list[str]:
    lines = [f"{file}: the attribute {name} is unknown and was passed over" for name in unknown[:MOST_TOLD]]
    return [*lines, *([f"{file}: further unknown attributes were passed over"] if len(unknown) > MOST_TOLD else [])]
