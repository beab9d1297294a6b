"""`manage.py export_stackexchange`: a category, or the whole site, as the eight files of a Stack Exchange dump."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from geeks.dumps.stackexchange import DumpError
from geeks.dumps.stackexchange.saving import save
from geeks.management.progress import Progress


class Command(BaseCommand):
    help = "Writes what a stranger may see of a category, or of the whole site, as a Stack Exchange dump."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
        parser.add_argument("--category", default="", metavar="SLUG", help="else everything")

    def handle(self, *args: Any, folder: Path, category: str, **options: Any) -> None:
        self.progress: Progress | None = None
        try:
            counts = save(folder, category, self.show)
        except DumpError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database refuses: {error}. No file was written.") from None
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror or error}. No file was written.") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. No file was written.") from None
        finally:
            if self.progress:
                self.progress.__exit__()
        for name, rows in counts.items():
            self.stdout.write(f"{name}: {rows:,} rows")

    def show(self, name: str, rows: int) -> None:
        if self.progress is None or self.progress.verb != f"rows of {name}":
            self.progress = Progress(self.stdout, f"rows of {name}")
        self.progress.at(rows)
