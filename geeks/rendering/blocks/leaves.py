"""The blocks that hold no others: code, headings, rules, raw HTML, link definitions, tables and paragraphs."""

from __future__ import annotations

import html as html_entities
import re
import time
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown

from geeks.rendering.blocks.containers import begins_list
from geeks.rendering.code import MAX_SECONDS, code_block
from geeks.rendering.maths import Lifter, cells, lift
from geeks.rendering.rawhtml import BLOCK_OPEN, VERBATIM_OPEN, allowed
from geeks.rendering.shelf import Shelf
from geeks.rendering.tokens import DEFINITION, FENCE, HEADING, ITEM, QUOTE, RULE, TABLE_RULE

_LANGUAGE = re.compile(r"<!--\s*language(-all)?:\s*([\w+#.-]+)\s*-->")
_LONE_RULE = re.compile(r" {0,3}<hr\s*/?>[ \t]*$", re.IGNORECASE)
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_ADDRESS = re.compile(r"<?(?:https?://|mailto:|/|#|<|www\.)")
_MOST_EMPTY_CELLS = 2_000  # that short table rows are filled up with, in one text
_MARKERS = re.compile(r"[ \t]*(?:(?:[-+*>]|\d{1,9}[.)])[ \t]+)*")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+[ \t]*$|(?<=[^\s\\#])##+[ \t]*$")


def without_tabs(line: str) -> str:
    """The line with the tabs of its indentation and markers turned into spaces (to every fourth column)."""
    if "\t" not in line:
        return line
    match = _MARKERS.match(line)
    end = match.end() if match else 0
    return line[:end].expandtabs(4) + line[end:]


def interrupts(lines: list[str], at: int) -> bool:
    """Whether line `at` begins a block of its own although it follows a paragraph's line."""
    line = lines[at]
    if QUOTE.match(line) or HEADING.match(line) or RULE.match(line) or _opens_fence(line):
        return True
    item = ITEM.match(line)
    if item and line[item.end() :].strip() and (item[2] in "-+*" or item[2][:-1] == "1"):
        return begins_list(lines, at)
    if BLOCK_OPEN.match(line) or VERBATIM_OPEN.match(line):
        return True
    definition = DEFINITION.match(line)
    if definition and _ADDRESS.match(definition[2] or definition[3]):
        return True
    return _columns(lines, at) > 0


class Leaves:
    """Readers that add one block to a parent and return how many lines it took, 0 when it is another kind."""

    def __init__(self, shelf: Shelf, md: Markdown) -> None:
        self.shelf = shelf
        self.md = md
        self.lifter = Lifter(shelf)
        self.slack = 0  # spaces that code in the current list item may be indented too far
        self._unclosed: list[str] | None = None  # lines in which a comment was found not to end
        self._next_language = self._all_languages = ""
        self._seconds = MAX_SECONDS
        self._empty_cells = _MOST_EMPTY_CELLS

    def indented_code(self, parent: Element, lines: list[str], at: int) -> int:
        """Lines indented by four spaces or more."""
        end = last = at
        while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
            end += 1
            last = end if lines[end - 1].strip() else last
        if last == at:
            return 0
        code = [line[4:] for line in lines[at:last]]
        spare = min((len(line) - len(line.lstrip(" ")) for line in code if line.strip()), default=0)
        self._add_code(parent, [line[min(self.slack, spare) :] for line in code], "")
        return last - at

    def fence(self, parent: Element, lines: list[str], at: int) -> int:
        """Code between fences of backticks or tildes; an unclosed one runs to the end of its container."""
        match = _opens_fence(lines[at])
        if not match:
            return 0
        indent = len(match[1])
        close = re.compile(rf" {{0,3}}{re.escape(match[2][0])}{{{len(match[2])},}}[ \t]*$")
        end = at + 1
        while end < len(lines) and not close.match(lines[end]):
            end += 1
        code = [_dedented(line, indent) for line in lines[at + 1 : end]]
        self._add_code(parent, code, match[3].split()[0] if match[3] else "")
        return min(end + 1, len(lines)) - at

    def heading(self, parent: Element, lines: list[str], at: int) -> int:
        """`# Heading`, with or without closing marks."""
        match = HEADING.match(lines[at])
        if not match:
            return 0
        text = _CLOSING_HASHES.sub("", match[2].strip()).strip()
        SubElement(parent, f"h{len(match[1])}").text = self.lifter.line(text)
        return 1

    def rule(self, parent: Element, lines: list[str], at: int) -> int:
        """Three or more stars, dashes or underscores."""
        if not RULE.match(lines[at]):
            return 0
        SubElement(parent, "hr")
        return 1

    def html(self, parent: Element, lines: list[str], at: int) -> int:
        """A block of raw HTML: to its end tag for `<pre>`, a comment or `<hr>` to its own, others up to a blank."""
        line = lines[at]
        if line.lstrip(" ").startswith("<!--"):
            return self._comment(parent, lines, at)
        verbatim = VERBATIM_OPEN.match(line)
        if verbatim:
            closing = f"</{verbatim[1].lower()}>"
            end = at
            while end < len(lines) and closing not in lines[end].lower():
                end += 1
            end = min(end + 1, len(lines))
        elif _LONE_RULE.match(line):
            end = at + 1
        elif BLOCK_OPEN.match(line):
            end = at
            while end < len(lines) and lines[end].strip():
                end += 1
        else:
            return 0
        raw = "\n".join(lines[at:end])
        raw = raw if verbatim else lift(raw, self.shelf, code=False)
        add_text(parent, self.shelf.keep(allowed(raw), block=True))
        return end - at

    def definition(self, parent: Element, lines: list[str], at: int) -> int:
        """`[label]: address "title"`: kept for the links, shows nothing."""
        match = DEFINITION.match(lines[at])
        if not match or not match[1].strip():
            return 0
        title = html_entities.unescape(match[4][1:-1]) if match[4] else None
        address = match[2] if match[2] is not None else match[3]
        self.md.references.setdefault(label_of(match[1]), (address, title))
        return 1

    def table(self, parent: Element, lines: list[str], at: int) -> int:
        """A header row, a rule of dashes, and rows up to a blank line or another block."""
        columns = _columns(lines, at)
        if not columns:
            return 0
        aligns = [_alignment(cell) for cell in cells(lines[at + 1])]
        table = SubElement(SubElement(parent, "div", {"class": "table-container"}), "table")
        self._row(SubElement(table, "thead"), "th", lines[at], aligns)
        end = at + 2
        body: Element | None = None
        while end < len(lines) and lines[end].strip() and not _ends_table(lines[end]):
            body = SubElement(table, "tbody") if body is None else body
            self._row(body, "td", lines[end], aligns)
            end += 1
        return end - at

    def paragraph(self, parent: Element, lines: list[str], at: int) -> int:
        """Text up to a blank line or another block; underlined, it is a heading."""
        text, used = self.lifter.take(lines, at)
        found = [text]
        end = at + used
        while end < len(lines) and lines[end].strip():
            underline = _UNDERLINE.match(lines[end])
            if underline:
                tag = "h1" if underline[1][0] == "=" else "h2"
                SubElement(parent, tag).text = _lines_joined(found)
                return end + 1 - at
            if interrupts(lines, end):
                break
            text, used = self.lifter.take(lines, end)
            found.append(text)
            end += used
        SubElement(parent, "p").text = _lines_joined(found)
        return end - at

    def _comment(self, parent: Element, lines: list[str], at: int) -> int:
        end = at if self._unclosed is not lines else len(lines)
        while end < len(lines) and "-->" not in lines[end]:
            end += 1
        if end == len(lines):
            self._unclosed = lines
            return 0
        language = _LANGUAGE.search(lines[at])
        if language and language[1]:
            self._all_languages = language[2]
        elif language:
            self._next_language = language[2]
        rest = lines[end][lines[end].index("-->") + 3 :].strip()
        if rest:
            SubElement(parent, "p").text = self.lifter.line(rest)
        return end + 1 - at

    def _add_code(self, parent: Element, lines: list[str], language: str) -> None:
        language = language or self._next_language or self._all_languages
        self._next_language = ""
        source = "\n".join(lines) + "\n" if lines else ""
        begun = time.thread_time()
        html = code_block(source, language, self._seconds)
        self._seconds -= time.thread_time() - begun
        add_text(parent, self.shelf.keep(html, source, block=True))

    def _row(self, parent: Element, tag: str, line: str, aligns: list[str]) -> None:
        row = SubElement(parent, "tr")
        found = cells(self.lifter.row(line, len(aligns)))
        missing = min(len(aligns) - len(found), self._empty_cells)
        self._empty_cells -= max(missing, 0)
        found += [""] * missing
        for align, text in zip(aligns, found, strict=False):
            SubElement(row, tag, {"align": align} if align else {}).text = text


def label_of(text: str) -> str:
    """A link label as it is compared: case and white space do not count."""
    return " ".join(text.split()).casefold()


def add_text(parent: Element, text: str) -> None:
    """Put text after everything that `parent` holds so far."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _opens_fence(line: str) -> re.Match[str] | None:
    match = FENCE.match(line)
    return match if match and (match[2][0] == "~" or "`" not in match[3]) else None


def _dedented(line: str, indent: int) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(indent, spaces) :]


def _columns(lines: list[str], at: int) -> int:
    """How many columns a table that begins at line `at` has; 0 when none begins there."""
    if at + 1 >= len(lines) or "|" not in lines[at] or "-" not in lines[at + 1]:
        return 0
    if not TABLE_RULE.match(lines[at + 1]):
        return 0
    columns = len(cells(lines[at + 1]))
    header = len(cells(lift(lines[at], Shelf())))
    return columns if header == columns and ("|" in lines[at + 1] or columns == 1) else 0


def _alignment(cell: str) -> str:
    left, right = cell.startswith(":"), cell.endswith(":")
    return "center" if left and right else "left" if left else "right" if right else ""


def _ends_table(line: str) -> bool:
    return bool(QUOTE.match(line) or HEADING.match(line) or RULE.match(line) or _opens_fence(line) or ITEM.match(line))


def _lines_joined(lines: list[str]) -> str:
    """A paragraph's lines without indentation; the spaces before a line end stay, they may mean a break."""
    return "\n".join(line.lstrip() for line in lines).rstrip()
