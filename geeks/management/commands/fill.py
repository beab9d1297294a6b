"""`manage.py fill`: a large made-up site for benchmarks; the same seed makes the same site."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from geeks.dumps.synthetic.load import FillRefused, fill, processes_for
from geeks.management.progress import Progress
from geeks.models import statistics


class Command(BaseCommand):
    help = (
        "Adds a made-up site to this one: questions with two answers each on average, people, tags, votes, comments. "
        "Interrupted, run it again with the same figures. Nobody can sign in as these people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--questions", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed makes the same site")
        parser.add_argument("--processes", type=int, metavar="N", help="that make texts while this one stores them")

    def handle(self, *args: Any, questions: int, seed: int, processes: int | None, **options: Any) -> None:
        if questions < 1:
            raise CommandError("Give --questions a number of at least 1.")
        if seed < 0:
            raise CommandError("Give --seed a number of at least 0.")
        if processes is None:
            processes = processes_for(questions)
        try:
            with Progress(self.stdout, "questions stored", total=questions) as progress:
                added = fill(questions, seed, max(0, processes), progress.at)
        except FillRefused as refusal:
            raise CommandError(str(refusal)) from None
        statistics.gather()
        if not added:
            self.stdout.write(f"This site holds the {questions:,} questions of seed {seed} already.")
            return
        self.stdout.write(
            f"Added {added:,} questions. The worker of `serve` builds the search index anew when it next looks; "
            "`manage.py reindex` does so now."
        )
