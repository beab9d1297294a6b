"""Markdown to HTML by Python-Markdown, with our own block and inline parsers plugged in for Stack Exchange's habits.

Python-Markdown runs the show (document, tree, serialiser); `blocks` replaces its block parser and `inline` its inline
processor, because the stock ones are quadratic or recurse on hostile input and cannot read what CommonMark's authors
write. Formulas and code are lifted out by the block parser as it goes, and stay out until after sanitising.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.util import Registry

from geeks.rendering.blocks import Blocks
from geeks.rendering.inline import Inlines
from geeks.rendering.maths import lift
from geeks.rendering.shelf import Shelf


class Posts(markdown.Markdown):  # type: ignore[misc]
    """Python-Markdown for one text: its stages are ours, its document, tree and serialiser are not."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        super().__init__(output_format="html")

    def build_parser(self) -> markdown.Markdown:
        """Put our stages in the places of the stock ones."""
        self.preprocessors: Registry[Any] = Registry()
        self.parser = Blocks(self, self._shelf)
        self.inlinePatterns: Registry[Any] = Registry()
        self.treeprocessors: Registry[Any] = Registry()
        self.treeprocessors.register(Inlines(self, self._shelf), "inline", 20)
        self.postprocessors: Registry[Any] = Registry()
        return self


def to_html(text: str, shelf: Shelf) -> str:
    """The HTML of a cleaned Markdown text, not yet sanitised; its formulas stand in as single characters."""
    return shelf.put_back(Posts(shelf).convert(text))


def comment_to_html(text: str, shelf: Shelf) -> str:
    """The HTML of a comment's one line: inline Markdown only, no blocks, no HTML, not yet sanitised."""
    md = Posts(shelf)
    root = Element(md.doc_tag)
    root.text = lift(text, shelf)
    Inlines(md, shelf, tags=False).run(root)
    html = md.serializer(root)
    start, end = len(md.doc_tag) + 2, -len(md.doc_tag) - 3
    return shelf.put_back(html[start:end])
