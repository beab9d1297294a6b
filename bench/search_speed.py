"""Prints what a search costs in a large index: CPU milliseconds a query by class, and the life of the index.

Usage: bench/search_speed.py [--documents N | --million] [--backend tantivy|sqlite] [--queries N] [--keep FOLDER]
Posts are made up (Zipf's law, formulas, categories, tags) and go straight into the index. Also printed: the time to
rebuild, the size of the index against that of the text, and how long a new post takes until another reader finds it.
Exits with 1 when a target is missed. With `--keep`, an index that is there already is measured again.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.invented import Invented
from geeks.search import Backend, open_backend, parse

MOST = 30.0  # CPU milliseconds, p95, of every class
MOST_SIMILAR = 20.0
MOST_SIZE = 0.45  # of the text
MOST_REBUILD = 300.0  # seconds for a million on two idle cores


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--backend", default="tantivy", choices=["tantivy", "sqlite"])
    parser.add_argument("--queries", type=int, default=30, help="of each class")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    count = 1_000_000 if given.million else given.documents
    invented = Invented(seed=1)
    with contextlib.ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        index = open_backend(folder, writer=True, engine=given.backend)
        stack.callback(index.close)
        missed = False
        if index.needs_rebuild() or index.health().documents < count:
            missed = build(index, invented, count)
        missed |= measure(index, invented, given.queries)
        lag(folder, index, invented, count, given.backend)
    return int(missed)


def build(index: Backend, invented: Invented, count: int) -> bool:
    sample = min(count, 3_000)
    started = time.process_time()
    for _ in invented.documents(sample):
        pass
    making = (time.process_time() - started) / sample * count
    written = Counting()
    wall, cpu = time.perf_counter(), time.process_time()
    with index.rebuild() as fresh:
        fresh.index(written.through(invented.documents(count)))
        fresh.commit(1)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu - making
    size = index.health().bytes
    ratio = size / written.bytes
    print(
        f"{count:,} posts, {written.bytes / 1e6:,.0f} MB of text, {written.formulas:,} formulas\n"
        f"rebuild  {wall:,.0f} s wall with the making of the posts ({making:,.0f} s CPU); {cpu:,.0f} s CPU without\n"
        f"index    {size / 1e6:,.0f} MB, {ratio:.2f} x text  {verdict(ratio, MOST_SIZE)}"
    )
    return ratio > MOST_SIZE


class Counting:
    """Counts what passes through."""

    def __init__(self) -> None:
        self.bytes = self.formulas = 0

    def through(self, documents: Iterator) -> Iterator:  # type: ignore[type-arg]
        for document in documents:
            self.bytes += len(document.title) + len(document.body)
            self.formulas += len(document.formulas)
            yield document


def measure(index: Backend, invented: Invented, count: int) -> bool:
    chance = random.Random(2)
    missed = False
    for name, make in classes(invented, chance).items():
        asked = [make() for _ in range(count)]
        spent, totals = [], []
        for ask in asked:
            started = time.process_time()
            totals.append(ask(index))
            spent.append((time.process_time() - started) * 1000)
        p95 = sorted(spent)[max(0, math.ceil(len(spent) * 0.95) - 1)]
        most = MOST_SIMILAR if name.startswith("similar") else MOST
        missed |= p95 > most
        found = f"{statistics.median(totals):>10,.0f} found"
        print(f"{name:34} p50 {statistics.median(spent):6.2f}  p95 {p95:6.2f} ms CPU  {verdict(p95, most):12} {found}")
    return missed


def classes(invented: Invented, chance: random.Random) -> dict[str, Callable[[], Callable[[Backend], int]]]:
    """For each class of query a function that makes one, ready to be asked."""
    word = invented.word

    def typed(template: Callable[[], str], sort: str = "relevance") -> Callable[[], Callable[[Backend], int]]:
        def make() -> Callable[[Backend], int]:
            text = template()
            return lambda index: index.search(parse(text, sort=sort)).total

        return make

    def several(low: float, high: float, number: int) -> str:
        return " ".join(word(chance, low, high) for _ in range(number))

    def starred(text: str) -> str:
        return f"{text[:2]}*{text[-2:]}"

    def faceted() -> Callable[[Backend], int]:
        query = parse(word(chance, 0.0, 0.0001))
        return lambda index: index.facets(query).total

    def misspelt() -> Callable[[Backend], int]:
        right = word(chance, 0.0005, 0.002)
        query = parse(right[:2] + right[3:])
        return lambda index: len(index.corrected(query))

    def similar() -> Callable[[Backend], int]:
        title, body = several(0.0001, 0.1, 9), several(0.0, 1.0, 60) + f" ${invented.formula(chance)}$"
        return lambda index: len(index.similar(body, 10, title=title))

    def while_typing() -> Callable[[Backend], int]:
        title = several(0.0001, 0.1, 9)
        return lambda index: len(index.similar("", 10, title=title))

    def suggest() -> Callable[[Backend], int]:
        start = several(0.001, 0.02, 1) + " " + word(chance, 0.0001, 0.02)[:3]
        return lambda index: len(index.suggest(start))

    return {
        "rare word": typed(lambda: several(0.02, 0.5, 1)),
        "frequent word": typed(lambda: several(0.0001, 0.001, 1)),
        "commonest word": typed(lambda: word(chance, 0.0, 0.00004)),
        "any of 5": typed(lambda: several(0.0005, 0.02, 5)),
        "8 words as typed": typed(lambda: "how can the " + several(0.0002, 0.02, 5)),
        "phrase": typed(lambda: f'"{invented.phrase(chance)}"'),
        "title:word": typed(lambda: f"title:{several(0.001, 0.01, 1)}"),
        "begins with 4 letters": typed(lambda: f"{word(chance, 0.0005, 0.02)[:4]}*"),
        "* in the middle": typed(lambda: starred(word(chance, 0.0005, 0.02))),
        "words in one category": typed(lambda: several(0.0005, 0.02, 5) + " category:web"),
        "common word in a category": typed(lambda: word(chance, 0.0, 0.0001) + " category:web"),
        "[tag] score:3": typed(lambda: f"[{chance.choice(invented.tags)}] score:3"),
        "common word by votes": typed(lambda: word(chance, 0.0, 0.0001), sort="score"),
        "words by date": typed(lambda: several(0.0005, 0.02, 5), sort="newest"),
        "created:3m.. common word": typed(lambda: word(chance, 0.0, 0.0001) + " created:2019..2020-06"),
        "formula": typed(lambda: f"${invented.formula(chance)}$"),
        "formula, short and common": typed(lambda: f"${chance.choice('abxyn')}^2$"),
        "formula with \\square": typed(lambda: r"$\frac{\square}{" + chance.choice("abcxyn") + "}$"),
        "words and a formula": typed(lambda: several(0.0005, 0.02, 3) + f" ${invented.formula(chance)}$"),
        "similar, title only": while_typing,
        "similar, title and text": similar,
        "suggestions": suggest,
        "facets of a common word": faceted,
        "did you mean": misspelt,
    }


def lag(folder: Path, index: Backend, invented: Invented, count: int, engine: str) -> None:
    """How long one new post takes until a reader of its own finds it."""
    reader = open_backend(folder, engine=engine)
    walls, cpus = [], []
    for number, document in enumerate(invented.documents(20, start=count + 1), 1):
        wall, cpu = time.perf_counter(), time.process_time()
        index.index([document])
        index.commit(1 + number)
        reader.search(parse("anything"))
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    index.delete(range(count + 1, count + 21))
    index.commit(2)
    reader.close()
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    late, most = sorted(walls)[18], sorted(cpus)[18]
    print(
        f"{'one new post, durable and found':34} p50 {wall:6.0f}  p95 {late:6.0f} ms wall  (CPU {cpu:.0f} / {most:.0f})"
    )


def verdict(value: float, most: float) -> str:
    return f"target {most:g}" if value <= most else f"target {most:g} MISSED"


if __name__ == "__main__":
    sys.exit(main())
