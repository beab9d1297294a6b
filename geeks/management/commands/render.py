"""`manage.py render`: Markdown in, the HTML that storing it would give out, by the very code that stores posts."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from geeks.models.link_titles import titles_at
from geeks.rendering import RenderRefused, render


class Command(BaseCommand):
    help = "Renders Markdown from standard input to safe HTML on standard output."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jsonl", action="store_true", help='lines {"id", "markdown"} in, one line out for each')

    def handle(self, *args: Any, jsonl: bool, **options: Any) -> None:
        if jsonl:
            for number, line in enumerate(sys.stdin.buffer, 1):
                if line.strip():
                    self.stdout.write(json.dumps(answer(line, number)))
                    self.stdout.flush()
            return
        try:
            self.stdout.write(render(sys.stdin.buffer.read().decode("utf-8", "replace"), titles).html)
        except RenderRefused as refusal:
            raise CommandError(str(refusal)) from None


def answer(line: bytes, number: int) -> dict[str, Any]:
    """The answer to one line of --jsonl; a line that cannot be read is answered too, with `error`."""
    try:
        asked = json.loads(line)
        source = asked["markdown"]
        if not isinstance(source, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        problem = f'line {number} is not a JSON object with "id" and "markdown"'
        return {"id": None, "html": "", "text": "", "excerpt": "", "formulas": [], "error": problem}
    head = {"id": asked.get("id")}
    try:
        done = render(source, titles)
    except RenderRefused as refusal:
        return {
            **head,
            "html": refusal.html,
            "text": refusal.text,
            "excerpt": "",
            "formulas": [],
            "error": str(refusal),
        }
    formulas = [asdict(formula) for formula in done.formulas]
    return {**head, "html": done.html, "text": done.text, "excerpt": done.excerpt, "formulas": formulas}


def titles(addresses: set[str]) -> Mapping[str, str]:
    """As storing a post finds them; none where there is no database yet, for rendering needs none."""
    try:
        return titles_at(addresses)
    except DatabaseError:
        return {}
