"""Fields of the Tantivy index, and a record as one of its documents.

`text` joins the title and the body: one joined field ranks better than a sum of two. Only the id comes back out; texts
stay in the database. Numbers are signed everywhere: another type kills Tantivy's writer. Every text field costs a byte
a document for its length alone, so rare things share the field `more`, and what has few values is a number in `states`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version

import tantivy

from geeks.search.documents import FLAGS, KINDS
from geeks.search.formulas import VERSION as TERMS_VERSION
from geeks.search.tantivy import formulas
from geeks.search.tantivy.analysis import plain, stemmed
from geeks.search.tantivy.preparing import Prepared

VERSION = 6  # raise it when a record is indexed otherwise while the fields stay the same

# (name, analyser, what is kept of it, fast)
TEXT_FIELDS = (
    ("text", "stemmed", "position", False),
    ("title", "stemmed", "position", False),
    # Links after a @, after a - what only the title has, and after a ~ two neighbours (see `Words`).
    ("more", "raw", "basic", False),
    ("code", "plain", "position", False),
    ("category", "raw", "basic", True),
    ("tags", "raw", "basic", True),
)
# The order by votes has a key of its own, which also answers `score:`; ties of dates are too rare to pay for.
NUMBER_FIELDS = ("views", "answers", "created", "active", "by_score")
# (name, fast). A question's own id says that it is its question.
KEY_FIELDS = (("id", True), ("states", True), ("question_id", False), ("author_id", False), ("formulas", False))
STATES = {name: number for number, name in enumerate((*KINDS, *FLAGS))}
# One post in so many has this state, whatever it is about; each sample is a part of the one before.
SAMPLES = {8: 100, 64: 101, 512: 102}


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, analyser, kept, fast in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=analyser, index_option=kept, fast=fast)
    for name in NUMBER_FIELDS:
        builder.add_integer_field(name, fast=True)
    for name, fast in KEY_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=fast)
    return builder.build()


def identity(language: str) -> dict[str, str]:
    """What an index depends on; when any of it changes the index must be rebuilt."""
    fields = repr((VERSION, TEXT_FIELDS, NUMBER_FIELDS, KEY_FIELDS, STATES, formulas.FIELDS, TERMS_VERSION))
    return {
        "engine": f"tantivy {version('tantivy')}",
        "schema": hashlib.sha256(fields.encode()).hexdigest()[:12],
        "language": language,
    }


def register(index: tantivy.Index, language: str) -> None:
    """Give an opened index its analysers; they are not stored with it."""
    index.register_tokenizer("stemmed", stemmed(language))
    index.register_tokenizer("plain", plain())


def in_sample(number: int, share: int) -> bool:
    """One id in `share`, with no order in it (Knuth's multiplicative hashing)."""
    return (number * 2_654_435_761 & 0xFFFFFFFF) * share >> 32 == 0


def to_document(prepared: Prepared, numbers: Iterable[int]) -> tantivy.Document:
    """`numbers` are those of its formulas."""
    one = prepared.record
    document = tantivy.Document()
    texts = (
        ("text", one.title),
        ("text", one.body),
        ("title", one.title),
        *(("more", f"-{mark}") for mark in prepared.marks),
        *(("more", two) for two in prepared.couples),
        *(("more", f"@{link}") for link in one.links),
        ("code", one.code),
        ("category", one.category),
        *(("tags", tag) for tag in one.tags),
    )
    for name, value in texts:
        if value:
            document.add_text(name, value)
    for state in (one.kind, *one.flags):
        document.add_integer("states", STATES[state])
    for share, sample in SAMPLES.items():
        if in_sample(one.id, share):
            document.add_integer("states", sample)
    document.add_integer("id", one.id)
    document.add_integer("author_id", one.author_id)
    document.add_integer("views", one.views)
    document.add_integer("answers", one.answers)
    document.add_integer("created", one.created)
    document.add_integer("active", one.active)
    document.add_integer("by_score", one.by_score)
    if one.question_id != one.id:
        document.add_integer("question_id", one.question_id)
    for number in numbers:
        document.add_integer("formulas", number)
    return document
