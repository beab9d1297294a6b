"""The seam between the site and a search engine: what every backend takes, gives and promises.

A backend is fed by one writer that follows the outbox: `index` and `delete` what changed, then `commit` with the
number of the last outbox row. All of it may be repeated without harm, so a crash at any point loses nothing. Many
readers, in this process or another, see a commit at their next search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from geeks.search.documents import Document, Record, Unindexable, record
from geeks.search.query import Query


class SearchError(Exception):
    """Something about the index; the message says what, and what to do."""


class SearchUnavailable(SearchError):
    """There is no index that can be read: it is not built yet, or it is damaged."""


class WriterBusy(SearchError):
    """Another process writes this index already."""


class IndexReplaced(SearchError):
    """The index was rebuilt and swapped under this writer: read `checkpoint()` and apply from there again."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A post found. `score` is the engine's relevance: higher is better, comparable within one page only."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Page:
    hits: tuple[Hit, ...] = ()
    total: int = 0
    total_is_exact: bool = True

    @property
    def ids(self) -> list[int]:
        return [hit.id for hit in self.hits]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many results of a search each restriction would leave, the most first; `tags` are the commonest ones.

    `formulas` counts posts by how their best formula answers: same, shape or contains; empty without formulas.
    Unless `exact`, all but the total are estimated from a sample, and rounded.
    """

    total: int = 0
    exact: bool = True
    categories: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    answered: int = 0
    unanswered: int = 0
    formulas: dict[str, int] = field(default_factory=dict)


class Entry(NamedTuple):
    """What an index holds of a post besides its words: dates as Unix seconds, and the figures."""

    id: int
    created: int
    active: int
    by_score: int
    answers: int


@dataclass(frozen=True, slots=True)
class PutAside:
    """A document that could not be indexed, and why. It is left out until it changes."""

    id: int
    reason: str


class Prepared(Protocol):
    """A document ready to be written by the backend that prepared it, or a `PutAside`; it can be pickled."""

    @property
    def id(self) -> int: ...


def checked(document: Document) -> Record | PutAside:
    """The record of a document, or why it cannot be indexed."""
    try:
        return record(document)
    except Unindexable as error:
        number = getattr(document, "id", 0)
        return PutAside(number if isinstance(number, int) and abs(number) < 2**63 else 0, str(error))


@dataclass(frozen=True, slots=True)
class Health:
    """State of an index. `needs_rebuild` is empty or the reason; `bytes` is what it takes on disk."""

    ok: bool
    backend: str
    documents: int
    checkpoint: int
    needs_rebuild: str
    put_aside: tuple[PutAside, ...]
    bytes: int


class Backend(Protocol):
    """One index. Reading is safe from several threads; writing belongs to one writer."""

    name: str

    def index(self, batch: Iterable[Document | Prepared]) -> list[PutAside]:
        """Add or replace documents; gives those put aside because of a value no engine can hold."""
        ...

    def preparation(self) -> Callable[[Document], Prepared]:
        """The part of indexing that needs no index. Like what it gives it can be pickled, so that it may go on in
        other processes."""
        ...

    def delete(self, ids: Iterable[int]) -> None:
        """Remove documents; unknown ids are no error."""
        ...

    def commit(self, checkpoint: int) -> None:
        """Make everything since the last commit durable and visible. `checkpoint` is the caller's, never less."""
        ...

    def checkpoint(self) -> int:
        """The number given to the last commit; 0 before the first."""
        ...

    def state(self) -> Hashable:
        """Another one after every commit and every swap, in every process; as quick to ask for as a file's date."""
        ...

    def search(self, query: Query, *, size: int = 20, offset: int = 0) -> Page:
        """One page in the order of `query.sort`. Pages end at result 10,000; the total counts on."""
        ...

    def facets(self, query: Query, *, tags: int = 20, total: int | None = None) -> Facets:
        """Counts of the results of a search by category, kind, tag, whether a question is answered, and formula.
        `total` is how many there are, for whoever has searched already: they need not be counted again."""
        ...

    def corrected(self, query: Query) -> str:
        """What to type instead when a word of the query is probably misspelt, or an empty string."""
        ...

    def similar(
        self,
        text: str,
        k: int = 10,
        *,
        title: str = "",
        exclude: Collection[int] = (),
        kind: str = "question",
        formulas: Collection[str] | None = None,
    ) -> list[Hit]:
        """Posts about the same thing as a draft or a post, best first. Words of `title` count double.

        `formulas` is TeX; None takes what stands between dollars. The larger ones count, not single letters.
        """
        ...

    def suggest(self, prefix: str, k: int = 8) -> list[Hit]:
        """Questions and articles whose title has these words, the last one perhaps unfinished."""
        ...

    def entries(self, first: int, last: int) -> list[Entry]:
        """What is in the index of posts with ids from `first` to `last`, by id; twice what is there twice."""
        ...

    def rebuild(self) -> AbstractContextManager[Backend]:
        """A new, empty index beside this one, to be filled and committed. It replaces this one when the block
        ends well and vanishes when it raises; until then this one serves. Only one rebuild runs at a time."""
        ...

    def needs_rebuild(self) -> str:
        """Why the index should be rebuilt (new, damaged, made by another version), or an empty string."""
        ...

    def aside(self) -> list[PutAside]:
        """The documents that are put aside, at most 1,000."""
        ...

    def health(self) -> Health: ...

    def close(self) -> None: ...
