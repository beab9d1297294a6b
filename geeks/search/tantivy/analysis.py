"""Analysers: how a text becomes the terms of the Tantivy index, and what is kept of it beside its stems."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from zlib import crc32

import tantivy

from geeks.search.words import MAX_WORD, meaningful

_LANGUAGES = (
    "arabic danish dutch english finnish french german greek hungarian italian norwegian portuguese romanian "
    "russian spanish swedish tamil turkish none"
)
LANGUAGES = tuple(_LANGUAGES.split())


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


@dataclass(frozen=True, slots=True)
class Forms:
    """What the stems of a post do not tell, each joined by spaces.

    `inflected` and `title_inflected` are the words that differ from their stem, for words with `*`. `title_only` are
    the `mark`s of stems and pairs of neighbours that stand in the title and not in the body.
    """

    inflected: str
    title_inflected: str
    title_only: str


def forms(title: str, body: str, language: str) -> Forms:
    # Both analysers cut a text alike, so that the n-th stem is that of the n-th word.
    title_words, title_stems = plain().analyze(title), stemmed(language).analyze(title)
    words, stems = plain().analyze(body), stemmed(language).analyze(body)
    title_inflected = _different(title_words, title_stems)
    inflected = title_inflected | _different(words, stems)
    return Forms(" ".join(inflected), " ".join(title_inflected), " ".join(_missing(title_stems, stems)))


def _different(words: list[str], stems: list[str]) -> dict[str, None]:
    return {word: None for word, stem in zip(words, stems, strict=False) if word != stem}


def _missing(title: list[str], body: list[str]) -> list[str]:
    if not title:
        return []
    there = set(body)
    pairs = dict.fromkeys(pairwise(title))
    possible = {(one, other) for one, other in pairs if one in there and other in there}
    beside = possible.intersection(pairwise(body)) if possible else possible
    lonely = [mark(stem) for stem in dict.fromkeys(title) if stem not in there]
    return lonely + [mark(*pair) for pair in pairs if pair not in beside]


def mark(*stems: str) -> str:
    """One of 65,536 marks: pairs of words would fill a dictionary of their own, and a title has only a few."""
    return f"{crc32(' '.join(stems).encode('utf-8', 'replace')) & 0xFFFF:x}"


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
