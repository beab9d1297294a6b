"""The operators of a search, `name:value`: one row each in `OPERATORS`, with how its value is read.

A reader gets the value and the circumstances of the search and gives a term, or None for a value it cannot read, which
then becomes words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from geeks.search.dates import seconds_of
from geeks.search.documents import FLAGS, MAX_NUMBER
from geeks.search.links import link_pattern
from geeks.search.query import (
    MAX_STARS,
    Among,
    Author,
    Category,
    Flag,
    InBody,
    InCode,
    InQuestion,
    InTitle,
    Kind,
    Link,
    NumberField,
    Phrase,
    Range,
    Term,
    Wildcard,
    Word,
)
from geeks.search.words import tokens


@dataclass(frozen=True)
class Circumstances:
    """Who searches, when and where: for `user:me`, `created:1m`, `inquestion:this` and `inbookmarks:mine`."""

    me: int | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    question: int | None = None
    bookmarks: Callable[[], Collection[int]] | None = None


Reader = Callable[[str, bool, Circumstances], Term | None]

COMMUNITY = "-1"  # the user of Stack Exchange's that stands for nobody
_SPAN = re.compile(r"(-?\d+)?\.\.(-?\d+)?|(\d+)-(\d+)", re.ASCII)
_KINDS = {"q": "question", "a": "answer"} | {name: name for name in ("question", "answer", "article")}
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def wildcard(piece: str) -> Wildcard | None:
    """A word with `*`; None when too little is left without the stars."""
    pattern = re.sub(r"\*+", "*", piece.strip(".,;:!?()'`")).lower()
    plain = pattern.replace("*", "")
    return (
        Wildcard(pattern)
        if pattern.count("*") <= MAX_STARS and len(plain) >= 2 and plain.isalnum() and len(pattern) <= 60
        else None
    )


def _part(place: type[InTitle] | type[InBody] | type[InCode]) -> Reader:
    def read(value: str, quoted: bool, _: Circumstances) -> Term | None:
        # Which words stand in the body is known by their stems only, in which a star cannot be looked up.
        if not tokens(value) or (place is InBody and "*" in value and not quoted):
            return None
        if quoted:
            return place(Phrase(" ".join(value.split())))
        term = wildcard(value) if "*" in value else Word(value)
        return place(term) if term else None

    return read


def _category(value: str, _: bool, __: Circumstances) -> Category | None:
    return Category(value.lower()) if re.fullmatch(r"[\w-]{1,100}", value) else None


def _kind(value: str, _: bool, __: Circumstances) -> Kind | None:
    name = _KINDS.get(value.lower())
    return Kind(name) if name else None


def _author(value: str, _: bool, about: Circumstances) -> Author | None:
    if value.lower() in ("me", "mine"):
        return None if about.me is None else Author(about.me)
    return Author(clamped(value)) if _is_number(value) or value == COMMUNITY else None


def _question(value: str, _: bool, about: Circumstances) -> InQuestion | None:
    if value.lower() == "this":
        return None if about.question is None else InQuestion(about.question)
    return InQuestion(clamped(value)) if _is_number(value) else None


def _bookmarks(value: str, _: bool, about: Circumstances) -> Among | None:
    if about.bookmarks is None or value.lower() not in ("me", "mine", str(about.me)):
        return None
    return Among(tuple(about.bookmarks()))


def _link(value: str, _: bool, __: Circumstances) -> Link | None:
    pattern = link_pattern(value)
    return Link(pattern) if pattern else None


def _flag(name: str) -> Reader:
    def read(value: str, _: bool, __: Circumstances) -> Flag | None:
        holds = _YES.get(value.lower())
        return None if holds is None else Flag(name, holds)

    return read


def _number(name: NumberField) -> Reader:
    def read(value: str, _: bool, __: Circumstances) -> Range | None:
        if re.fullmatch(r"-?\d+", value, re.ASCII):
            # Stack Exchange's habit: N means "at least N", but answers:0 means none.
            low = clamped(value)
            return Range(name, low, 0 if name == "answers" and low == 0 else None)
        span = _SPAN.fullmatch(value)
        if span is None or not any(span.groups()):
            return None
        low_text, high_text = (span[1], span[2]) if span[3] is None else (span[3], span[4])
        return Range(name, clamped(low_text) if low_text else None, clamped(high_text) if high_text else None)

    return read


def _date(name: NumberField) -> Reader:
    def read(value: str, _: bool, about: Circumstances) -> Range | None:
        span = seconds_of(value, about.now)
        return Range(name, *span) if span else None

    return read


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


def clamped(digits: str) -> int:
    """A number that fits into 64 bits, whatever was typed."""
    number = int(digits[:20])
    return max(-MAX_NUMBER, min(MAX_NUMBER, number))


_DATE = "a day, month or year that exists, a range, or an age, as in {0}:2024-05, {0}:2024..2025 or {0}:3m.."

# name: (how its value is read, what the value should be)
OPERATORS: dict[str, tuple[Reader, str]] = {
    "title": (_part(InTitle), "a word"),
    "body": (_part(InBody), "a word or a phrase without *"),
    "code": (_part(InCode), "a word of the code"),
    "url": (_link, "an address or a part of one, as in url:example.org or url:*.example.org"),
    "category": (_category, "the short name of a category, as in category:web"),
    "is": (_kind, "question, answer or article"),
    "user": (_author, "a person's number, or “me” when you are signed in"),
    "inquestion": (_question, "a question's number, or “this” in a search from a question's page"),
    "inbookmarks": (_bookmarks, "“mine” when you are signed in; other people's bookmarks are theirs alone"),
    "score": (_number("score"), "a number or a range, as in score:3 or score:-2..5"),
    "views": (_number("views"), "a number or a range, as in views:500 or views:100..200"),
    "answers": (_number("answers"), "a number or a range, as in answers:0 or answers:1..3"),
    "created": (_date("created"), _DATE.format("created")),
    "lastactive": (_date("active"), _DATE.format("lastactive")),
    "isaccepted": (_flag("accepted"), "yes or no"),
} | {name: (_flag(name), "yes or no") for name in FLAGS if name != "accepted"}

# What people know from Stack Exchange and nothing here can answer, with the reason.
UNANSWERED = {
    "collective": "there are no collectives here",
    "deleted": "a search finds no deleted posts; your own are on your profile",
    "intags": "nobody watches tags here",
}

# Other names that people know from Stack Exchange.
ALIASES = {
    "infavorites": "inbookmarks",
    "insaves": "inbookmarks",
    "saves": "inbookmarks",
    "intitle": "title",
    "inbody": "body",
    "lastactivity": "lastactive",
}
