"""What a long run (`python -m bench.hostile`) leaves in HOSTILE_FOLDER while it goes on: each finding when it is found,
and each test when it ends, with its answers. What ended without a finding is not run again; HOSTILE_PART, as 1/3, takes
one of so many parts. Without HOSTILE_FOLDER nothing of this happens.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FINDINGS, ENDED = "findings.jsonl", "ended.jsonl"


def folder() -> Path | None:
    return Path(os.environ["HOSTILE_FOLDER"]) if os.environ.get("HOSTILE_FOLDER") else None


def found(what: str) -> None:
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
    _add(FINDINGS, {"test": test, "what": what})


def ended(test: str, outcome: str, seconds: float, answers: Mapping[int, int]) -> None:
    _add(ENDED, {"test": test, "outcome": outcome, "seconds": round(seconds, 1), "answers": answers})


def left(tests: list[str]) -> list[str]:
    """Those that this run takes."""
    if not (place := folder()):
        return tests
    part, parts = map(int, os.environ.get("HOSTILE_PART", "1/1").split("/"))
    passed = {test for test, last in latest(place).items() if last["outcome"] == "passed"}
    return [test for test in tests[part - 1 :: parts] if test not in passed]


def latest(place: Path) -> dict[str, dict[str, Any]]:
    """How each test ended the last time that it did."""
    return {line["test"]: line for line in lines(place / ENDED)}


def lines(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        yield json.loads(line)


def _add(name: str, line: dict[str, Any]) -> None:
    if place := folder():
        with (place / name).open("a", encoding="utf-8") as file:  # a line at a time, so processes share it
            file.write(json.dumps(line) + "\n")
