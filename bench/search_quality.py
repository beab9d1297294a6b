"""Prints how well search ranks: nDCG@10 (gains 2^grade - 1) and recall@100 on judged collections.

Usage: bench/search_quality.py --ir FOLDER [--backend tantivy|sqlite]
Each set is a folder with corpus.jsonl.gz, queries.jsonl.gz (`_id`, `title`, `text`) and qrels.tsv. A set whose name
ends in `_linked` asks for related questions; the others search for the query's words, its brackets and quotes being
no operators in these collections.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geeks.search import Backend, Document, open_backend, parse

TARGETS = {"cranfield": 0.54, "cstheory_meta_answers": 0.31}
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ir", type=Path, required=True)
    parser.add_argument("--backend", default="tantivy", choices=["tantivy", "sqlite"])
    given = parser.parse_args()
    missed = False
    for folder in sorted(path for path in given.ir.iterdir() if (path / "qrels.tsv").exists()):
        ndcg, recall, milliseconds = measure(folder, given.backend)
        target = TARGETS.get(folder.name)
        missed |= target is not None and ndcg < target
        wanted = f"  target {target:.2f} {'reached' if ndcg >= target else 'MISSED'}" if target else ""
        print(
            f"{folder.name:24} nDCG@10 {ndcg:.4f}  recall@100 {recall:.3f}  {milliseconds:.2f} ms CPU a query{wanted}"
        )
    return int(missed)


def measure(folder: Path, backend_name: str) -> tuple[float, float, float]:
    corpus = read_lines(folder / "corpus.jsonl.gz")
    numbers = {line["_id"]: number for number, line in enumerate(corpus, 1)}
    judged = read_judgements(folder / "qrels.tsv")
    queries = [line for line in read_lines(folder / "queries.jsonl.gz") if judged.get(line["_id"])]
    with tempfile.TemporaryDirectory() as place:
        index = open_backend(Path(place), writer=True, engine=backend_name)
        index.index(to_document(numbers[line["_id"]], line) for line in corpus)
        index.commit(1)
        started = time.process_time()
        found = [run(index, folder.name, line, numbers) for line in queries]
        spent = (time.process_time() - started) * 1000 / len(queries)
        index.close()
    ndcgs, recalls = [], []
    for line, ids in zip(queries, found, strict=True):
        grades = {numbers[name]: grade for name, grade in judged[line["_id"]].items() if name in numbers}
        ndcgs.append(ndcg_at_10(ids, grades))
        recalls.append(len(set(ids) & set(grades)) / max(1, len(grades)))
    return sum(ndcgs) / len(ndcgs), sum(recalls) / len(recalls), spent


def run(index: Backend, name: str, line: dict[str, str], numbers: dict[str, int]) -> list[int]:
    if name.endswith("_linked"):
        own = {numbers[line["_id"]]} if line["_id"] in numbers else set()
        hits = index.similar(line["text"], 100, title=line.get("title", ""), exclude=own)
        return [hit.id for hit in hits]
    query = parse(line["text"])
    found = index.search(query, size=100)
    if not found.total and query.loosened:
        found = index.search(query.loosened, size=100)
    return found.ids


def to_document(number: int, line: dict[str, str]) -> Document:
    return Document(
        id=number,
        kind="question",
        question_id=number,
        title=line.get("title", ""),
        body=line["text"],
        created=EPOCH,
        last_activity=EPOCH,
    )


def ndcg_at_10(ids: list[int], grades: dict[int, int]) -> float:
    gained = sum((2 ** grades.get(i, 0) - 1) / math.log2(rank + 2) for rank, i in enumerate(ids[:10]))
    best = sorted(grades.values(), reverse=True)[:10]
    ideal = sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(best))
    return gained / ideal if ideal else 0.0


def read_lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            judged[query][document] = int(grade)
    return judged


if __name__ == "__main__":
    sys.exit(main())
