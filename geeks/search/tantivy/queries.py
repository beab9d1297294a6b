"""Our query tree as a Tantivy query.

Words are joined with OR, so that more of them rank higher; neighbours in the query earn a little when they are near
each other in the text. Whatever only restricts adds nothing to the score.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as Compiled

from geeks.search.documents import FLAG_KINDS, SCORE_STEP, score_key
from geeks.search.formulas import MOST, Found, strong
from geeks.search.query import (
    Among,
    AnyOf,
    Author,
    Category,
    Filter,
    Flag,
    Formula,
    InBody,
    InCode,
    InQuestion,
    InTitle,
    Kind,
    Link,
    Phrase,
    Query,
    Range,
    Tag,
    Term,
    Text,
    Wildcard,
    Word,
)
from geeks.search.tantivy.analysis import couple, is_common, mark, plain, stemmed, without_stop_words
from geeks.search.tantivy.combining import either, every, times_as_much, without
from geeks.search.tantivy.formulas import FormulaReader
from geeks.search.tantivy.lexicon import Lexicon
from geeks.search.tantivy.nearness import Nearness
from geeks.search.tantivy.schema import STATES
from geeks.search.tantivy.wildcards import Wildcards
from geeks.search.words import clean, spaceless_runs, split

TITLE_WEIGHT = 0.4
FORMULA_WEIGHT = 3.0  # a formula that is the same counts like some rare words
BOTH_SCORE = 100.0  # a post with the formula and a word comes before all that have one of them


class Compiler:
    """Compiles queries for one view of an index."""

    def __init__(self, index: tantivy.Index, language: str, formulas: FormulaReader, lexicon: Lexicon) -> None:
        self.schema = index.schema
        self.searcher = index.searcher()
        self.language = language
        self.stemmed = stemmed(language)
        self.index = formulas
        self.lexicon = lexicon
        self.wildcards = Wildcards(self.schema, lexicon)
        self.nearness = Nearness(self.schema, self.searcher)

    def compile(self, query: Query, ranked: bool = True, among: Compiled | None = None) -> tuple[Compiled, bool]:
        """The whole query, and whether it finds everything: a formula may have more relatives than are looked at.

        One without a positive clause means everything but what it excludes. Unless `ranked`, what only tells which
        posts come first is left out: they are found in a half of the time. Only what is `among` such posts is found;
        that is asked of each word, for an engine puts together all posts with any of them first.
        """
        clauses = [(Occur.Must, self.term(term)) for term in query.must]
        clauses += [(Occur.MustNot, self.term(term)) for term in query.must_not]
        # Where likeness does not order the results, what is merely similar would only be in the way.
        found = [self.formulas(tex, query.sort == "relevance") for tex in query.formulas]
        ranking = self.ranking(query.should, found, ranked)
        if ranking:
            # Beside a phrase the words only rank; beside filters alone at least one of them must be there.
            optional = any(isinstance(term, Text) for term in query.must)
            if among is not None and not optional:
                ranking, among = [every([part, among]) for part in ranking], None
            if ranked or not optional:
                clauses.append((Occur.Should if optional else Occur.Must, either(ranking)))
        elif query.should:
            return Compiled.empty_query(), True
        elif not query.must:
            clauses.append((Occur.Must, Compiled.all_query()))
        clauses += [(Occur.Must, among)] if among is not None else []
        # One that stands alone is found in three quarters of the time.
        alone = len(clauses) == 1 and clauses[0][0] == Occur.Must
        whole = clauses[0][1] if alone else Compiled.boolean_query(clauses)
        return whole, all(len(one) < MOST for one in found)

    def ranking(self, terms: Sequence[Term], formulas: Sequence[Sequence[Found]], ranked: bool) -> list[Compiled]:
        """What makes a document relevant: the words, in the title too, near each other, and the formulas."""
        parts = self.words(terms, ranked)
        parts += [self.term(term) for term in terms if not isinstance(term, Word | Formula)]
        if not ranked:
            return parts + [self.having(found) for found in formulas if found]
        both = []
        for found in formulas:
            if parts and (best := strong(found)):
                both.append(every([either(parts), self.having(best)]))
        scored = [self.like(found) for found in formulas if found]
        return parts + scored + [Compiled.const_score_query(one, BOTH_SCORE) for one in both]

    def formulas(self, tex: str, similar: bool = False) -> list[Found]:
        """The formulas of the index that answer one; without `similar` ones if any better are there."""
        found = self.index.answers(tex)
        return found if similar else strong(found)

    def of_kinds(self, query: Query, kinds: Collection[str]) -> Compiled | None:
        """The results of a search that have a formula of these kinds; None when none can."""
        found = [one for tex in query.formulas for one in self.formulas(tex) if one.kind in kinds]
        return every([self.compile(query, ranked=False)[0], self.having(found)]) if found else None

    def like(self, found: Sequence[Found]) -> Compiled:
        """Posts with one of the formulas, by the best they have."""
        return Compiled.disjunction_max_query(
            [Compiled.const_score_query(self.one("formulas", one.id), one.score * FORMULA_WEIGHT) for one in found]
        )

    def having(self, found: Sequence[Found]) -> Compiled:
        """Posts with one of the formulas, all alike."""
        return either([self.one("formulas", one.id) for one in found])

    def words(self, terms: Sequence[Term], ranked: bool) -> list[Compiled]:
        """Loose words as typed: any of them, more is better."""
        pairs, stems = self.loose(terms)
        # Single characters say little: ask for each two that stand together.
        return [self.phrase("text", pair) for pair in pairs] + self.stems(stems, ranked)

    def near_in_the_best(self, query: Query) -> Compiled | None:
        """What `compile` leaves for when the best results are known (nearness.py)."""
        earned = self.nearness.earned(self.loose(query.should)[1], frequent=True)
        return either(earned) if earned else None

    def loose(self, terms: Sequence[Term]) -> tuple[list[str], list[str]]:
        """Of the loose words: each two characters of scripts without spaces, and the stems of all other words."""
        texts = (text for term in terms if isinstance(term, Word) for text in [term.text] * term.times)
        pairs: list[str] = []
        spaced: list[str] = []
        for text, times in Counter(texts).items():
            for run, spaceless in spaceless_runs(text):
                if spaceless and len(run) > 1:
                    pairs += [first + second for first, second in pairwise(run)]
                else:
                    spaced += [run] * times
        kept = without_stop_words(split(" ".join(spaced)), self.language)
        return pairs, self.stemmed.analyze(" ".join(kept))

    def stems(self, stems: list[str], ranked: bool = True) -> list[Compiled]:
        counts = Counter(stems)
        if not ranked:  # whatever stands in a title, or near another word, stands in the text
            return [self.one("text", stem) for stem in counts]
        return [
            *(times_as_much(self.one("text", stem), math.sqrt(count)) for stem, count in counts.items()),
            *(times_as_much(self.one("title", s), TITLE_WEIGHT * math.sqrt(n)) for s, n in counts.items()),
            *self.nearness.earned(stems, frequent=False),
        ]

    def term(self, term: Term) -> Compiled:
        """One term on its own, as a restriction or an exclusion."""
        if isinstance(term, AnyOf):
            return either([self.term(one) for one in term.terms])
        if isinstance(term, Text):
            return self.text(term)
        return Compiled.const_score_query(self.filter(term), 0.0)

    def text(self, term: Text, field: str = "text") -> Compiled:
        match term:
            case Word(text) | Phrase(text):
                return self.phrase(field, text)
            case Wildcard(pattern):
                return self.wildcard(field, pattern)
            case Formula(tex):
                return self.having(self.formulas(tex))
            case InTitle(inner):
                return self.text(inner, "title")
            case InBody(inner):
                return self.in_body(inner)
            case InCode(inner):
                return self.in_code(inner)

    def wildcard(self, field: str, pattern: str) -> Compiled:
        """Words with any letters at the stars."""
        return self.wildcards.words(field, _pieces(pattern))

    def in_body(self, inner: Word | Phrase | Wildcard) -> Compiled:
        """What is found and does not stand in the title alone; a word with * may."""
        if isinstance(inner, Wildcard):
            return self.text(inner)
        stems = self.stemmed.analyze(clean(inner.text))
        marks = [mark(stem) for stem in stems] + [mark(*pair) for pair in pairwise(stems)]
        missing = [self.one("more", f"-{one}") for one in dict.fromkeys(marks)]
        return Compiled.boolean_query([(Occur.Must, self.text(inner)), *((Occur.MustNot, one) for one in missing)])

    def in_code(self, inner: Word | Phrase | Wildcard) -> Compiled:
        if isinstance(inner, Wildcard):
            return self.wildcards.pattern(
                "code", ["".join(plain().analyze(clean(piece))) for piece in inner.pattern.split("*")]
            )
        return self.beside("code", plain().analyze(clean(inner.text)), 0)

    def filter(self, term: Filter) -> Compiled:
        match term:
            case Tag(name) if "*" in name:
                return self.wildcards.pattern("tags", name.split("*"))
            case Tag(name):
                return self.one("tags", name)
            case Category(slug):
                return self.one("category", slug)
            case Kind(name):
                return self.one("states", STATES[name])
            case Author(number):
                return self.one("author_id", number)
            case InQuestion(number):
                return either([self.one("question_id", number), self.one("id", number)])
            case Flag(name, holds):
                return self.flag(name, holds)
            case Link(pattern) if "*" in pattern:
                return self.wildcards.pattern("more", f"@{pattern}".split("*"))
            case Link(pattern):
                return self.one("more", f"@{pattern}")
            case Among(ids):
                return either([self.one("id", number) for number in ids])
            case Range(field, low, high):
                return self.range(field, low, high)

    def flag(self, name: str, holds: bool) -> Compiled:
        flag = self.one("states", STATES[name])
        if holds:
            return flag
        kind = FLAG_KINDS.get(name)
        return without(self.filter(Kind(kind)) if kind else Compiled.all_query(), flag)

    def range(self, field: str, low: int | None, high: int | None) -> Compiled:
        if low is None and high is None:
            return Compiled.all_query()
        if field == "score":
            field = "by_score"
            low = None if low is None else score_key(low)
            high = None if high is None else score_key(high) + SCORE_STEP - 1
        found = Compiled.range_query(self.schema, field, FieldType.Integer, low, high)
        if field == "answers":
            return every([found, self.filter(Kind("question"))])
        return without(found, self.filter(Kind("answer"))) if field == "views" else found

    def phrase(self, field: str, text: str) -> Compiled:
        stems = self.stemmed.analyze(clean(text))
        if field == "text" and len(stems) > 1 and all(is_common(stem, self.language) for stem in stems):
            couples = [self.one("more", couple(*two)) for two in dict.fromkeys(pairwise(stems))]
            return couples[0] if len(stems) == 2 else every([*couples, self.beside(field, stems, 0)])
        return self.beside(field, stems, 0)

    def beside(self, field: str, stems: Sequence[str], slop: int) -> Compiled:
        if len(stems) < 2:
            return self.one(field, stems[0]) if stems else Compiled.empty_query()
        return Compiled.phrase_query(self.schema, field, [*stems], slop=slop)

    def one(self, field: str, value: str | int) -> Compiled:
        return Compiled.term_query(self.schema, field, value)

    def suggest(self, prefix: str) -> Compiled:
        """Titles of questions and articles with these words, the last one perhaps unfinished."""
        words = split(prefix)[:12]
        if not words:
            return Compiled.empty_query()
        *whole, last = words
        parts = [self.phrase("title", word) for word in whole]
        begins = "".join(plain().analyze(last))
        ending = either([self.wildcard("title", f"{begins}*"), self.phrase("title", last)])
        return every([*parts, ending, self.term(AnyOf((Kind("question"), Kind("article"))))])

    def word_count(self, word: str, exactly: bool) -> int:
        """How many posts have the word in any form; if `exactly`, 0 for a word that stands nowhere in this form."""
        stems = self.stemmed.analyze(word)
        count = int(self.searcher.doc_freq("text", stems[0])) if len(stems) == 1 else 0
        return 0 if count and exactly and stems[0] != word and not self.lexicon.has(word) else count


def _pieces(pattern: str) -> list[str]:
    return ["".join(plain().analyze(clean(piece))) for piece in pattern.split("*")]
