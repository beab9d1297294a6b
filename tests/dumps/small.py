"""A small dump in own words, made by code: every file, and every state that an import must bring over."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

from geeks.dumps.stackexchange import FILES

HOST = "sums.stackexchange.com"
Rows = dict[str, list[dict[str, object]]]


def write(folder: Path, files: Rows) -> Path:
    """The files as Stack Exchange writes them: a byte order mark, one row a line, CRLF."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        root = FILES[name]
        lines = [f"  <row {' '.join(f'{key}={quoted(value)}' for key, value in row.items())} />" for row in rows]
        text = "\r\n".join(['<?xml version="1.0" encoding="utf-8"?>', f"<{root}>", *lines, f"</{root}>"])
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    return folder


def quoted(value: object) -> str:
    return quoteattr(str(value), {"\n": "&#xA;", '"': "&quot;"})
