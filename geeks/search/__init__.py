"""Full-text search: documents in, ids out.

`parse` makes a query of what a person typed, `open_backend` opens the index of this host. A backend is one file (or
folder) that keeps the promises of `Backend`; nothing here knows the database or a request.
"""

from geeks.search.backend import (
    Backend,
    Entry,
    Facets,
    Health,
    Hit,
    IndexReplaced,
    Page,
    PutAside,
    SearchError,
    SearchUnavailable,
    WriterBusy,
)
from geeks.search.documents import FLAGS, KINDS, Document, score_key
from geeks.search.formulas import FormulaClass
from geeks.search.marks import formula_matches, highlights, stem_matcher
from geeks.search.opening import open_backend
from geeks.search.parser import parse
from geeks.search.query import (
    SORTS,
    Among,
    AnyOf,
    Author,
    Category,
    Clause,
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
    Wildcard,
    Word,
)

__all__ = [
    "FLAGS",
    "KINDS",
    "SORTS",
    "Among",
    "AnyOf",
    "Author",
    "Backend",
    "Category",
    "Clause",
    "Document",
    "Entry",
    "Facets",
    "Flag",
    "Formula",
    "FormulaClass",
    "Health",
    "Hit",
    "InBody",
    "InCode",
    "InQuestion",
    "InTitle",
    "IndexReplaced",
    "Kind",
    "Link",
    "Page",
    "Phrase",
    "PutAside",
    "Query",
    "Range",
    "SearchError",
    "SearchUnavailable",
    "Tag",
    "Term",
    "Wildcard",
    "Word",
    "WriterBusy",
    "formula_matches",
    "highlights",
    "open_backend",
    "parse",
    "score_key",
    "stem_matcher",
]
