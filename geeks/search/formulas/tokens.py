"""TeX as nested lists of tokens: other spellings made one, looks and spaces left out, braces and environments nested.

Linear in the length and bounded: at most `MAX_LENGTH` characters and `MAX_TOKENS` tokens are read, and braces deeper
than `MAX_DEPTH` are taken as if they were not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from geeks.search.formulas.symbols import ALIASES, DROPPED, POWERS, UNICODE

MAX_LENGTH = 4_000
MAX_TOKENS = 600
MAX_DEPTH = 20

_NAMING = r"text|mbox|hbox|textrm|textit|textbf|textsf|texttt|operatorname\*?|mathrm|mathop|mathsf|mathtt|rm|ce"
_TOKEN = re.compile(
    rf"""
    \\(?P<naming>{_NAMING})\s*\{{\s*(?P<named>[^{{}}$\\]*?)\s*\}}
  | \{{\s*\\(?:rm|sf|tt)\s+(?P<old>[A-Za-z]+)\s*\}}
  | \\(?P<board>mathbb|Bbb|mathcal|mathscr|cal|mathfrak|frak)\s*(?:\{{\s*(?P<braced>\w)\s*\}}|(?P<bare>[A-Za-z0-9]))
  | \\(?:label|tag\*?|color|hspace\*?|vspace\*?|mathchoice|style|class|cssId|require)\s*\{{[^{{}}]*\}}
  | \\begin\s*\{{(?P<begin>[A-Za-z]+)\*?\}}(?:\s*\{{[lcr|\s@:.]*\}})?
  | \\end\s*\{{(?P<end>[A-Za-z]+)\*?\}}
  | (?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+) | (?P<lowered>[₀₁₂₃₄₅₆₇₈₉]+)
  | (?P<mark>\\[A-Za-z]+ | \\. | \d+(?:\.\d+)? | \.\d+ | \|\| | := | \.\.\. | \S)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_INFIX = {r"\over": r"\frac", r"\choose": r"\binom", r"\atop": r"\binom", r"\above": r"\frac"}
_NEGATED = {"=": r"\neq", r"\in": r"\notin", "|": r"\nmid"}
_BOARDS = {"Bbb": "bb", "mathbb": "bb", "mathcal": "cal", "mathscr": "cal", "cal": "cal"}
MATRICES = frozenset(["matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array", "cases"])

Item = "str | list[Item] | Environment"


@dataclass(slots=True)
class Environment:
    """A matrix or the like: its name and its items, cells divided by `&` and rows by two backslashes."""

    name: str
    items: list  # type: ignore[type-arg]


def nested(tex: str) -> list:  # type: ignore[type-arg]
    """The tokens of a formula; a group is a list, a matrix an `Environment`."""
    root: list = []  # type: ignore[type-arg]
    stack: list[tuple[str, list]] = [("", root)]  # type: ignore[type-arg]
    ignored = 0
    for match in islice(_TOKEN.finditer(_COMMENT.sub("", tex[:MAX_LENGTH])), MAX_TOKENS):
        mark = match["mark"]
        if mark == "{" or match["begin"]:
            name = match["begin"] or "{"
            if len(stack) > MAX_DEPTH:
                ignored += 1
            else:
                stack.append((name, []))
        elif mark == "}" or match["end"]:
            if ignored:
                ignored -= 1
            elif len(stack) > 1:
                _close(stack)
        else:
            items = _items(match, in_matrix=stack[-1][0] in MATRICES)
            if items and stack[-1][1] and stack[-1][1][-1] == r"\not":
                stack[-1][1].pop()
                items[0] = _NEGATED.get(items[0], f"not{items[0]}")
            stack[-1][1].extend(items)
    while len(stack) > 1:
        _close(stack)
    return _without_infix(root)


def _close(stack: list[tuple[str, list]]) -> None:  # type: ignore[type-arg]
    name, items = stack.pop()
    target = stack[-1][1]
    if name in MATRICES:
        target.append(Environment(name, items))
    elif name == "{":
        target.append(_without_infix(items))
    else:  # align and its kin are only a layout of rows
        target.extend(items)


def _without_infix(items: list) -> list:  # type: ignore[type-arg]
    """`{a \\over b}` as `\\frac{a}{b}`."""
    for position, item in enumerate(items):
        if isinstance(item, str) and item in _INFIX:
            return [_INFIX[item], items[:position], items[position + 1 :]]
    return items


def _items(match: re.Match[str], in_matrix: bool) -> list:  # type: ignore[type-arg]
    if match["naming"]:
        return _name(match["named"])
    if match["old"]:
        return _name(match["old"])
    if match["board"]:
        return [f"@{_BOARDS.get(match['board'], 'frak')}:{match['braced'] or match['bare']}"]
    if match["raised"]:
        return ["^", [match["raised"].translate(POWERS)]]
    if match["lowered"]:
        return ["_", [match["lowered"].translate(POWERS)]]
    mark = match["mark"]
    if mark is None or (mark in DROPPED and not (in_matrix and mark == "&")):
        return []
    mark = UNICODE.get(mark, mark)
    return [ALIASES.get(mark, mark)]


def _name(text: str) -> list:  # type: ignore[type-arg]
    if not text:
        return []
    if len(text) == 1 or text.isdigit():
        return [UNICODE.get(text, text)]
    if text.isalpha():
        return [f"@{text}"]
    return [f"@text:{' '.join(text.lower().split())[:60]}"]
