"""Reads what a person typed into the search box.

Forgiving: what it cannot read as an operator becomes words, with a note that says so. Never raises; one pass, so
time grows with the length only. An operator is one row of `OPERATORS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from geeks.search.formulas import analyse, as_tex, is_formula
from geeks.search.operators import ALIASES, OPERATORS, UNANSWERED, Circumstances, wildcard
from geeks.search.query import (
    MAX_STARS,
    SORTS,
    AnyOf,
    Clause,
    Formula,
    Phrase,
    Query,
    Range,
    Role,
    Sort,
    Tag,
    Term,
    Wildcard,
    Word,
)
from geeks.search.words import tokens

MAX_LENGTH = 8_000  # characters read of a query
MAX_WORDS = 64
MAX_TIMES = 8  # that saying a word again makes it count more
MAX_WILDCARDS = 8
MAX_RESTRICTIONS = 40
MAX_FORMULAS = 8

_TOKEN = re.compile(
    r"""
    \s+
  | (?P<minus>(?<!\S)-)?(?:
      "(?P<phrase>[^"]*)"
    | (?<![\w)])\[(?P<tag>[^\[\]"]{1,100})\]
    | (?P<name>[A-Za-z]{2,20}):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))
    | \$\$(?P<display>[^$]++)\$\$
    | \$(?!\s)(?P<inline>[^$]++)(?<!\s)\$(?!\d)
    )
  | (?P<word>[^\s"\[\]]+)
  | .
    """,
    re.VERBOSE | re.DOTALL,
)
PROSE_WORDS = 8  # from so many on, a text without operators is sentences
PROSE = "So long a text is read as sentences: its quotes and brackets do not restrict. Shorten it to search by them."
LONE_QUOTE = "A quotation mark without a second one was passed over; a phrase stands between two."
LONE_DOLLAR = "A dollar without a second one was passed over; a formula stands between two, as in $x^2$."
STARRED = f"a word with stars holds letters and digits, at least two, and at most {MAX_STARS} stars"
NOTHING = "There is nothing in this to look for. Write a word, a formula such as $x^2$, or one of the operators below."
READ_AS_FORMULA = "Read as a formula. To look for words beside it, put the formula between dollars: $x^2$ convergence."
_BEYOND = re.compile(r"\d{19}")
_LONE_OPERATOR = re.compile(r"([A-Za-z]{2,20}):")
_OPENING_DOLLAR = re.compile(r"\$(?![\d\s.,]|$)")
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\x00": " "})


def parse(
    text: object,
    *,
    sort: str = "relevance",
    me: int | None = None,
    now: datetime | None = None,
    question: int | None = None,
    bookmarks: Callable[[], Collection[int]] | None = None,
    operators: bool = True,
    bare: bool = True,
) -> Query:
    """Read a query as typed. An unknown `sort` means relevance.

    `me` is the searcher's id, for `user:me`; `question` the page he searches from, for `inquestion:this`; `bookmarks`
    gives the ids for `inbookmarks:mine` when it is asked for; `now` is what `created:1m` counts from.

    Without `operators` all of it is words: for text nobody wrote as a query, such as a title. With `bare`, what is
    nothing but TeX is a formula even without dollars.
    """
    known: Sort = next((name for name in SORTS if name == sort), "relevance")
    if operators and bare and is_formula(typed := _as_text(text)) and not _has_operator(typed):
        clause = Clause("should", Formula(as_tex(typed)), f"${typed.strip()}$")
        return Query((clause,), known, (READ_AS_FORMULA,), bare_formula=True)
    about = Circumstances(me, now or datetime.now(UTC), question, bookmarks)
    return _Reader(about).read(_as_text(text), known, operators)


@dataclass
class _Reader:
    about: Circumstances
    clauses: list[Clause] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: dict[tuple[Role, Term], int] = field(default_factory=dict)  # the place of its clause
    joining: bool = False
    prose: bool = False

    def read(self, text: str, sort: Sort, operators: bool) -> Query:
        if len(text) > MAX_LENGTH:
            text = text[:MAX_LENGTH]
            self.note(f"Only the first {MAX_LENGTH:,} characters were searched for.")
        if operators:
            matches = list(_TOKEN.finditer(text.translate(_QUOTES)))
            self.prose = _is_prose(matches)
            for match in matches:
                self.take(match)
            if not self.clauses and not self.notes and text.strip():
                self.note(NOTHING)
        else:
            for word in text.split():
                self.take_piece("should", word.replace("*", " "))
        return Query(tuple(self.clauses), sort, tuple(self.notes))

    def take(self, match: re.Match[str]) -> None:
        source = match[0]
        role: Role = "not" if match["minus"] else "must"
        if self.prose and (match["tag"] or match["phrase"]):
            self.take_word(source.strip('-"[]'), glued=True)
            self.note(PROSE)
        elif match["tag"] is not None:
            self.take_tag(role, match["tag"], source)
        elif (tex := match["display"] or match["inline"]) is not None:
            self.take_formula(role, tex, source)
        elif match["phrase"] is not None:
            if tokens(match["phrase"]):
                self.add(role, Phrase(" ".join(match["phrase"].split())), source)
        elif match["name"]:
            self.take_operator(role, match)
        elif match["word"]:
            start = match.start()
            self.take_word(match["word"], glued=start > 0 and not match.string[start - 1].isspace())
            if _OPENING_DOLLAR.search(match["word"]):
                self.note(LONE_DOLLAR)
        elif source == '"':
            self.note(LONE_QUOTE)

    def take_tag(self, role: Role, name: str, source: str) -> None:
        tag = Tag(name.strip().lower())
        if not tag.name.strip("*") or tag.name.count("*") > MAX_STARS:
            self.note(f"{source} names no tag and was left out.")
            return
        before = self.clauses[-1] if self.clauses else None
        if self.joining and role == "must" and before and before.role == "must" and _is_tags(before.term):
            terms = before.term.terms if isinstance(before.term, AnyOf) else (before.term,)
            if len(terms) >= MAX_RESTRICTIONS:
                self.note(f"Only the first {MAX_RESTRICTIONS} tags joined by “or” were searched for.")
            elif tag not in terms:
                self.clauses[-1] = Clause("must", AnyOf((*terms, tag)), f"{before.source} or {source}")
        else:
            self.add(role, tag, source)
        self.joining = False

    def take_formula(self, role: Role, tex: str, source: str) -> None:
        if sum(isinstance(clause.term, Formula) for clause in self.clauses) >= MAX_FORMULAS:
            self.note(f"Only the first {MAX_FORMULAS} formulas were searched for.")
        elif analyse(tex) is None:
            self.note(f"There is no formula in {_short(source)} that could be looked for.")
        else:
            self.add("not" if role == "not" else "should", Formula(tex.strip()), source)

    def take_operator(self, role: Role, match: re.Match[str]) -> None:
        typed, quoted = match["name"].lower(), match["quoted"] is not None
        name = ALIASES.get(typed, typed)
        if name in UNANSWERED:
            self.note(f"{_short(match[0])} was left out: {UNANSWERED[name]}.")
            return
        if name not in OPERATORS:
            self.take_word(match[0].replace('"', " "))
            return
        read, hint = OPERATORS[name]
        given = match["quoted"] if quoted else match["value"]
        term = read(given.strip(), quoted, self.about)
        if term is not None:
            self.add(role, term, match[0])
            if isinstance(term, Range) and _BEYOND.search(given):
                self.note(f"{_short(match[0])} goes beyond all numbers there are here.")
            return
        unwanted = role == "not"
        words = "words to leave out" if unwanted else "words"
        self.note(f"{_short(match[0])} was read as {words}: after “{typed}:” comes {hint}.")
        self.take_word(given, role="not" if unwanted else "should")

    def take_word(self, text: str, glued: bool = False, role: Role = "should") -> None:
        if text.lower() == "or":
            self.joining = True
            return
        if text.startswith("-") and not glued and not self.prose and (stripped := text.lstrip("-")):
            text, role = stripped, "not"
        for piece in text.split():
            self.take_piece(role, piece)

    def take_piece(self, role: Role, piece: str) -> None:
        if "*" in piece:
            term = wildcard(piece)
            if term is None and piece.strip("*"):
                self.note(f"{_short(piece)} was read without *: {STARRED}.")
            elif term is None:
                return
            elif sum(isinstance(clause.term, Wildcard) for clause in self.clauses) < MAX_WILDCARDS:
                self.add(role, term, piece if role == "should" else f"-{piece}")
                return
            else:
                self.note(f"Only the first {MAX_WILDCARDS} words with * were searched for as such.")
            piece = piece.replace("*", "")
        if (name := _LONE_OPERATOR.fullmatch(piece)) and (reading := OPERATORS.get(name[1].lower())):
            self.note(f"{piece} was read as a word: after it, without a space, comes {reading[1]}.")
        if tokens(piece):
            self.add(role, Word(piece), piece if role == "should" else f"-{piece}")

    def add(self, role: Role, term: Term, source: str) -> None:
        self.joining = False
        key: tuple[Role, Term] = (role, Word(term.text.lower()) if isinstance(term, Word) else term)
        if (place := self.seen.get(key)) is not None:
            self.repeat(place, source)
            return
        limit = MAX_WORDS if role == "should" else MAX_RESTRICTIONS
        if sum(clause.role == role for clause in self.clauses) >= limit:
            self.note(f"The query is very long; what follows after “{_short(self.clauses[-1].source)}” was left out.")
            return
        self.seen[key] = len(self.clauses)
        self.clauses.append(Clause(role, term, source))

    def repeat(self, place: int, source: str) -> None:
        """A word that is said again matters more; anything else is as true the second time as the first."""
        clause = self.clauses[place]
        if clause.role == "should" and isinstance(clause.term, Word) and clause.term.times < MAX_TIMES:
            word = Word(clause.term.text, clause.term.times + 1)
            self.clauses[place] = Clause("should", word, f"{clause.source} {source}")

    def note(self, sentence: str) -> None:
        if len(self.notes) < 5 and not any(sentence[:20] == other[:20] for other in self.notes):
            self.notes.append(sentence)


def _is_prose(matches: list[re.Match[str]]) -> bool:
    """A question in sentences: its quotes and brackets are the author's, not meant to leave anything out."""
    words = sum(match["word"] is not None for match in matches)
    return words >= PROSE_WORDS and not any(_names_operator(match) for match in matches)


def _as_text(text: object) -> str:
    if isinstance(text, bytes):
        return text.decode("utf-8", "replace")
    return "" if text is None else str(text).encode("utf-8", "replace").decode("utf-8")


def _has_operator(text: str) -> bool:
    return any(_names_operator(match) for match in _TOKEN.finditer(text))


def _names_operator(match: re.Match[str]) -> bool:
    return (match["name"] or "").lower() in {*OPERATORS, *ALIASES, *UNANSWERED}


def _short(source: str) -> str:
    return source if len(source) <= 60 else source[:59] + "…"


def _is_tags(term: Term) -> bool:
    return isinstance(term, Tag) or (isinstance(term, AnyOf) and all(isinstance(t, Tag) for t in term.terms))
