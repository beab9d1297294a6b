"""Fields and analysers of the Tantivy index, and a record as one of its documents.

`text` joins the title (twice) and the body: one joined field ranks better than a sum of two. Only the id comes back
out; texts stay in the database. Numbers are signed everywhere: another type kills Tantivy's writer.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version

import tantivy

from geeks.search.documents import Record
from geeks.search.formulas import VERSION as TERMS_VERSION
from geeks.search.tantivy import formulas
from geeks.search.words import MAX_WORD, meaningful

VERSION = 1  # raise it when a record is indexed otherwise while the fields stay the same

# (name, analyser, what is kept of it, fast)
TEXT_FIELDS = (
    ("text", "stemmed", "position", False),
    ("title", "stemmed", "position", False),
    ("words", "plain", "basic", False),  # unstemmed, for words with *
    ("title_words", "plain", "basic", False),
    ("kind", "raw", "basic", True),
    ("category", "raw", "basic", True),
    ("tags", "raw", "basic", True),
    ("flags", "raw", "basic", True),
)
NUMBER_FIELDS = ("score", "views", "answers", "created", "active", "by_created", "by_active", "by_score")
KEY_FIELDS = ("id", "question_id", "author_id")
FORMULA_FIELD = "formulas"  # numbers of the formulas of a post

_LANGUAGES = (
    "arabic danish dutch english finnish french german greek hungarian italian norwegian portuguese romanian "
    "russian spanish swedish tamil turkish none"
)
LANGUAGES = tuple(_LANGUAGES.split())


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, analyser, kept, fast in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name=analyser, index_option=kept, fast=fast)
    for name in NUMBER_FIELDS:
        builder.add_integer_field(name, fast=True)
    for name in KEY_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_integer_field(FORMULA_FIELD, indexed=True)
    return builder.build()


def identity(language: str) -> dict[str, str]:
    """What an index depends on; when any of it changes the index must be rebuilt."""
    fields = repr((VERSION, TEXT_FIELDS, NUMBER_FIELDS, KEY_FIELDS, FORMULA_FIELD, formulas.FIELDS, TERMS_VERSION))
    return {
        "engine": f"tantivy {version('tantivy')}",
        "schema": hashlib.sha256(fields.encode()).hexdigest()[:12],
        "language": language,
    }


def register(index: tantivy.Index, language: str) -> None:
    """Give an opened index its analysers; they are not stored with it."""
    index.register_tokenizer("stemmed", stemmed(language))
    index.register_tokenizer("plain", plain())


@cache
def stemmed(language: str) -> tantivy.TextAnalyzer:
    """Words lowered, without accents, stemmed. Raises ValueError for a language without a stemmer."""
    if language not in LANGUAGES:
        raise ValueError(f"The search language must be one of {', '.join(LANGUAGES)}, not {language!r}.")
    builder = _words().filter(tantivy.Filter.ascii_fold())
    if language != "none":
        # English stems ignore accents, the other stemmers look at them, so those fold afterwards.
        stem = tantivy.Filter.stemmer(language)
        builder = builder.filter(stem) if language == "english" else _words().filter(stem)
        builder = builder.filter(tantivy.Filter.ascii_fold())
    return builder.build()


@cache
def plain() -> tantivy.TextAnalyzer:
    return _words().filter(tantivy.Filter.ascii_fold()).build()


def without_stop_words(words: list[str], language: str) -> list[str]:
    """The words that say something about the subject, or all of them when none does."""
    if language == "english":
        return meaningful(words)
    filtering = _stop_words(language)
    return (filtering.analyze(" ".join(words)) if filtering else words) or words


def to_document(record: Record) -> tantivy.Document:
    document = tantivy.Document()
    for text in (record.title, record.title, record.body):
        if text:
            document.add_text("text", text)
    document.add_text("words", f"{record.title} {record.body}")
    if record.title:
        document.add_text("title", record.title)
        document.add_text("title_words", record.title)
    for _, formula in record.formulas:
        document.add_integer(FORMULA_FIELD, formula.id)
    document.add_text("kind", record.kind)
    document.add_text("category", record.category)
    for name, values in (("tags", record.tags), ("flags", record.flags)):
        for value in values:
            document.add_text(name, value)
    for name in ("id", "question_id", "author_id", "score", "views", "answers", "created", "active"):
        document.add_integer(name, getattr(record, name))
    for name, key in record.sort_keys.items():
        document.add_integer(name, key)
    return document


@cache
def _stop_words(language: str) -> tantivy.TextAnalyzer | None:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    try:
        return builder.filter(tantivy.Filter.stopword(language)).build()
    except ValueError:  # no list for this language
        return None


def _words() -> tantivy.TextAnalyzerBuilder:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.remove_long(MAX_WORD * 4)).filter(tantivy.Filter.lowercase())
