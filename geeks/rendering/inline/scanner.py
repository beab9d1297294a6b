"""One pass over the text of a block: escapes, entities, raw tags, addresses, links, images, tags and line breaks."""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from geeks.rendering.blocks.leaves import label_of
from geeks.rendering.inline.emphasis import Run, Runs
from geeks.rendering.inline.parts import Attributes, Part
from geeks.rendering.rawhtml import cleaned_tag, is_known
from geeks.rendering.shelf import Shelf
from geeks.rendering.tokens import AUTOLINK, AUTOMAIL, COMMENT, LINK_TAIL, TAG

_SPECIAL = re.compile(r"[\\<&\[\]*_~\n]|!\[|https?://")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SITE_TAG = re.compile(r"\[(?:meta-)?tag:[ ]?-?([^\s\[\]|<>\"]{1,35})\]")
_URL_TEXT = re.compile(r"https?://[^\s<>\[\]*`\\]*[^\s<>\[\]*`\\_~]")
_REFERENCE = re.compile(r" ?\n?\[((?:[^\[\]\\]|\\.){0,999})\]")
_UNSAFE = re.compile(r"[^!#-;=?-Z_a-z~\[\]]+")  # what an address spells with per cents
_LONGEST_LABEL = 999


@dataclass(slots=True)
class Bracket:
    """An open `[` or `![`: its part, where its text begins, and the delimiter run before it."""

    part: Part
    at: int
    image: bool
    run: Run | None
    index: int


