"""Fields of the Tantivy index, and a record as one of its documents.

`text` joins the title and the body: one joined field ranks better than a sum of two. Only the id comes back
out; texts stay in the database. Numbers are signed everywhere: another type kills Tantivy's writer.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version

import tantivy

from geeks.search.documents import Record
from geeks.search.formulas import VERSION as TERMS_VERSION
from geeks.search.tantivy import formulas
from geeks.search.tantivy.analysis import forms, plain, stemmed

VERSION = 3  # raise it when a record is indexed otherwise while the fields stay the same

# (name, analyser, what is kept of it, fast)
TEXT_FIELDS = (
    ("text", "stemmed", "position", False),
    ("title", "stemmed", "position", False),
    ("words", "whitespace", "basic", False),  # words that differ from their stems, for words with *
    ("title_words", "whitespace", "basic", False),
    ("title_only", "whitespace", "basic", False),  # for body:word, which may not find a word of the title
    ("code", "plain", "position", False),
    ("links", "raw", "basic", False),
    ("kind", "raw", "basic", True),
    ("category", "raw", "basic", True),
    ("tags", "raw", "basic", True),
    ("flags", "raw", "basic", True),
)
# The order by votes has a key of its own, which also answers `score:`; ties of dates are too rare to pay for.
NUMBER_FIELDS = ("views", "answers", "created", "active", "by_score")
KEY_FIELDS = ("id", "question_id", "author_id", "formulas")  # a question's own id says that it is its question


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, analyser, kept, fast in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=analyser, index_option=kept, fast=fast)
    for name in NUMBER_FIELDS:
        builder.add_integer_field(name, fast=True)
    for name in KEY_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=name == "id")
    return builder.build()


def identity(language: str) -> dict[str, str]:
    """What an index depends on; when any of it changes the index must be rebuilt."""
    fields = repr((VERSION, TEXT_FIELDS, NUMBER_FIELDS, KEY_FIELDS, formulas.FIELDS, TERMS_VERSION))
    return {
        "engine": f"tantivy {version('tantivy')}",
        "schema": hashlib.sha256(fields.encode()).hexdigest()[:12],
        "language": language,
    }


def register(index: tantivy.Index, language: str) -> None:
    """Give an opened index its analysers; they are not stored with it."""
    index.register_tokenizer("stemmed", stemmed(language))
    index.register_tokenizer("plain", plain())


def to_document(record: Record, language: str) -> tantivy.Document:
    document = tantivy.Document()
    kept = forms(record.title, record.body, language)
    texts = (
        ("text", (record.title, record.body)),
        ("title", (record.title,)),
        ("words", (kept.inflected,)),
        ("title_words", (kept.title_inflected,)),
        ("title_only", (kept.title_only,)),
        ("code", (record.code,)),
        ("links", record.links),
        ("kind", (record.kind,)),
        ("category", (record.category,)),
        ("tags", record.tags),
        ("flags", record.flags),
    )
    for name, values in texts:
        for value in values:
            if value:
                document.add_text(name, value)
    numbers = {"id": record.id, "author_id": record.author_id, "views": record.views, "answers": record.answers}
    numbers |= {"created": record.created, "active": record.active, "by_score": record.by_score}
    if record.question_id != record.id:
        numbers["question_id"] = record.question_id
    for name, number in numbers.items():
        document.add_integer(name, number)
    for _, formula in record.formulas:
        document.add_integer("formulas", formula.id)
    return document
