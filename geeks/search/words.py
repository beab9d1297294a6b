"""Words of a text and of a query, made alike on both sides and for every backend.

Compatibility forms are folded, formulas are taken out, scripts written without spaces are cut into characters (a
query then asks for neighbours), and a few names that lose their point to a word splitter, such as C++, are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import islice

# Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer: a word is not marked by spaces, or not reliably.
SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)

# Query words that say nothing about the subject. Left out of queries only: phrases need them in the index.
_STOP_WORDS = (
    "a about after all also am an and any are as at be because been before being both but by can could did do does "
    "doing don down during each few for from further get had has have having he her here hers him his how i if in "
    "into is isn it its itself just let ll me more most my no nor not now of off on once one only or other our out "
    "over own re s same shall she should so some such t than that the their them then there these they this those "
    "through to too under until up us use ve very was we were what when where which while who whom why will with "
    "would you your"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())

_SPACELESS_CHARACTER = re.compile(f"([{SPACELESS}])")
_SPACELESS_RUN = re.compile(f"[{SPACELESS}]+|[^{SPACELESS}]+")
_POINTED_NAME = re.compile(r"(?<![\w.])(?:([cfj])(\+\+|#)(?!\w)|\.(net)\b)", re.IGNORECASE)
_POINTS = {"++": "plusplus", "#": "sharp"}
# Letters, digits and the vowel signs of scripts that write them as marks.
_WORD = re.compile(
    "(?:[^\\W_]|[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff])+"
)
_DOLLARS = re.compile(r"\$\$([^$]{1,2000})\$\$|\$(?!\s)([^$\n]{1,1000})(?<!\s)\$(?!\d)")
MAX_WORD = 60


def clean(text: str) -> str:
    """The text as engines index it: NFKC, no control characters, spaceless scripts cut into characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = _SPACELESS_CHARACTER.sub(r" \1 ", text)
    if "#" in text or "++" in text or ".net" in text.lower():
        text = _POINTED_NAME.sub(_name_in_letters, text)
    return text.replace("\x00", " ")


def tokens(text: str) -> list[str]:
    """Lower-case words of a text without accents, for engines that look at none."""
    return split(folded(text))


def split(text: str) -> list[str]:
    """Lower-case words of a text, as an engine sees them before stemming."""
    return [word for word in _WORD.findall(clean(text).lower()) if len(word) <= MAX_WORD]


def folded(text: str) -> str:
    """Lower case without accents, so that `poincare` finds Poincaré."""
    text = text.lower()
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text)
    # Only accents of Latin letters and the like go: in other scripts such marks are letters.
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


def spaceless_runs(text: str) -> list[tuple[str, bool]]:
    """The text cut where the script changes, as (run, is it written without spaces)."""
    return [(run, bool(_SPACELESS_CHARACTER.match(run))) for run in _SPACELESS_RUN.findall(text)]


def meaningful(words: Iterable[str]) -> list[str]:
    """The words without stop words, or all of them when nothing else is left ("to be or not to be")."""
    everything = list(words)
    return [word for word in everything if word not in STOP_WORDS] or everything


def without_formulas(text: str, formulas: Collection[str]) -> str:
    """The text with `$tex$` of these formulas cut out. A dollar of money stays, since it is none of them."""
    if not formulas or "$" not in text:
        return text
    known = {tex.strip() for tex in formulas}
    return " ".join(part for part in text.split("$") if part.strip() not in known)


def dollar_formulas(text: str) -> list[str]:
    """What stands between dollars in a draft, at most 50 pieces."""
    return [found[1] or found[2] for found in islice(_DOLLARS.finditer(text), 50)]


def _name_in_letters(match: re.Match[str]) -> str:
    if match[3]:
        return "dotnet"
    return match[1] + _POINTS[match[2]]
