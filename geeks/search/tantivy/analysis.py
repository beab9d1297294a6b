"""Analysers: how a text becomes the terms of the Tantivy index, and what is kept of it beside its stems."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from zlib import crc32

import tantivy

from geeks.search.words import MAX_WORD, STOP_WORDS, meaningful

_LANGUAGES = (
    "arabic danish dutch english finnish french german greek hungarian italian norwegian portuguese romanian "
    "russian spanish swedish tamil turkish none"
)
LANGUAGES = tuple(_LANGUAGES.split())
MAX_SEEN = 200_000  # words remembered: some twenty megabytes


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


def is_common(stem: str, language: str) -> bool:
    """Whether a stem is one of the words of which every text is full."""
    if language == "english":
        return stem in STOP_WORDS
    filtering = _stop_words(language)
    return filtering is not None and not filtering.analyze(stem)


class Words:
    """What the stems of posts do not tell. Remembers the words it has seen."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._common: set[str] = set()
        self._stems: dict[str, str] = {}
        self._forms: dict[str, tuple[str, str]] = {}  # of the words among them that differ from their stem

    def read(self, title: str, body: str, only_new: bool) -> tuple[list[tuple[str, str]], list[str], list[str]]:
        """The words that differ from their stem, with their stems (`only_new`: those not given before); the `mark` of
        each stem, and of each two neighbours, that stands in the title and not in the body; and the `couple` of each
        two neighbours that are common words."""
        title_words, body_words = raw().analyze(title), raw().analyze(body)
        if len(self._stems) > MAX_SEEN:
            self._stems.clear()
            self._forms.clear()
        words = {*title_words, *body_words}
        unknown = words.difference(self._stems)
        for word in unknown:
            form, stem = shown(word, self.language)
            self._stems[word] = stem
            if is_common(stem, self.language):
                self._common.add(stem)
            if form != stem:
                self._forms[word] = form, stem
        forms = [self._forms[word] for word in (unknown if only_new else words) if word in self._forms]
        stem_of = self._stems.__getitem__
        title_stems, body_stems = list(map(stem_of, title_words)), list(map(stem_of, body_words))
        couples = {couple(*two) for stems in (title_stems, body_stems) for two in self._both_common(stems)}
        return forms, self._missing(title_stems, body_stems) if title_stems else [], sorted(couples)

    def _both_common(self, stems: list[str]) -> set[tuple[str, str]]:
        common = self._common
        return {(one, other) for one, other in pairwise(stems) if one in common and other in common}

    def _missing(self, title: list[str], body: list[str]) -> list[str]:
        there = set(body)
        marks = {mark(stem): None for stem in title if stem not in there}
        running = f" {' '.join(body)} "
        for one, other in pairwise(title):
            if one in there and other in there and f" {one} {other} " not in running:
                marks[mark(one, other)] = None
        return list(marks)


@cache
def raw() -> tantivy.TextAnalyzer:
    """Words in lower case and nothing more: the n-th stem of a text is that of the n-th of them."""
    return _words().build()


def shown(word: str, language: str) -> tuple[str, str]:
    """A word of `raw` without accents, and its stem."""
    form, stem = plain().analyze(word), stemmed(language).analyze(word)
    return form[0] if form else word, stem[0] if stem else word


def mark(*stems: str) -> str:
    """One of 65,536 marks: pairs of words would fill a dictionary of their own, and a title has only a few."""
    return f"{crc32(' '.join(stems).encode('utf-8', 'replace')) & 0xFFFF:x}"


def couple(one: str, other: str) -> str:
    """The term of two common words that stand side by side. A phrase of nothing else would have to look at where they
    stand in nearly every post."""
    return f"~{one} {other}"


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
