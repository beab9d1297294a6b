"""Consecutive lines without a blank one, in which formulas, code spans and what wins over dollars are told apart.

One walk from left to right. Matching braces and code spans are computed once; a search that failed is remembered by the
braces round it, so that openers without a closer cost nothing the second time.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from geeks.rendering.shelf import Piece, Shelf
from geeks.rendering.tokens import AUTOLINK, BARE_URL, COMMENT, FENCE, HEADING, ITEM, LINK_TAIL, TAG

_DISPLAYS = """
    equation align alignat flalign gather multline eqnarray displaymath math split aligned alignedat gathered
    subequations array matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases dcases CD
"""
ENVIRONMENTS = frozenset(_DISPLAYS.split())

_SPECIAL = re.compile(r"[\\$`<\n]|\](?=\()|https?://")
_HOP = re.compile(r"[\\$`{}<]")
_COMMAND = re.compile(r"\\[A-Za-z]")
_LONGEST_LOOSE = 500  # characters of a formula with a space before its closing dollar
# What stands before and behind the second dollar of `$address+$output`, which no author of formulas writes.
_VARIABLE = re.compile(r"""[A-Za-z]{4,}\w*[-#.+/:,;"'&@%!?~*]{0,4}""")
_VARIABLE_NEXT = re.compile(r"[A-Za-z]{4,}")
_EMPTY = re.compile(r"\$\$\s*+\$\$")
_BEGIN = re.compile(r"\\begin\{([A-Za-z]+)\*?\}")
_BACKTICKS = re.compile(r"\\`|`+")
_CODE_TAG = re.compile(r"<(code|pre|script|style|textarea)\b[^<>]*>", re.IGNORECASE)
_ANY_BLOCK = re.compile("|".join(f"(?:{part.pattern})" for part in (FENCE, HEADING, ITEM)) + r"| {0,3}>")


class Chunk:
    """Consecutive non-blank lines: nothing inline reaches beyond them."""

    def __init__(self, text: str, row: bool = False, bars: bool = True) -> None:
        self.text = text
        self.row = row
        self.bars = bars
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._braces: dict[int, int] | None = None
        self._groups: tuple[list[int], list[int]] = ([], [])
        self._code: dict[int, int] | None = None
        self._failed: dict[tuple[str, int], int] = {}
        self._no_comment = self._no_code_tag = len(text)

    def walk(self, at: int, shelf: Shelf, code: bool) -> tuple[str, int]:
        """The text from `at` to the first line end outside a formula, lifted; and the number of lines it spans."""
        text, done, begun = self.text, [], at
        while True:
            match = _SPECIAL.search(text, at)
            if match is None:
                done.append(text[at:])
                end = len(text)
                break
            done.append(text[at : match.start()])
            at = match.start()
            if text[at] == "\n":
                end = at
                break
            found = self._formula(at)
            if found is not None and (self.bars or "|" not in found[0].tex):
                piece, at = found
                done.append(shelf.add_formula(piece))
            elif code and text[at] == "`" and at in self.code:
                close = self.code[at]
                done.append(shelf.keep_code(_code_text(text[at:close], self.row)))
                at = close
            else:
                stop = self._skip(at)
                done.append(text[at:stop])
                at = stop
        return "".join(done), text.count("\n", begun, end) + 1

    def _formula(self, at: int) -> tuple[Piece, int] | None:
        text = self.text
        if text[at] == "$":
            if text.startswith("$$", at):
                found = self._delimited(at, "$$", "$$", True)
                return found or None
            return self._dollars(at)
        if text[at] != "\\":
            return None
        for opening, closing, display in _BRACKETS:
            if text.startswith(opening, at):
                return self._delimited(at, opening, closing, display)
        begin = _BEGIN.match(text, at)
        if begin and begin[1] in ENVIRONMENTS:
            return self._environment(at, begin)
        return None

    def _dollars(self, at: int) -> tuple[Piece, int] | None:
        text = self.text
        if at + 1 >= len(text) or text[at + 1].isspace():
            return None
        close = self._close(at + 1, "$")
        if close < 0 or text[close + 1 : close + 2].isdigit():
            return None
        if text[close - 1].isspace() and not self._surely_tex(at + 1, close):
            return None
        if _VARIABLE_NEXT.match(text, close + 1) and _VARIABLE.fullmatch(text, at + 1, close):
            return None
        return Piece(_trimmed(text[at + 1 : close]), False, text[at : close + 1]), close + 1

    def _surely_tex(self, start: int, close: int) -> bool:
        """Whether a formula may end in a space: it has a command, its braces pair up, its dollar opens nothing."""
        text = self.text
        after = text[close + 1 : close + 2]
        if after.isalnum() or after in ("\\", "$", "{") or close - start > _LONGEST_LOOSE:
            return False
        inside = text[start:close]
        if not _COMMAND.search(inside) or not _is_balanced(inside):
            return False
        if not after or after.isspace():
            return True
        other = self._close(close + 1, "$")
        return other < 0 or text[other - 1].isspace() or text[other + 1 : other + 2].isdigit()

    def _delimited(self, at: int, opening: str, closing: str, display: bool) -> tuple[Piece, int] | None:
        start = at + len(opening)
        close = self._close(start, closing)
        if close < 0 or not self.text[start:close].strip():
            return None
        end = close + len(closing)
        return Piece(self.text[start:close], display, self.text[at:end]), end

    def _environment(self, at: int, begin: re.Match[str]) -> tuple[Piece, int] | None:
        closing = begin[0].replace("begin", "end", 1)
        if self._failed.get((closing, -1), -1) > at:
            return None
        close = self.text.find(closing, begin.end())
        if close < 0:
            self._failed[closing, -1] = len(self.text)
            return None
        end = close + len(closing)
        return Piece(self.text[at:end], True, self.text[at:end]), end

    def _close(self, start: int, closing: str) -> int:
        """Where `closing` stands outside braces, escapes, code and tags; -1 when it does not."""
        text, at = self.text, start
        key = (closing, self._group(start))
        if self._failed.get(key, -1) >= start:
            return -1
        while match := _HOP.search(text, at):
            at = match.start()
            char = text[at]
            if text.startswith(closing, at):
                return at
            if char == "{":
                at = self.braces.get(at, at) + 1
            elif self._ends_search(at, start):
                break
            else:
                at = self._hop(at)
        else:
            at = len(text)
        self._failed[key] = at
        return -1

    def _ends_search(self, at: int, start: int) -> bool:
        """Whether the group round `start` ends at `at`, or a code span begins: no formula reaches beyond."""
        if self.text[at] == "}":
            return self.braces.get(at, start) < start
        return self.text[at] == "`" and at in self.code

    def _hop(self, at: int) -> int:
        char = self.text[at]
        if char == "\\":
            return at + 2
        if char == "<" and (tag := TAG.match(self.text, at) or AUTOLINK.match(self.text, at)) and "$" in tag[0]:
            return tag.end()
        return at + 1

    def _skip(self, at: int) -> int:
        """The end of what wins over dollars at `at`: an escape, a run of backticks, a tag, an address, a target."""
        text = self.text
        char = text[at]
        if char == "$":
            empty = _EMPTY.match(text, at)
            return empty.end() if empty else at + 1
        if char == "\\":
            return at + 1 if text[at + 1 : at + 2] == "\n" else min(at + 2, len(text))
        if char == "`":
            return at + len(text[at:]) - len(text[at:].lstrip("`")) if at + 1 < len(text) else at + 1
        if char == "<":
            return self._skip_tag(at)
        match = BARE_URL.match(text, at) if char == "h" else LINK_TAIL.match(text, at + 1)
        return match.end() if match else at + 1

    def _skip_tag(self, at: int) -> int:
        text = self.text
        if text.startswith("<!--", at) and at < self._no_comment:
            comment = COMMENT.match(text, at)
            if comment:
                return comment.end()
            self._no_comment = at
        opened = _CODE_TAG.match(text, at) if at < self._no_code_tag else None
        if opened:
            close = text.lower().find(f"</{opened[1].lower()}", opened.end())
            if close >= 0:
                return close
            self._no_code_tag = at
        tag = TAG.match(text, at) or AUTOLINK.match(text, at)
        return tag.end() if tag else at + 1

    @property
    def braces(self) -> dict[int, int]:
        """Matching braces, both ways; unmatched ones are absent. Computed once a chunk."""
        if self._braces is None:
            self._braces, open_at = {}, []
            for match in re.finditer(r"\\.|[{}]", self.text, re.DOTALL):
                if match[0] == "{":
                    open_at.append(match.start())
                elif match[0] == "}" and open_at:
                    opener = open_at.pop()
                    self._braces[opener], self._braces[match.start()] = match.start(), opener
            self._groups = _nesting(self._braces)
        return self._braces

    def _group(self, at: int) -> int:
        """The innermost matched `{` round a place, -1 for none: searches that failed are remembered by it."""
        if not self.braces:
            return -1
        places, groups = self._groups
        index = bisect_right(places, at - 1) - 1
        return groups[index] if index >= 0 else -1

    @property
    def code(self) -> dict[int, int]:
        """Start and end of every code span of the chunk. Computed once."""
        if self._code is None:
            self._code = _code_spans(self.text)
        return self._code


_BRACKETS = (
    ("\\\\(", "\\\\)", False),
    ("\\\\[", "\\\\]", True),
    ("\\(", "\\)", False),
    ("\\[", "\\]", True),
)


def _trimmed(tex: str) -> str:
    """The TeX without the spaces at its end, but for one that a backslash makes a command."""
    shorter = tex.rstrip()
    return tex[: len(shorter) + 1] if (len(shorter) - len(shorter.rstrip("\\"))) % 2 else shorter


def _is_balanced(tex: str) -> bool:
    depth = 0
    for match in re.finditer(r"\\.|[{}]", tex, re.DOTALL):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth < 0:
            return False
    return depth == 0


def _nesting(braces: dict[int, int]) -> tuple[list[int], list[int]]:
    places, groups, stack = [], [], [-1]
    for place in sorted(braces):
        if braces[place] > place:
            stack.append(place)
        else:
            stack.pop()
        places.append(place)
        groups.append(stack[-1])
    return places, groups


def _code_spans(text: str) -> dict[int, int]:
    runs: dict[int, list[int]] = {}
    for match in re.finditer("`+", text):
        runs.setdefault(len(match[0]), []).append(match.start())
    spans: dict[int, int] = {}
    at = 0
    while found := _BACKTICKS.search(text, at):
        at = found.end()
        if found[0] == "\\`":
            continue
        places = runs.get(len(found[0]), [])
        index = bisect_right(places, found.start())
        if index < len(places) and not _crosses_block(text, at, places[index]):
            spans[found.start()] = at = places[index] + len(found[0])
    return spans


def _crosses_block(text: str, start: int, end: int) -> bool:
    if "\n" not in text[start:end]:
        return False
    following = text[text.index("\n", start) + 1 : end].split("\n")
    return any(_ANY_BLOCK.match(line) for line in following)


def _code_text(span: str, row: bool) -> str:
    inner = span.strip("`").replace("\n", " ")
    if row:
        inner = inner.replace("\\|", "|")
    both = len(inner) > 1 and inner[0] == inner[-1] == " " and inner.strip(" ")
    return inner[1:-1] if both else inner
