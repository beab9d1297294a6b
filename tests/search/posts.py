"""Documents for the search tests, and an index in another process."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from geeks.search import Document

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 1, 1, tzinfo=UTC)


def post(number: int, title: str = "", body: str = "", **values: object) -> Document:
    """A question; the higher its number the younger it is."""
    when = START + timedelta(days=number)
    given = {"kind": "question", "question_id": number, "created": when, "last_activity": when} | values
    return Document(id=number, title=title, body=body, **given)


def in_another_process(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