class Scanner:
    """Reads one text. Brackets that can no longer open a link are forgotten at once, so that no search repeats."""

    def __init__(
        self, text: str, shelf: Shelf, references: Mapping[str, tuple[str, str | None]], tags: bool = True
    ) -> None:
        self._text = text
        self._tags = tags
        self._shelf = shelf
        self._references = references
        self._parts: list[Part] = []
        self._runs = Runs()
        self._brackets: list[Bracket] = []
        self._no_comment = len(text)
        self._no_links_below = 0  # of the open brackets, so many are inside a link that is done: they open no other

    def parts(self) -> list[Part]:
        """The text as a flat list of parts."""
        text, at = self._text, 0
        while match := _SPECIAL.search(text, at):
            self._add(text[at : match.start()])
            at = self._special(match.start())
        self._add(text[at:])
        self._runs.pair(None)
        return self._parts

    def _special(self, at: int) -> int:
        """Take what stands at a special character; where to go on."""
        char = self._text[at]
        if char in "*_~":
            return self._run(at)
        if char == "\n":
            return self._line_end(at)
        if char == "\\":
            return self._escape(at)
        if char == "&":
            return self._entity(at)
        if char == "<":
            return self._tag(at)
        if char == "h":
            return self._literal(at, _URL_TEXT)
        if char == "]":
            return self._close(at)
        return self._open(at)

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(Part(text))

    def _literal(self, at: int, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, at)
        end = match.end() if match else at + 1
        self._add(self._text[at:end])
        return end

    def _run(self, at: int) -> int:
        text, end = self._text, at
        while end < len(text) and text[end] == text[at]:
            end += 1
        self._parts.append(self._runs.add(text, at, end))
        return end

    def _line_end(self, at: int) -> int:
        last = self._parts[-1] if self._parts else Part()
        stripped = last.text.rstrip(" ")
        if len(last.text) - len(stripped) >= 2:
            self._parts.append(Part(void=("br", {})))
        last.text = stripped
        self._add("\n")
        return at + 1

    def _escape(self, at: int) -> int:
        if self._text[at + 1 : at + 2] == "\n":
            self._parts.append(Part(void=("br", {})))
            self._add("\n")
            return at + 2
        match = _ESCAPED.match(self._text, at)
        self._add(("&amp;" if match[1] == "&" else match[1]) if match else "\\")
        return match.end() if match else at + 1

    def _entity(self, at: int) -> int:
        match = _ENTITY.match(self._text, at)
        known = match and html_entities.unescape(match[0]) != match[0]
        self._add(match[0] if match and known else "&amp;")
        return match.end() if match and known else at + 1

    def _tag(self, at: int) -> int:
        text = self._text
        if self._tags and text.startswith("<!--", at) and at < self._no_comment:
            comment = COMMENT.match(text, at)
            if comment:
                return comment.end()
            self._no_comment = at
        link = AUTOLINK.match(text, at) or AUTOMAIL.match(text, at)
        if link:
            address = link[1] if ":" in link[1] else f"mailto:{link[1]}"
            opened = ("a", {"href": _attribute(_encoded(self._shelf.plain(address)))})
            self._parts += [Part(opens=[opened]), Part(_escaped(link[1])), Part(closes=["a"])]
            return link.end()
        tag = TAG.match(text, at)
        if tag and self._tags and is_known(tag[0]):
            self._add(self._shelf.keep(cleaned_tag(tag[0])))
            return tag.end()
        self._add("<")
        return at + 1

    def _open(self, at: int) -> int:
        image = self._text[at] == "!"
        site_tag = None if image else _SITE_TAG.match(self._text, at)
        if site_tag:
            name = self._shelf.plain(site_tag[1]).lower()
            address = f"/questions/tagged/{quote(name, safe='').lower()}"
            self._parts += [Part(opens=[("a", {"href": address, "class": "tag"})]), Part(_escaped(name))]
            self._parts.append(Part(closes=["a"]))
            return site_tag.end()
        part = Part("![" if image else "[")
        end = at + len(part.text)
        self._brackets.append(Bracket(part, end, image, self._runs.last, len(self._parts)))
        self._parts.append(part)
        return end

    def _close(self, at: int) -> int:
        if not self._brackets:
            self._add("]")
            return at + 1
        bracket = self._brackets.pop()
        closed = not bracket.image and len(self._brackets) < self._no_links_below
        self._no_links_below = min(self._no_links_below, len(self._brackets))
        target = None if closed else self._target(bracket, at)
        if target is None:
            self._add("]")
            return at + 1
        address, title, end = target
        self._runs.pair(bracket.run)
        if bracket.image:
            self._image(bracket, address, title)
        else:
            bracket.part.text = ""
            bracket.part.opens.insert(0, ("a", self._attributes("href", address, title)))
            self._parts.append(Part(closes=["a"]))
            self._no_links_below = len(self._brackets)
        return end

    def _image(self, bracket: Bracket, address: str, title: str | None) -> None:
        label = "".join("\n" if part.void else part.text for part in self._parts[bracket.index + 1 :])
        del self._parts[bracket.index :]
        attributes = self._attributes("src", address, title)
        attributes["alt"] = _attribute(self._shelf.plain(html_entities.unescape(label)))
        self._parts.append(Part(void=("img", attributes)))

    def _target(self, bracket: Bracket, at: int) -> tuple[str, str | None, int] | None:
        """Address, title and end of the link whose label ends at `at`; None when it is no link."""
        tail = LINK_TAIL.match(self._text, at + 1)
        if tail:
            address = tail[1] if tail[1] is not None else tail[2] or ""
            return address, _unescaped(tail[3][1:-1]) if tail[3] else None, tail.end()
        own = self._text[bracket.at : at] if at - bracket.at <= _LONGEST_LABEL else ""
        named = _REFERENCE.match(self._text, at + 1)
        if named:
            found = self._reference(named[1] or own)
            if found or named[0].startswith("["):
                return (*found, named.end()) if found else None
        found = self._reference(own)
        return (*found, at + 1) if found else None

    def _reference(self, label: str) -> tuple[str, str | None] | None:
        return self._references.get(label_of(self._shelf.plain(label))) if label.strip() else None

    def _attributes(self, name: str, address: str, title: str | None) -> Attributes:
        found = {name: _attribute(_encoded(self._shelf.plain(_unescaped(address)).strip()))}
        if title:
            found["title"] = _attribute(self._shelf.plain(title))
        return found


def _unescaped(text: str) -> str:
    return html_entities.unescape(_ESCAPED.sub(r"\1", text))


def _encoded(address: str) -> str:
    return _UNSAFE.sub(lambda match: quote(match[0]), address)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;")
