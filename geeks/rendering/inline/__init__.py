"""The text inside blocks, as a tree processor for Python-Markdown: emphasis, links, images, breaks, raw tags.

It takes the place of Python-Markdown's `inline` processor, whose patterns search the paragraph again for every
bracket and star. This one reads each character once and pairs brackets and delimiters on stacks, as CommonMark does.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from geeks.rendering.inline.parts import Part, build
from geeks.rendering.inline.scanner import Scanner
from geeks.rendering.shelf import Shelf


class Inlines(Treeprocessor):  # type: ignore[misc]
    """Turns the raw text of every element into elements."""

    def __init__(self, md: Markdown, shelf: Shelf, tags: bool = True) -> None:
        """`tags`: whether HTML tags in the text are tags; otherwise they are shown."""
        super().__init__(md)
        self._shelf = shelf
        self._tags = tags

    def run(self, root: Element) -> None:
        """Work through the tree; texts and tails alike."""
        for element in list(root.iter()):
            children = list(element)
            text, element.text = element.text, None
            for child in children:
                element.remove(child)
            if text:
                build(element, self._parts(text))
            for child in children:
                tail, child.tail = child.tail, None
                element.append(child)
                if tail and tail.strip():
                    build(element, self._parts(tail))

    def _parts(self, text: str) -> list[Part]:
        return Scanner(text, self._shelf, self.md.references, self._tags).parts()
