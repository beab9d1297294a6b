"""`manage.py backup FILE`: the whole site in one file, while it serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from geeks.dumps.backups import BackupError
from geeks.dumps.backups.write import write
from geeks.management.progress import Progress


class Command(BaseCommand):
    help = "Writes database and pictures into one file and reads it through. The site may serve meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a new file, such as site.zip")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        done = 0
        with Progress(self.stdout, "rows written") as progress:

            def report(rows: int) -> None:
                nonlocal done
                done += rows
                progress.at(done)

            try:
                manifest = write(file, report)
            except (BackupError, OSError, DatabaseError) as error:
                raise CommandError(f"No backup was made: {error}") from None
        rows = sum(member.get("rows", 0) for member in manifest["members"].values())
        self.stdout.write(f"{file}: {rows:,} rows, {file.stat().st_size:,} bytes, read through and whole.")
