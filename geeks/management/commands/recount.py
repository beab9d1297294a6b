"""`manage.py recount`: proves every stored counter against the rows it counts, and repairs what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from geeks.management.progress import Progress
from geeks.models import Post
from geeks.models.counters import Difference, post_differences, tag_differences, tagging_differences, user_differences


class Command(BaseCommand):
    help = "Proves scores, counts, reputation and states; prints and repairs differences."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for difference in self.differences():
            found += 1
            self.stdout.write(str(difference))
            difference.repair()
        self.stdout.write(f"{found:,} differences, repaired" if found else "no differences")

    def differences(self) -> Iterator[Difference]:
        with Progress(self.stdout, "posts proved", total=Post.objects.count()) as progress:
            yield from post_differences(progress.at)
        yield from tag_differences()
        yield from tagging_differences()
        yield from user_differences()
