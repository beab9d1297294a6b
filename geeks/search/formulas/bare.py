"""Whether a text is nothing but TeX, so that it is to be read as a formula though nobody put dollars round it."""

from __future__ import annotations

import re

from geeks.search.formulas import symbols

MAX_LENGTH = 2_000

_COMMAND = re.compile(r"\\([A-Za-z]+)")
_KNOWN = symbols.words(
    r"\begin \end \over \choose \mathfrak \mathbb \mathcal \pmod \pi \infty \partial \nabla \int \hbar \aleph "
    r"\textcolor \underset \overset \stackrel \frac \sqrt \binom \square \forall \exists \Im \Re"
).union(
    *(symbols.ALIASES, symbols.ALIASES.values(), symbols.DROPPED, symbols.LETTERS, symbols.BIG, symbols.ACCENTS),
    *(symbols.CLAIMS, symbols.RELATIONS, symbols.SUMS, symbols.PRODUCTS, symbols.UNICODE.values()),
    {f"\\{name}" for name in symbols.FUNCTIONS | symbols.LIMITS},
)
_UNMARKED = re.compile(r"(?<![\\A-Za-z{])(sin|cos|tan|cot|log|ln|exp|lim|max|min|gcd|det)(?![A-Za-z])")
_SPACED_WORD = re.compile(r"(?<!\S)[A-Za-z]{3,}(?!\S)")
_LETTERS = re.compile(r"[A-Za-z]+")
# Braces hold words of TeX itself: text, names, environments.
_BRACES = re.compile(r"\\(?:text|mathrm|operatorname\*?|begin|end|mbox)\s*\{[^{}]*\}")
_SIGNS = re.compile(r"[\^_=\\]")


def is_formula(text: str) -> bool:
    """True for `x^2+y^2=z^2` and `\\frac{a}{b}`; False for `snake_case`, `C:\\Users`, `\\d+` and words beside TeX."""
    text = text.strip()
    if not text or len(text) > MAX_LENGTH or not _SIGNS.search(text) or any(mark in text for mark in '$"`'):
        return False
    plain = _BRACES.sub(" ", text)
    if any(word.lower() not in symbols.FUNCTIONS for word in _SPACED_WORD.findall(plain)):
        return False
    commands = _COMMAND.findall(plain)
    if commands:
        return any(f"\\{name}" in _KNOWN for name in commands)
    if "\\" in plain:
        return plain != text
    runs = [run for run in _LETTERS.findall(plain) if run not in symbols.FUNCTIONS and run not in symbols.LIMITS]
    # `mc^2` and `PV=nRT` are products of letters; longer runs are names in a program.
    return all(len(run) <= 2 or (len(run) == 3 and not run.islower()) for run in runs) and bool(
        re.search(r"[A-Za-z0-9]", plain)
    )


def as_tex(text: str) -> str:
    """What was typed, with the backslashes that functions have in TeX: `sin^2 x` is `\\sin^2 x`."""
    return _UNMARKED.sub(r"\\\1", text.strip())
