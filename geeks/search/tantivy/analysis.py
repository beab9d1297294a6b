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
MAX_REMEMBERED = 200_000  # stems of words


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


@cache
def _lowered() -> tantivy.TextAnalyzer:
    return _words().build()


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
    of_title, of_body = _stemmed_words(title, language), _stemmed_words(body, language)
    title_inflected = {word: None for word, stem in of_title if word != stem}
    inflected = title_inflected | {word: None for word, stem in of_body if word != stem}
    return Forms(" ".join(inflected), " ".join(title_inflected), " ".join(_missing(of_title, of_body)))


def _missing(of_title: list[tuple[str, str]], of_body: list[tuple[str, str]]) -> list[str]:
    if not of_title:
        return []
    title, body = [stem for _, stem in of_title], [stem for _, stem in of_body]
    there, wanted = set(body), set(pairwise(title))
    beside = {pair for pair in pairwise(body) if pair in wanted}
    lonely = [mark(stem) for stem in dict.fromkeys(title) if stem not in there]
    return lonely + [mark(*pair) for pair in dict.fromkeys(pairwise(title)) if pair not in beside]


def mark(*stems: str) -> str:
    """One of 65,536 marks: pairs of words would fill a dictionary of their own, and a title has only a few."""
    return f"{crc32(' '.join(stems).encode('utf-8', 'replace')) & 0xFFFF:x}"


def _stemmed_words(text: str, language: str) -> list[tuple[str, str]]:
    """Each word with its stem; no accents in either."""
    if not text:
        return []
    known = _remembered(language)
    if len(known) > MAX_REMEMBERED:
        known.clear()
    analyser = stemmed(language)
    found = []
    for word in _lowered().analyze(text):
        pair = known.get(word)
        if pair is None:
            stems, folded = analyser.analyze(word), plain().analyze(word)
            pair = known[word] = (folded[0] if folded else word, stems[0] if stems else word)
        found.append(pair)
    return found


@cache
def _remembered(language: str) -> dict[str, tuple[str, str]]:
    return {}


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
