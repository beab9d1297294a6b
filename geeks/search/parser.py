"""Reads what a person typed into the search box.

Forgiving: what it cannot read as an operator becomes words, with a note that says so. Never raises; one pass, so
time grows with the length only. An operator is one row of `OPERATORS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from geeks.search.documents import FLAGS, MAX_NUMBER
from geeks.search.formulas import as_tex, is_formula
from geeks.search.query import (
    SORTS,
    AnyOf,
    Author,
    Category,
    Clause,
    Filter,
    Flag,
    Formula,
    InQuestion,
    InTitle,
    Kind,
    NumberField,
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
MAX_WILDCARDS = 8
MAX_RESTRICTIONS = 40

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
READ_AS_FORMULA = "Read as a formula. To look for words beside it, put the formula between dollars: $x^2$ convergence."
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\x00": " "})
_SPAN = re.compile(r"(-?\d+)?\.\.(-?\d+)?|(\d+)-(\d+)")
_KINDS = {"q": "question", "a": "answer"} | {name: name for name in ("question", "answer", "article")}
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def parse(
    text: object, *, sort: str = "relevance", me: int | None = None, operators: bool = True, bare: bool = True
) -> Query:
    """Read a query as typed. `me` is the searcher's id, for `user:me`; an unknown `sort` means relevance.

    Without `operators` all of it is words: for text nobody wrote as a query, such as a title. With `bare`, what is
    nothing but TeX is a formula even without dollars.
    """
    known: Sort = next((name for name in SORTS if name == sort), "relevance")
    if operators and bare and is_formula(typed := _as_text(text)) and not _has_operator(typed):
        clause = Clause("should", Formula(as_tex(typed)), f"${typed.strip()}$")
        return Query((clause,), known, (READ_AS_FORMULA,), bare_formula=True)
    return _Reader(me=me).read(_as_text(text), known, operators)


@dataclass
class _Reader:
    me: int | None
    clauses: list[Clause] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: set[tuple[Role, Term]] = field(default_factory=set)
    joining: bool = False

    def read(self, text: str, sort: Sort, operators: bool) -> Query:
        if len(text) > MAX_LENGTH:
            text = text[:MAX_LENGTH]
            self.note(f"Only the first {MAX_LENGTH:,} characters were searched for.")
        if operators:
            for match in _TOKEN.finditer(text.translate(_QUOTES)):
                if match.lastgroup is not None:
                    self.take(match)
        else:
            for word in text.split():
                self.take_piece("should", word.replace("*", " "))
        return Query(tuple(self.clauses), sort, tuple(self.notes))

    def take(self, match: re.Match[str]) -> None:
        source = match[0]
        role: Role = "not" if match["minus"] else "must"
        if match["tag"] is not None:
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

    def take_tag(self, role: Role, name: str, source: str) -> None:
        tag = Tag(name.strip().lower())
        if not tag.name.strip("*"):
            self.note(f"{source} names no tag and was left out.")
            return
        before = self.clauses[-1] if self.clauses else None
        if self.joining and role == "must" and before and before.role == "must" and _is_tags(before.term):
            terms = before.term.terms if isinstance(before.term, AnyOf) else (before.term,)
            self.clauses[-1] = Clause("must", AnyOf((*terms, tag)), f"{before.source} or {source}")
        else:
            self.add(role, tag, source)
        self.joining = False

    def take_formula(self, role: Role, tex: str, source: str) -> None:
        if tex.strip():
            self.add("not" if role == "not" else "should", Formula(tex.strip()), source)

    def take_operator(self, role: Role, match: re.Match[str]) -> None:
        name, quoted, value = match["name"].lower(), match["quoted"], match["value"]
        given = quoted if quoted is not None else value
        if name == "title":
            term: Term | None = _in_title(given, quoted is not None)
        elif name == "user" and given.lower() in ("me", "mine"):
            term = Author(self.me) if self.me is not None else None
        else:
            operator = OPERATORS.get(name)
            if operator is None:
                self.take_word(match[0].replace('"', " "))
                return
            term = operator[0](given.strip())
        if term is not None:
            self.add(role, term, match[0])
            return
        hint = "a word" if name == "title" else OPERATORS[name][1]
        self.note(f"{_short(match[0])} was read as words: after “{name}:” comes {hint}.")
        self.take_word(given)

    def take_word(self, text: str, glued: bool = False) -> None:
        role: Role = "should"
        if text.lower() == "or":
            self.joining = True
            return
        if text.startswith("-") and not glued and (stripped := text.lstrip("-")):
            text, role = stripped, "not"
        for piece in text.split():
            self.take_piece(role, piece)

    def take_piece(self, role: Role, piece: str) -> None:
        if "*" in piece and (term := _wildcard(piece)):
            if sum(isinstance(clause.term, Wildcard) for clause in self.clauses) < MAX_WILDCARDS:
                self.add(role, term, piece if role == "should" else f"-{piece}")
                return
            self.note(f"Only the first {MAX_WILDCARDS} words with * were searched for as such.")
            piece = piece.replace("*", "")
        if tokens(piece):
            self.add(role, Word(piece), piece if role == "should" else f"-{piece}")

    def add(self, role: Role, term: Term, source: str) -> None:
        self.joining = False
        key: tuple[Role, Term] = (role, Word(term.text.lower()) if isinstance(term, Word) else term)
        if key in self.seen:
            return
        limit = MAX_WORDS if role == "should" else MAX_RESTRICTIONS
        if sum(clause.role == role for clause in self.clauses) >= limit:
            self.note(f"The query is very long; what follows after “{_short(self.clauses[-1].source)}” was left out.")
            return
        self.seen.add(key)
        self.clauses.append(Clause(role, term, source))

    def note(self, sentence: str) -> None:
        if len(self.notes) < 5 and not any(sentence[:20] == other[:20] for other in self.notes):
            self.notes.append(sentence)


def _as_text(text: object) -> str:
    if isinstance(text, bytes):
        return text.decode("utf-8", "replace")
    return "" if text is None else str(text).encode("utf-8", "replace").decode("utf-8")


def _has_operator(text: str) -> bool:
    return any((m["name"] or "").lower() in {*OPERATORS, "title"} for m in _TOKEN.finditer(text))


def _short(source: str) -> str:
    return source if len(source) <= 60 else source[:59] + "…"


def _is_tags(term: Term) -> bool:
    return isinstance(term, Tag) or (isinstance(term, AnyOf) and all(isinstance(t, Tag) for t in term.terms))


def _wildcard(piece: str) -> Wildcard | None:
    pattern = re.sub(r"\*+", "*", piece.strip(".,;:!?()'`")).lower()
    plain = pattern.replace("*", "")
    return Wildcard(pattern) if len(plain) >= 2 and plain.isalnum() and len(pattern) <= 60 else None


def _in_title(value: str, quoted: bool) -> InTitle | None:
    if not tokens(value):
        return None
    if quoted:
        return InTitle(Phrase(" ".join(value.split())))
    return InTitle(_wildcard(value) if "*" in value and _wildcard(value) else Word(value))  # type: ignore[arg-type]


def _category(value: str) -> Category | None:
    return Category(value.lower()) if re.fullmatch(r"[\w-]{1,100}", value) else None


def _kind(value: str) -> Kind | None:
    name = _KINDS.get(value.lower())
    return Kind(name) if name else None


def _author(value: str) -> Author | None:
    return Author(_clamped(value)) if _is_number(value) else None


def _question(value: str) -> InQuestion | None:
    return InQuestion(_clamped(value)) if _is_number(value) else None


def _flag(name: str) -> Callable[[str], Flag | None]:
    def read(value: str) -> Flag | None:
        holds = _YES.get(value.lower())
        return None if holds is None else Flag(name, holds)

    return read


def _number(name: NumberField) -> Callable[[str], Range | None]:
    def read(value: str) -> Range | None:
        if re.fullmatch(r"-?\d+", value, re.ASCII):
            # Stack Exchange's habit: N means "at least N", but answers:0 means none.
            low = _clamped(value)
            return Range(name, low, 0 if name == "answers" and low == 0 else None)
        span = _SPAN.fullmatch(value)
        if span is None or not any(span.groups()):
            return None
        low_text, high_text = (span[1], span[2]) if span[3] is None else (span[3], span[4])
        return Range(name, _clamped(low_text) if low_text else None, _clamped(high_text) if high_text else None)

    return read


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _clamped(digits: str) -> int:
    number = int(digits[:20])
    return max(-MAX_NUMBER, min(MAX_NUMBER, number))


# name: (how its value is read, what the value should be)
OPERATORS: dict[str, tuple[Callable[[str], Filter | None], str]] = {
    "category": (_category, "the short name of a category, as in category:web"),
    "is": (_kind, "question, answer or article"),
    "user": (_author, "a person's number, or “me” when you are signed in"),
    "inquestion": (_question, "a question's number"),
    "score": (_number("score"), "a number or a range, as in score:3 or score:-2..5"),
    "views": (_number("views"), "a number or a range, as in views:500 or views:100..200"),
    "answers": (_number("answers"), "a number or a range, as in answers:0 or answers:1..3"),
} | {name: (_flag(name), "yes or no") for name in FLAGS if name not in ("accepted",)}
OPERATORS["isaccepted"] = (_flag("accepted"), "yes or no")
