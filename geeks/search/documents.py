"""What is put into the index: a `Document`, one a post, and the `Record` every backend writes.

A document speaks the site's words. `record` checks it and turns it into plain text and numbers in one place, so
that all backends index the same thing and a value no engine can hold is refused before it reaches one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from geeks.search.links import link_terms
from geeks.search.words import clean, without_formulas

KINDS = ("question", "answer", "article")

# States that an operator such as `closed:yes` asks for; a document carries those that hold.
FLAGS = (
    "accepted",  # this answer is the accepted one
    "hasaccepted",  # this question has an accepted answer
    "isanswered",  # this question has an accepted or a positively scored answer
    "hascode",
    "closed",
    "duplicate",
    "locked",
    "migrated",
    "hasnotice",
    "wiki",
)

# What can have a state: without it, only these are found by its absence.
FLAG_KINDS = {"accepted": "answer", "hasaccepted": "question", "isanswered": "question"}

MAX_NUMBER = 2**63 - 1
SCORE_STEP = 2**30
MAX_FORMULAS = 1_000  # of one post


class Unindexable(ValueError):
    """A document that cannot be indexed; the message says which value is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One post as the index sees it.

    `body` is plain text with formulas as `$tex$` or `$$tex$$`, and `formulas` holds their `tex`; `code` is what stands
    in blocks of code, `links` the addresses it links to. An answer
    carries its question's id, tags and category and no title; a question or an article its own id as
    `question_id`. Dates are aware datetimes (naive ones are read as UTC).
    """

    id: int
    kind: str
    question_id: int
    title: str
    body: str
    created: datetime
    last_activity: datetime
    tags: Collection[str] = ()
    category: str = ""
    author_id: int | None = None
    score: int = 0
    views: int = 0
    answers: int = 0
    flags: Collection[str] = ()
    formulas: Collection[str] = ()
    code: str = ""
    links: Collection[str] = ()


class Record(NamedTuple):
    """A checked document: text without formulas, times as Unix seconds, one unique sort key an order.

    `formulas` is the distinct TeX of the post; two of them may still be one formula.
    """

    id: int
    kind: str
    question_id: int
    title: str
    body: str
    formulas: tuple[str, ...]
    tags: tuple[str, ...]
    category: str
    author_id: int
    score: int
    views: int
    answers: int
    created: int
    active: int
    flags: tuple[str, ...]
    code: str
    links: tuple[str, ...]

    @property
    def sort_keys(self) -> dict[str, int]:
        """Keys of the orders newest, active and score: the value above, the id below to settle ties."""
        low = self.id % 2**30
        return {
            "by_created": (_within(self.created, 2**32) << 30) + low,
            "by_active": (_within(self.active, 2**32) << 30) + low,
            "by_score": self.by_score,
        }

    @property
    def by_score(self) -> int:
        return score_key(self.score) + self.id % SCORE_STEP


def score_key(score: int) -> int:
    """The least `by_score` of this score; the next score's is the first that is too much."""
    return _within(score, 2**32) * SCORE_STEP


def record(document: Document) -> Record:
    """Check a document and make it plain; raises `Unindexable` naming the first value that is wrong."""
    try:
        return _record(document)
    except Unindexable:
        raise
    except Exception as error:
        # One text that something here cannot read must not keep all others out of the index.
        raise Unindexable(f"it cannot be read: {type(error).__name__}: {error}") from error


def _record(document: Document) -> Record:
    formulas = _strings("formulas", document.formulas)
    title = _text("title", document.title)
    body = _text("body", document.body)
    return Record(
        id=_number("id", document.id),
        kind=_one_of("kind", document.kind, KINDS),
        question_id=_number("question_id", document.question_id),
        title=clean(without_formulas(title, formulas)),
        body=clean(without_formulas(body, formulas)),
        formulas=tuple(dict.fromkeys(formulas[:MAX_FORMULAS])),
        tags=tuple(_name("tags", tag) for tag in _strings("tags", document.tags)),
        category=_name("category", document.category),
        author_id=0 if document.author_id is None else _number("author_id", document.author_id),
        score=_number("score", document.score),
        views=_number("views", document.views),
        answers=_number("answers", document.answers),
        created=_seconds("created", document.created),
        active=_seconds("last_activity", document.last_activity),
        flags=tuple(_one_of("flags", flag, FLAGS) for flag in _strings("flags", document.flags)),
        code=clean(_text("code", document.code)),
        links=link_terms(_strings("links", document.links)),
    )


def _number(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unindexable(f"{name} must be a whole number, not {value!r:.60}")
    if abs(value) > MAX_NUMBER:
        raise Unindexable(f"{name} must fit into 64 bits, not {value:.3g}")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise Unindexable(f"{name} must be text, not {value!r:.60}")
    # A lone surrogate has no UTF-8 form, which is all that engines take.
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _strings(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Collection):
        raise Unindexable(f"{name} must be a collection of text, not {value!r:.60}")
    return tuple(_text(name, item) for item in value)


def _name(name: str, value: object) -> str:
    text = _text(name, value).strip().lower()
    if len(text) > 200:
        raise Unindexable(f"{name} must be at most 200 characters long, not {len(text)}")
    return text


def _one_of(name: str, value: object, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise Unindexable(f"{name} must be one of {', '.join(choices)}, not {value!r:.60}")
    return str(value)


def _seconds(name: str, value: object) -> int:
    if not isinstance(value, datetime):
        raise Unindexable(f"{name} must be a datetime, not {value!r:.60}")
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return int(aware.timestamp())


def _within(value: int, bound: int) -> int:
    return max(-bound, min(bound, value))
