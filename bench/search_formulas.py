"""Prints how well formulas are found: nDCG@10, MRR and CPU time a query, each formula being a post of its own.

Usage: bench/search_formulas.py --queries FILE --corpus FILE [--backend tantivy|sqlite] [--verbose]
The corpus is JSON lines (gzip or not) of `id` and `tex`; the queries of `id`, `query` as typed and `relevant`: grades
by document. Exits with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geeks.search import Backend, Document, open_backend, parse

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
TARGETS = {"nDCG@10": 0.95, "MRR": 0.97}
MOST_MILLISECONDS = 15.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--backend", default="tantivy", choices=["tantivy", "sqlite"])
    parser.add_argument("--verbose", action="store_true", help="show what is above its place")
    given = parser.parse_args()
    corpus = dict(enumerate(read_lines(given.corpus), 1))
    with tempfile.TemporaryDirectory() as place:
        index = open_backend(Path(place), writer=True, engine=given.backend)
        started = time.process_time()
        index.index(to_document(number, line["tex"]) for number, line in corpus.items())
        index.commit(1)
        each = (time.process_time() - started) / len(corpus) * 1000
        print(f"{len(corpus):,} formulas indexed at {each:.2f} ms CPU each, {index.health().bytes / 1e6:.1f} MB")
        missed = measure(index, corpus, read_lines(given.queries), given.verbose)
        index.close()
    return int(missed)


def measure(index: Backend, corpus: dict[int, Any], queries: list[Any], verbose: bool) -> bool:
    ndcgs, ranks, spent = [], [], []
    for line in queries:
        started = time.process_time()
        hits = index.search(parse(line["query"]), size=10).ids
        spent.append((time.process_time() - started) * 1000)
        grades = [line["relevant"].get(corpus[number]["id"], 0) for number in hits]
        ndcgs.append(ndcg(grades, list(line["relevant"].values())))
        ranks.append(next((1 / place for place, grade in enumerate(grades, 1) if grade), 0.0))
        if verbose and ndcgs[-1] < 0.95:
            print(f"  {ndcgs[-1]:.2f} {line['query']}")
            for number, grade in zip(hits, grades, strict=True):
                print(f"       {grade} {corpus[number]['tex']}")
    missed = False
    for name, value in (("nDCG@10", statistics.mean(ndcgs)), ("MRR", statistics.mean(ranks))):
        missed |= value < TARGETS[name]
        print(f"{name:8} {value:.4f}  target {TARGETS[name]:.2f} {'MISSED' if value < TARGETS[name] else 'reached'}")
    p95 = sorted(spent)[max(0, math.ceil(len(spent) * 0.95) - 1)]
    late = p95 > MOST_MILLISECONDS
    print(f"CPU ms   p50 {statistics.median(spent):.2f}  p95 {p95:.2f}  target {MOST_MILLISECONDS:.0f}"
          f" {'MISSED' if late else 'reached'}")  # fmt: skip
    return missed or late


def ndcg(found: list[int], judged: list[int]) -> float:
    best = sorted(judged, reverse=True)[:10]
    ideal = sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(best))
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(found)) / ideal if ideal else 0.0


def to_document(number: int, tex: str) -> Document:
    return Document(
        id=number,
        kind="question",
        question_id=number,
        title="",
        body=f"${tex}$",
        created=EPOCH,
        last_activity=EPOCH,
        formulas=[tex],
    )


def read_lines(path: Path) -> list[Any]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.splitlines()]


if __name__ == "__main__":
    sys.exit(main())
