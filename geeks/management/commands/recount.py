"""`manage.py recount`: proves every stored counter against the rows it counts, and repairs what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from geeks.management.progress import Progress
from geeks.models import Post
from geeks.models.counters import differences


class Command(BaseCommand):
    help = "Proves scores, counts, reputation and states; prints and repairs differences."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        with Progress(self.stdout, "posts proved", total=Post.objects.count()) as progress:
            for difference in differences(progress.at):
                found += 1
                self.stdout.write(str(difference))
                difference.repair()
        self.stdout.write(f"{found:,} differences, repaired" if found else "no differences")
