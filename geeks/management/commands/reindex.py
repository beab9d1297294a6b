"""`manage.py reindex`: builds the search index anew beside the old one, which serves until they are swapped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geeks.management.progress import Progress
from geeks.models import Post
from geeks.search import SearchError
from geeks.tasks import indexing


class Command(BaseCommand):
    help = "Builds the search index anew beside the old one and swaps them. Safe while the site serves."

    def handle(self, *args: Any, **options: Any) -> None:
        backend = indexing.reader()
        try:
            with Progress(self.stdout, "indexed", total=Post.objects.visible().without_wikis().count()) as progress:
                count = indexing.rebuild(backend, report=progress.at)
        except SearchError as error:
            raise CommandError(str(error)) from None
        finally:
            backend.close()
        self.stdout.write(f"The search index holds {count:,} posts.")
