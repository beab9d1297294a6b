"""Which lines belong to a quote or a list: pure functions from lines to the lines inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from geeks.rendering.tokens import DEFINITION, FENCE, HEADING, ITEM, QUOTE, RULE

MAX_DEPTH = 16  # quotes and lists inside each other; deeper ones are plain text

Interrupts = Callable[[list[str], int], bool]


@dataclass
class Quote:
    """The lines inside a quote, without their marks; `used` counts the source lines."""

    lines: list[str]
    used: int
    spoiler: bool = False


@dataclass
class Item:
    """The lines inside a list item, without their indentation; `blank_after`: a blank line and a sibling follow."""

    lines: list[str]
    blank_after: bool = False
    slack: int = 0  # by how much its text is indented less than four spaces


@dataclass
class List:
    """The items of a list; `used` counts the source lines."""

    items: list[Item] = field(default_factory=list)
    used: int = 0


def read_quote(lines: list[str], at: int, interrupts: Interrupts) -> Quote:
    """The quote that begins at line `at`: neighbouring quotes join, paragraphs go on without a mark."""
    spoiler = _is_spoiler(lines[at])
    inner: list[str] = []
    end = at
    fence = OpenFence()
    while end < len(lines):
        line = lines[end]
        mark = QUOTE.match(line)
        if mark:
            text = line[mark.end() :]
            inner.append(text.removeprefix("!") if spoiler else text)
        elif not line.strip():
            following = _next_text(lines, end)
            if following >= len(lines) or not QUOTE.match(lines[following]):
                break
            if _is_spoiler(lines[following]) != spoiler:
                break
            inner.extend([""] * (following - end))
            fence = OpenFence()
            end = following
            continue
        elif goes_on(inner, fence, lines, end, interrupts) or (not fence.mark and not inner[-1].strip()):
            inner.append(line.lstrip())
        else:
            break
        fence.see(inner[-1])
        end += 1
    return Quote(inner, end - at, spoiler)


def begins_list(lines: list[str], at: int) -> bool:
    """Whether line `at` is an item. `1)` is one if another item or indented text follows: alone, or followed by a
    paragraph like itself, it counts something in the text."""
    begin = ITEM.match(lines[at])
    if not begin or RULE.match(lines[at]):
        return False
    if not begin[2].endswith(")"):
        return True
    end = at + 1
    while end < len(lines) and lines[end].strip():
        if ITEM.match(lines[end]):
            return True
        end += 1
    end = _next_text(lines, end)
    return end < len(lines) and _indent(lines[end]) > begin.end(1) and not DEFINITION.match(lines[end])


def read_list(lines: list[str], at: int, interrupts: Interrupts, slack: int = 0) -> List:
    """The list that begins at line `at`: items with the same kind of marker, blank lines between them or not."""
    found = List()
    kind = _kind(lines[at])
    end = at
    while end < len(lines) and _kind(lines[end]) == kind and not RULE.match(lines[end]):
        item, end = _read_item(lines, end, interrupts, slack)
        found.items.append(item)
        following = _next_text(lines, end)
        if following == end or following >= len(lines):
            continue
        if _kind(lines[following]) != kind or RULE.match(lines[following]):
            break
        item.blank_after = True
        end = following
    found.used = end - at
    return found


def goes_on(inner: list[str], fence: OpenFence, lines: list[str], at: int, interrupts: Interrupts) -> bool:
    """Whether a line without the container's mark still goes on with the container's last paragraph."""
    if fence.mark or not inner or not inner[-1].strip():
        return False
    last = inner[-1]
    if HEADING.match(last) or RULE.match(last) or FENCE.match(last) or last.startswith("    "):
        return False
    if ITEM.match(lines[at]) and ITEM.match(last):
        return True
    return not interrupts(lines, at)


@dataclass
class OpenFence:
    """Follows whether a fenced code block is open while lines go by."""

    mark: str = ""

    def see(self, line: str) -> None:
        """Take the next line into account."""
        match = FENCE.match(line)
        if not match:
            return
        if not self.mark:
            if match[2][0] == "~" or "`" not in match[3]:
                self.mark = match[2]
        elif match[2].startswith(self.mark) and not match[3]:
            self.mark = ""


def _read_item(lines: list[str], at: int, interrupts: Interrupts, slack: int) -> tuple[Item, int]:
    begin = ITEM.match(lines[at])
    assert begin is not None
    rest = lines[at][begin.end() :]
    spaces = len(begin[3]) if 1 <= len(begin[3]) <= 4 and rest.strip() else 1
    offset = begin.end(2) + spaces
    least = min(begin.end(1), slack)
    inner = [lines[at][offset:]]
    fence = OpenFence()
    fence.see(inner[0])
    end = at + 1
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            following = _next_text(lines, end)
            if following >= len(lines) or not _continues(lines[following], least, begin.end(1)):
                break
            if end == at + 1 and not inner[0].strip():
                break
            inner.extend([""] * (following - end))
            end = following
            continue
        indent = _indent(line)
        if indent < offset and _nests(lines[at], line, begin.end(1)):
            offset = indent
        if indent >= offset or (not lines[end - 1].strip() and _continues(line, least, begin.end(1))):
            inner.append(line[min(indent, offset) :])
        elif not ITEM.match(line) and (goes_on(inner, fence, lines, end, interrupts) or _is_quote(inner, fence, line)):
            inner.append(line.lstrip())
        else:
            break
        fence.see(inner[-1])
        end += 1
    return Item(inner, slack=max(4 - offset, 0)), end


def _continues(line: str, text: int, item: int) -> bool:
    """Whether a line after a blank one still belongs to an item: indented more than `text` or, an item, than `item`."""
    return _indent(line) > (item if ITEM.match(line) else text)


def _is_quote(inner: list[str], fence: OpenFence, line: str) -> bool:
    """A quote right below an item's text is the item's, marked less or not at all."""
    return bool(QUOTE.match(line)) and not fence.mark and bool(inner[-1].strip() or len(inner) == 1)


def _nests(item: str, line: str, indent: int) -> bool:
    """Two or three spaces before another kind of marker nest it, even below a wide marker such as `1. `."""
    kind = _kind(line)
    return bool(kind) and _indent(line) >= indent + (2 if kind != _kind(item) else 1)


def _kind(line: str) -> str:
    """What makes items siblings: the bullet, or the mark after the number."""
    match = ITEM.match(line)
    return match[2][-1] if match else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _next_text(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _is_spoiler(line: str) -> bool:
    text = line.lstrip(" ")
    return text.startswith(">!") and not text.startswith(">![")
