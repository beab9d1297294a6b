"""`manage.py restore FILE`: a backup in the place of the site's content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from geeks.dumps.backups import BackupError, Unfinished
from geeks.dumps.backups.restore import restore
from geeks.management.progress import Progress


class Command(BaseCommand):
    help = (
        "Proves a backup, then puts it in the place of the site's content, all of it or nothing. Stop the site first. "
        "A backup of SQLite goes into PostgreSQL too, and the other way."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="what `backup` wrote")
        parser.add_argument("--replace", action="store_true", help="although there is a site with content here")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        done = 0
        with Progress(self.stdout, "rows restored") as progress:

            def report(rows: int) -> None:
                nonlocal done
                done += rows
                progress.at(done)

            try:
                written = restore(file, replace, report)
            except (BackupError, OSError, DatabaseError) as error:
                raise CommandError(f"Nothing was restored: {' '.join(str(error).split())}") from None
            except Unfinished as error:
                raise CommandError(str(error)) from None
            except KeyboardInterrupt:
                raise CommandError("Nothing was restored: it was stopped.") from None
        self.stdout.write(f"{written:,} rows restored from {file}. Start the site; its search index is built anew.")
