"""The tree a search is made of: small terms of our own, never an engine's string.

Words rank (more of them is better), everything else restricts. `geeks.search.parser` makes a query from what a person
typed; views and the API add restrictions of their own with `restricted`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

Sort = Literal["relevance", "newest", "active", "score"]
Role = Literal["should", "must", "not"]
NumberField = Literal["score", "views", "answers", "created", "active"]
MAX_STARS = 4  # of one pattern; engines refuse more
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed; the backend cuts and stems it. `times` it stands in the query, so that it counts more."""

    text: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other in this order."""

    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A word with `*` for any letters, at its end (`encour*`) or anywhere (`Ex*nge`)."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Formula:
    """TeX without its dollars."""

    tex: str


@dataclass(frozen=True, slots=True)
class InTitle:
    """The same as the term inside, looked for in titles only."""

    term: Word | Phrase | Wildcard


@dataclass(frozen=True, slots=True)
class InBody:
    """The same as the term inside, looked for in bodies only."""

    term: Word | Phrase | Wildcard


@dataclass(frozen=True, slots=True)
class InCode:
    """The same as the term inside, looked for in code only, where words are not stemmed."""

    term: Word | Phrase | Wildcard


@dataclass(frozen=True, slots=True)
class Link:
    """An address as `links.link_pattern` makes it; `*` stands for any letters."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Among:
    """Posts by their ids: a person's bookmarks."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag by name; `*` stands for any letters."""

    name: str


@dataclass(frozen=True, slots=True)
class Category:
    slug: str


@dataclass(frozen=True, slots=True)
class Author:
    id: int


@dataclass(frozen=True, slots=True)
class Kind:
    """question, answer or article."""

    name: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A state of `documents.FLAGS` that holds, or does not.

    Acceptance and answers are asked of what can have them: a question without an accepted answer is a question.
    """

    name: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends count; None leaves an end open. Times are Unix seconds. Answers have no answers and no views."""

    field: NumberField
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class InQuestion:
    """A question and its answers."""

    id: int


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the terms."""

    terms: tuple[Term, ...]


Text = Word | Phrase | Wildcard | Formula | InTitle | InBody | InCode
Filter = Tag | Category | Author | Kind | Flag | Range | InQuestion | Link | Among
Term = Text | Filter | AnyOf


@dataclass(frozen=True, slots=True)
class Clause:
    """One piece of a query: what it means, what it does, and the very text it was read from."""

    role: Role
    term: Term
    source: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A search. `notes` are sentences for the searcher about what was read otherwise than he may have meant."""

    clauses: tuple[Clause, ...] = ()
    sort: Sort = "relevance"
    notes: tuple[str, ...] = ()
    bare_formula: bool = False  # nothing but TeX was typed, without dollars; `parse(bare=False)` reads it as words
    ascending: bool = False  # the oldest or the lowest first; of no meaning to relevance

    @property
    def should(self) -> tuple[Term, ...]:
        return tuple(clause.term for clause in self.clauses if clause.role == "should")

    @property
    def must(self) -> tuple[Term, ...]:
        return tuple(clause.term for clause in self.clauses if clause.role == "must")

    @property
    def must_not(self) -> tuple[Term, ...]:
        return tuple(clause.term for clause in self.clauses if clause.role == "not")

    @property
    def formulas(self) -> tuple[str, ...]:
        """The TeX of the formulas that rank."""
        return tuple(term.tex for term in self.should if isinstance(term, Formula))

    @property
    def ranks(self) -> bool:
        """Whether anything in it makes one result more relevant than another."""
        return any(clause.role != "not" and isinstance(clause.term, Text) for clause in self.clauses)

    def __bool__(self) -> bool:
        return bool(self.clauses)

    def restricted(self, *terms: Term, excluding: tuple[Term, ...] = ()) -> Query:
        """The same search within these terms and without those: a category's page, a filter of the API."""
        more = [Clause("must", term) for term in terms] + [Clause("not", term) for term in excluding]
        return replace(self, clauses=(*self.clauses, *more))

    @property
    def loosened(self) -> Query | None:
        """The same search with phrases and tags as words that rank, for when nothing has them; None: no other search.

        What is excluded stays excluded, and operators with a name stay as they are.
        """
        clauses: list[Clause] = []
        for clause in self.clauses:
            loose = isinstance(clause.term, Phrase | Tag) and clause.role == "must" and clause.source
            texts = clause.source.strip('"[]').replace("-", " ").split() if loose else []
            clauses += [Clause("should", Word(text), text) for text in texts] if loose else [clause]
        return replace(self, clauses=tuple(clauses)) if tuple(clauses) != self.clauses else None

    def without(self, *clauses: Clause) -> Query:
        """The same search without some of its clauses."""
        return replace(self, clauses=tuple(c for c in self.clauses if not any(c is one for one in clauses)))

    def sorted_by(self, sort: Sort, ascending: bool = False) -> Query:
        return replace(self, sort=sort, ascending=ascending)

    def text_without(self, clause: Clause) -> str:
        """What to type for the same search without one clause: the link of a chip's cross."""
        return self.without(clause).text

    @property
    def text(self) -> str:
        """What to type for this very search, formulas between dollars."""
        return " ".join(clause.source for clause in self.clauses if clause.source)
