"""`manage.py import_stackexchange`: a whole Stack Exchange site into one category, resumable, nothing twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from geeks.dumps.stackexchange import DumpError
from geeks.dumps.stackexchange.load import Load
from geeks.management.progress import Progress
from geeks.models import Post
from geeks.rendering import UNFINISHED


class Command(BaseCommand):
    help = (
        "Imports a Stack Exchange dump (a folder of XML files, .7z, .zip, .tar.xz, .tar.gz, .tar.bz2) into a category. "
        "It may be interrupted and run again; a second run of a whole import changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="the dump")
        parser.add_argument("--category", required=True, metavar="SLUG", help="made if it is new")
        parser.add_argument("--source", default="", metavar="HOST", help="the site it is from; else the dump's name")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only count")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the account of every row as JSON")
        parser.add_argument(
            "--typeset", action="store_true", help="typeset formulas at once, which takes longer, not with `rerender`"
        )

    def handle(self, *args: Any, path: Path, category: str, source: str, dry_run: bool, **options: Any) -> None:
        self.progress: Progress | None = None
        try:
            load = Load(path, category, source, dry=dry_run, quick=not options["typeset"], progress=self.show)
        except DumpError as error:
            raise CommandError(str(error)) from None
        try:
            load.run()
        except DumpError as error:
            raise CommandError(f"{error} {self.stored(load)}") from None
        except DatabaseError as error:
            words = " ".join(str(error).split())[:300]
            raise CommandError(f"The database refuses: {words}. {self.stored(load)}") from None
        except OSError as error:
            raise CommandError(f"{error.strerror or error}. {self.stored(load)}") from None
        except KeyboardInterrupt:
            raise CommandError(f"Stopped. {self.stored(load)}") from None
        finally:
            if self.progress:
                self.progress.__exit__()
            self.write_report(load, options["report"])
        self.tell(load, dry_run)

    def show(self, what: str, done: int, total: int) -> None:
        if self.progress is None or self.progress.verb != what:
            self.progress = Progress(self.stdout, what, total)
        self.progress.at(done)

    def stored(self, load: Load) -> str:
        if load.dry or not load.readings:
            return "Nothing was written."
        rows = sum(reading.state.written for reading in load.readings)
        return f"What was read before is stored ({rows:,} rows); run the same command again to go on."

    def write_report(self, load: Load, path: Path | None) -> None:
        if path is None:
            return
        try:
            path.write_text(json.dumps(load.report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            self.stderr.write(f"The report cannot be written to {path}: {error.strerror}.")

    def tell(self, load: Load, dry: bool) -> None:
        for name, told in load.report["files"].items():
            skipped = sum(told["skipped"].values())
            self.stdout.write(f"{name}: {told['read']:,} rows read, {told['written']:,} written, {skipped:,} skipped")
            for reason, count in sorted(told["skipped"].items()):
                self.stdout.write(f"    {count:,}: {reason}")
        for remark in load.remarks:
            self.stdout.write(remark)
        if dry:
            self.stdout.write("This was a dry run: nothing was written.")
        elif load.was_there:
            self.stdout.write(f"All of it was here already; {load.host} has not changed.")
        if not dry and (later := Post.objects.filter(source__host=load.host, render_version=UNFINISHED).count()):
            self.stdout.write(f"{later:,} posts show formulas or code plainly until `manage.py rerender` has been run.")
