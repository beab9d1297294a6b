"""`manage.py reindex`: builds the search index anew beside the old one, which serves until they are swapped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from geeks.management.progress import Progress
from geeks.models import Post
from geeks.search import Backend, SearchError
from geeks.tasks import checking, indexing


class Command(BaseCommand):
    help = "Builds the search index anew beside the old one and swaps them. Safe while the site serves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing: compare the index of this host with the database and print what differs",
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        backend = indexing.reader()
        try:
            if check:
                self.check_all(backend)
            else:
                self.rebuild(backend)
        except SearchError as error:
            raise CommandError(str(error)) from None
        finally:
            backend.close()

    def rebuild(self, backend: Backend) -> None:
        with self.progress("indexed") as progress:
            count = indexing.rebuild(backend, report=progress.at)
        self.stdout.write(f"The search index holds {count:,} posts.")

    def check_all(self, backend: Backend) -> None:
        found = 0
        with self.progress("compared") as progress:
            for line in checking.differences(backend, report=progress.at):
                found += 1
                self.stdout.write(line)
        if found:
            raise CommandError(f"{found:,} differences from the database: build the index anew with manage.py reindex.")
        self.stdout.write("no differences")

    def progress(self, verb: str) -> Progress:
        # Of all there are, deleted ones too: which are not is in no index, and to look at each takes half an hour where
        # a million questions lie on a slow disk.
        return Progress(self.stdout, verb, total=Post.objects.count())
