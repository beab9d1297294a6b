"""The flat list of parts that scanning a text leaves, and its turning into elements."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

MAX_NESTING = 24  # elements inside each other; deeper emphasis is dropped, its text stays

Attributes = dict[str, str]


@dataclass(slots=True)
class Part:
    """Text, with the tags that close before it and open after it; or an element without content."""

    text: str = ""
    closes: list[str] = field(default_factory=list)
    opens: list[tuple[str, Attributes]] = field(default_factory=list)
    void: tuple[str, Attributes] | None = None


def build(parent: Element, parts: list[Part]) -> None:
    """Append the parts to `parent` as text and elements; tags pair up as they were opened."""
    stack: list[Element | None] = [parent]
    depth = 1
    for part in parts:
        for _ in part.closes:
            if len(stack) > 1 and stack.pop() is not None:
                depth -= 1
        here = next(element for element in reversed(stack) if element is not None)
        if part.text:
            _add_text(here, part.text)
        if part.void:
            SubElement(here, part.void[0], part.void[1])
        for tag, attributes in part.opens:
            if depth >= MAX_NESTING:
                stack.append(None)
                continue
            here = SubElement(here, tag, attributes)
            stack.append(here)
            depth += 1


def _add_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
