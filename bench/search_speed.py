"""Prints what a search costs in a large index: CPU milliseconds a query by class, and the life of the index.

Usage: bench/search_speed.py [--documents N | --million] [--backend tantivy|sqlite] [--queries N] [--keep FOLDER]
Posts are made up (Zipf's law, formulas, categories, tags) and go straight into the index, prepared in as many
processes as `reindex` takes. Each class is also given as a ratio to a bare Django view. Also printed: the time to
rebuild, the size of the index against that of the text, and how long a new post takes until another reader finds it.
The targets of size and rebuilding are those of a million posts. Exits with 1 when a target is missed. With `--keep`, an
index that is there already is measured again.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.invented import Invented
from bench.pages import bare_view
from geeks.dumps.synthetic.formulas import SHAPES
from geeks.search import Backend, open_backend, parse
from geeks.search.processes import Range, cores, in_processes

MOST = 30.0  # CPU milliseconds, p95, of every class
MOST_SIMILAR = 20.0
MOST_SIZE = 0.45  # of the text
MOST_REBUILD = 600.0  # CPU seconds: five minutes on two cores
MOST_LAG = 1000.0  # milliseconds, p95
MILLION = 1_000_000
BATCH = 500  # posts
_LETTER = re.compile(r"(?<![\\A-Za-z])[a-z](?![A-Za-z])")
OWN = [shape for shape in SHAPES if "{n}" not in shape and "{m}" not in shape]  # without a number that few have
SQUARE = r"\\square "


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--backend", default="tantivy", choices=["tantivy", "sqlite"])
    parser.add_argument("--queries", type=int, default=30, help="of each class")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    count = MILLION if given.million else given.documents
    invented = Invented(seed=1)
    with contextlib.ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        index = open_backend(folder, writer=True, engine=given.backend)
        stack.callback(index.close)
        missed = False
        if index.needs_rebuild() or index.health().documents < count:
            missed = build(index, invented, count)
        missed |= measure(index, invented, given.queries)
        missed |= lag(folder, index, invented, count, given.backend)
    print("targets were missed" if missed else "all targets are reached")
    return int(missed)


def build(index: Backend, invented: Invented, count: int) -> bool:
    wall, cpu = time.perf_counter(), cpu_seconds()
    with index.rebuild() as fresh:
        prepare = fresh.preparation()

        def work(numbers: Range) -> tuple[list[object], int, float]:
            began = time.process_time()
            made = list(invented.documents(numbers[1] - numbers[0] + 1, start=numbers[0]))
            making = time.process_time() - began
            text = sum(len(one.title.encode()) + len(one.body.encode()) for one in made)
            return [prepare(one) for one in made], text, making

        ranges = [(start, min(start + BATCH, count + 1) - 1) for start in range(1, count + 1, BATCH)]
        text, making = 0, 0.0
        for batch, size, seconds in in_processes(work, ranges, cores()):
            fresh.index(batch)
            text, making = text + size, making + seconds
        fresh.commit(1)
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu - making
    size = index.health().bytes
    a_million = cpu * MILLION / count
    print(
        f"{count:,} posts, {text / 1e6:,.0f} MB of text\n"
        f"rebuild  {cpu:,.0f} s CPU, {a_million:,.0f} s for a million  {of_a_million(count, a_million, MOST_REBUILD)}"
        f"  ({wall:,.0f} s wall on {cores()} cores with the making of the posts, {making:,.0f} s CPU)\n"
        f"index    {size / 1e6:,.0f} MB, {size / text:.2f} x text  {of_a_million(count, size / text, MOST_SIZE)}",
        flush=True,
    )
    return count >= MILLION and (a_million > MOST_REBUILD or size / text > MOST_SIZE)


def cpu_seconds() -> float:
    """Of this process and of those that have ended."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def measure(index: Backend, invented: Invented, count: int) -> bool:
    chance = random.Random(2)
    missed = False
    bare = bare_view()
    print(f"a bare Django view takes {bare:.2f} ms CPU; ratios are to it")
    tags = list(index.facets(parse("is:question")).tags) or invented.tags
    for name, make in classes(invented, chance, tags).items():
        asked = [make() for _ in range(count)]
        spent, totals = [], []
        for ask in asked:
            started = time.process_time()
            totals.append(ask(index))
            spent.append((time.process_time() - started) * 1000)
        half, p95 = statistics.median(spent), sorted(spent)[max(0, math.ceil(len(spent) * 0.95) - 1)]
        most = MOST_SIMILAR if name.startswith("similar") else MOST
        missed |= p95 > most
        print(
            f"{name:34} p50 {half:6.2f} ({half / bare:5.1f} x)  p95 {p95:6.2f} ms CPU ({p95 / bare:5.1f} x)"
            f"  {verdict(p95, most):16} {statistics.median(totals):>10,.0f} found",
            flush=True,
        )
    return missed


def classes(
    invented: Invented, chance: random.Random, tags: Sequence[str]
) -> dict[str, Callable[[], Callable[[Backend], int]]]:
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
        "[tag] score:3": typed(lambda: f"[{chance.choice(tags)}] score:3"),
        "common word by votes": typed(lambda: word(chance, 0.0, 0.0001), sort="score"),
        "words by date": typed(lambda: several(0.0005, 0.02, 5), sort="newest"),
        "created:3m.. common word": typed(lambda: word(chance, 0.0, 0.0001) + " created:2019..2020-06"),
        "formula": typed(lambda: f"${invented.formula(chance)}$"),
        "formula, short and common": typed(lambda: f"${chance.choice('abxyn')}^2$"),
        "formula with \\square": typed(lambda: f"${_LETTER.sub(SQUARE, invented.formula(chance, OWN), count=1)}$"),
        "words and a formula": typed(lambda: several(0.0005, 0.02, 3) + f" ${invented.formula(chance)}$"),
        "similar, title only": while_typing,
        "similar, title and text": similar,
        "suggestions": suggest,
        "facets of a common word": faceted,
        "did you mean": misspelt,
    }


def lag(folder: Path, index: Backend, invented: Invented, count: int, engine: str) -> bool:
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
    late = sorted(walls)[18]
    print(
        f"{'one new post, durable and found':34} p50 {statistics.median(walls):6.0f}  p95 {late:6.0f} ms wall"
        f" (CPU {statistics.median(cpus):.0f} / {sorted(cpus)[18]:.0f})  {verdict(late, MOST_LAG)}"
    )
    return late > MOST_LAG


def verdict(value: float, most: float) -> str:
    return f"target {most:g}" if value <= most else f"target {most:g} MISSED"


def of_a_million(count: int, value: float, most: float) -> str:
    return verdict(value, most) if count >= MILLION else f"target {most:g} at a million posts"


if __name__ == "__main__":
    sys.exit(main())
