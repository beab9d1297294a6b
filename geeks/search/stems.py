"""The stem of each word of a text, as the engine makes it.

Where Tantivy's wheel cannot be had only the commonest English endings are taken off: enough to mark words.
"""

from __future__ import annotations

from geeks.search.words import clean, tokens

try:
    from geeks.search.tantivy.analysis import stemmed
except ImportError:  # no wheel for this machine
    stemmed = None  # type: ignore[assignment]

ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ied", "ies", "ed", "es", "ly", "s", "e")


def stems(text: str, language: str) -> list[str]:
    if stemmed is not None:
        return stemmed(language).analyze(clean(text))
    return [_trimmed(word) if language == "english" else word for word in tokens(text)]


def _trimmed(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
