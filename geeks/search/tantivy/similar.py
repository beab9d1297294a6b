"""What is asked of the index for the posts that are most like a draft."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection

from tantivy import Occur
from tantivy import Query as Compiled

from geeks.search.drafts import Draft
from geeks.search.query import Kind
from geeks.search.tantivy.analysis import without_stop_words
from geeks.search.tantivy.combining import either
from geeks.search.tantivy.queries import TITLE_WEIGHT, Compiler
from geeks.search.words import split

TERMS = 30  # the most telling words of a draft: with fewer, plain BM25 over all of them ranks better
MAX_WORDS = 2_000


def similar(compiler: Compiler, draft: Draft, exclude: Collection[int], kind: str) -> Compiled:
    """The most telling words of a draft, each weighted by how often it is there and how rare elsewhere."""
    words = (split(draft.title)[:MAX_WORDS] * 2) + split(draft.text)[:MAX_WORDS]
    counts = Counter(compiler.stemmed.analyze(" ".join(without_stop_words(words, compiler.language))))
    documents = compiler.searcher.num_docs + 1
    weighed: list[tuple[float, str]] = []
    for stem, count in counts.items():
        found = compiler.searcher.doc_freq("text", stem)
        # A word that is nowhere else finds nothing.
        if found:
            weighed.append(((1 + math.log(count)) * math.log(1 + documents / found), stem))
    best = [stem for _, stem in sorted(weighed, reverse=True)[:TERMS]]
    parts = [Compiled.boost_query(compiler.one("text", s), 1 + math.log(counts[s])) for s in best]
    parts += [Compiled.boost_query(compiler.one("title", s), TITLE_WEIGHT) for s in best]
    # The same formula in some variables is the strongest sign of the same question.
    parts += [compiler.like(alike) for tex in draft.formulas if (alike := compiler.formulas(tex))]
    if not parts:
        return Compiled.empty_query()
    clauses = [(Occur.Must, either(parts)), (Occur.Must, compiler.term(Kind(kind)))]
    clauses += [(Occur.MustNot, compiler.one("id", number)) for number in exclude]
    return Compiled.boolean_query(clauses)
