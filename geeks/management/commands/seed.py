"""`manage.py seed`: fills an empty site with the demo content and its people, and prints how to sign in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from geeks.dumps.demo import Loader
from geeks.models import Post, User
from geeks.search import SearchError
from geeks.tasks import indexing


class Command(BaseCommand):
    help = "Loads the demo content into an empty site. A site that has posts is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", type=int, default=0, metavar="N", help="at most N threads of the demo, for tests")

    def handle(self, *args: Any, only: int, **options: Any) -> None:
        logins = settings.DATA_DIR / "demo-logins.txt"
        if Post.objects.exists():
            self.stdout.write("This site has posts already; nothing was loaded.")
            if logins.exists():
                self.stdout.write(f"Demo people sign in as in {logins}:\n{logins.read_text(encoding='utf-8')}")
            return
        if User.objects.filter(username__in=("admin", "ada", "ben", "mod")).exists():
            raise CommandError("There are people called admin, ada, ben or mod; the demo is for an empty site.")
        terminal = self.stdout.isatty()
        with transaction.atomic():  # interrupted, it leaves an empty site, and the next run begins again
            passwords = Loader(say=lambda line: self.show(line, terminal), only=max(0, only)).load()
            keep(logins, passwords)
        if terminal:
            self.stdout.write("\r\033[K", ending="")
        self.index()
        self.stdout.write(f"Loaded {Post.objects.count()} demo posts. Sign in as (kept in {logins}):")
        self.stdout.write(logins.read_text(encoding="utf-8"))

    def show(self, line: str, terminal: bool) -> None:
        if terminal:
            self.stdout.write(f"\r\033[KLoading {line[:100]}", ending="")
            self.stdout.flush()

    def index(self) -> None:
        """So that search works with the first page; the worker would do it too, a moment later."""
        try:
            backend = indexing.reader()
            indexing.rebuild(backend)
            backend.close()
        except SearchError as error:
            self.stderr.write(f"The search index will be built by `serve` ({error}).")


def keep(path: Path, passwords: dict[str, str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name} {password}\n" for name, password in passwords.items())
