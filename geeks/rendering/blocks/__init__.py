"""The block structure of a post, as a parser for Python-Markdown.

It reads what Stack Exchange's authors write: CommonMark's containers with Markdown's older habits (paragraphs per list
item, neighbouring quotes joined). Python-Markdown's own block parser needs four-space nesting, has no fences in lists,
and takes quadratic time or recurses on hostile input; this one reads each line once per level, at most MAX_DEPTH deep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, ElementTree, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser

from geeks.rendering.blocks.containers import MAX_DEPTH, begins_list, read_list, read_quote
from geeks.rendering.blocks.leaves import Leaves, interrupts, without_tabs
from geeks.rendering.shelf import Shelf
from geeks.rendering.tokens import ITEM, QUOTE


class Blocks(BlockParser):  # type: ignore[misc]
    """Builds the element tree of a text; inline text stays raw in it, with formulas and code on the shelf."""

    def __init__(self, md: Markdown, shelf: Shelf) -> None:
        super().__init__(md)
        self.leaves = Leaves(shelf, md)

    def parseDocument(self, lines: Sequence[str]) -> ElementTree:
        """The tree of a whole text."""
        root = Element(self.md.doc_tag)
        self._read(root, [without_tabs(line) for line in lines])
        return ElementTree(root)

    def _read(self, parent: Element, lines: list[str]) -> bool:
        """Add the blocks of `lines` to `parent`; whether blank lines stand between two of them."""
        at, gap, blank = 0, False, False
        while at < len(lines):
            if not lines[at].strip():
                blank = True
                at += 1
                continue
            before = _extent(parent)
            at += self._block(parent, lines, at)
            if _extent(parent) != before:  # a link definition shows nothing
                gap = gap or (blank and before != _extent(None))
                blank = False
        return gap

    def _block(self, parent: Element, lines: list[str], at: int) -> int:
        """Add the block that begins at line `at`; the number of its lines."""
        readers: tuple[Callable[[Element, list[str], int], int], ...] = (
            self.leaves.indented_code,
            self.leaves.fence,
            self.leaves.heading,
            self.leaves.rule,
            self._quote,
            self._list,
            self.leaves.html,
            self.leaves.definition,
            self.leaves.table,
            self.leaves.paragraph,
        )
        for reader in readers:
            used = reader(parent, lines, at)
            if used:
                return used
        raise AssertionError("a paragraph takes any line")

    def _quote(self, parent: Element, lines: list[str], at: int) -> int:
        if self.leaves.lifter.depth >= MAX_DEPTH or not QUOTE.match(lines[at]):
            return 0
        quote = read_quote(lines, at, interrupts)
        element = SubElement(parent, "blockquote")
        if quote.spoiler:
            element.set("class", "spoiler")
        self._inside(element, quote.lines)
        return quote.used

    def _list(self, parent: Element, lines: list[str], at: int) -> int:
        begin = ITEM.match(lines[at])
        if self.leaves.lifter.depth >= MAX_DEPTH or not begin or not begins_list(lines, at):
            return 0
        found = read_list(lines, at, interrupts, self.leaves.slack)
        ordered = begin[2][0].isdigit()
        element = SubElement(parent, "ol" if ordered else "ul")
        if ordered and int(begin[2][:-1]) != 1:
            element.set("start", str(int(begin[2][:-1])))
        loose = False
        for item in found.items:
            child = SubElement(element, "li")
            gap = self._inside(child, item.lines, item.slack)
            loose_here = loose or item.blank_after or gap
            loose = item.blank_after
            if not loose_here:
                _tighten(child)
        return found.used

    def _inside(self, element: Element, lines: list[str], slack: int = 0) -> bool:
        before, self.leaves.slack = self.leaves.slack, slack
        self.leaves.lifter.depth += 1
        gap = self._read(element, lines)
        self.leaves.lifter.depth -= 1
        self.leaves.slack = before
        return gap


def _extent(parent: Element | None) -> tuple[int, int, int]:
    """Something that changes whenever a block is added."""
    if parent is None:
        return 0, 0, 0
    return len(parent), len(parent.text or ""), len(parent[-1].tail or "") if len(parent) else 0


def _tighten(item: Element) -> None:
    """Take the paragraphs of a list item away and leave their text (which has no children yet)."""
    last: Element | None = None
    for child in list(item):
        if child.tag != "p":
            last = child
            continue
        text = (child.text or "") + (child.tail or "")
        item.remove(child)
        if last is None:
            item.text = _joined(item.text, text)
        else:
            last.tail = _joined(last.tail, text)


def _joined(before: str | None, after: str) -> str:
    return f"{before}\n{after}" if before and before.strip() else after
