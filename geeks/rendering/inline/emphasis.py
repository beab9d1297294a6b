"""Emphasis: runs of `*`, `_` and `~` paired by CommonMark's rules, in linear time."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from geeks.rendering.inline.parts import Part


@dataclass(slots=True)
class Run:
    """A run of delimiters: `part` holds its text, `count` how many characters are still free."""

    part: Part
    char: str
    count: int
    length: int
    can_open: bool
    can_close: bool
    before: Run | None = None
    after: Run | None = None


class Runs:
    """The runs of a text, as a linked list from which paired ones disappear."""

    def __init__(self) -> None:
        self.last: Run | None = None

    def add(self, text: str, start: int, end: int) -> Part:
        """Note the run `text[start:end]`; the part that shows what will not be paired."""
        part = Part(text[start:end])
        left, right = _flanking(text, start, end)
        before, after = text[start - 1 : start], text[end : end + 1]
        char = text[start]
        if char == "_":
            opens = left and (not right or _is_punctuation(before))
            closes = right and (not left or _is_punctuation(after))
        else:
            opens, closes = left, right
        if char == "~" and end - start != 2:
            return part
        run = Run(part, char, end - start, end - start, opens, closes, self.last)
        if self.last:
            self.last.after = run
        self.last = run
        return part

    def pair(self, bottom: Run | None) -> None:
        """Pair the runs after `bottom` (all when None) and forget them."""
        floors: dict[tuple[str, bool, int], Run | None] = {}
        closer = self._first_after(bottom)
        while closer:
            if not closer.can_close:
                closer = closer.after
                continue
            key = (closer.char, closer.can_open, closer.length % 3)
            floor = floors.get(key, bottom)
            opener = closer.before
            while opener and opener is not floor and opener is not bottom and not _fits(opener, closer):
                opener = opener.before
            if opener and opener is not floor and opener is not bottom:
                closer = self._join(opener, closer)
                continue
            floors[key] = closer.before
            following = closer.after
            if not closer.can_open:
                self._remove(closer)
            closer = following
        self.last = bottom
        if bottom:
            bottom.after = None

    def _join(self, opener: Run, closer: Run) -> Run | None:
        """Wrap what stands between two runs; the run to go on with."""
        size = _size(opener, closer)
        tag = "del" if opener.char == "~" else "strong" if size == 2 else "em"
        opener.part.opens.insert(0, (tag, {}))
        closer.part.closes.append(tag)
        opener.after, closer.before = closer, opener
        for run in (opener, closer):
            run.count -= size
            run.part.text = run.char * run.count
        if not opener.count:
            self._remove(opener)
        if closer.count:
            return closer
        following = closer.after
        self._remove(closer)
        return following

    def _remove(self, run: Run) -> None:
        if run.before:
            run.before.after = run.after
        if run.after:
            run.after.before = run.before
        if self.last is run:
            self.last = run.before

    def _first_after(self, bottom: Run | None) -> Run | None:
        if bottom:
            return bottom.after
        first = self.last
        while first and first.before:
            first = first.before
        return first


def _size(opener: Run, closer: Run) -> int:
    if opener.count >= 3 and closer.count >= 3 and opener.length == closer.length == 3:
        return 1  # `***both***` is <strong><em>, as Stack Exchange has always written it
    return 2 if opener.count >= 2 and closer.count >= 2 else 1


def _fits(opener: Run, closer: Run) -> bool:
    if opener.char != closer.char or not opener.can_open:
        return False
    if (opener.can_close or closer.can_open) and (opener.length + closer.length) % 3 == 0:
        return opener.length % 3 == 0 and closer.length % 3 == 0
    return True


def _flanking(text: str, start: int, end: int) -> tuple[bool, bool]:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    left = not after.isspace() and (not _is_punctuation(after) or before.isspace() or _is_punctuation(before))
    right = not before.isspace() and (not _is_punctuation(before) or after.isspace() or _is_punctuation(after))
    return left, right


def _is_punctuation(char: str) -> bool:
    return bool(char) and unicodedata.category(char)[0] in "PS"
