"""The rows of one XML file, streamed with flat memory by expat: a row is the attributes of one `<row …/>`.

A dump has no document type, so one is refused whole, and with it every entity, near or far. Characters that XML forbids
and some dumps hold all the same (U+0008 in a title) are left out, so that they do not cost the file.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from geeks.dumps.stackexchange import FILES, DumpError

LONGEST = 8 * 1024 * 1024  # bytes of one row; a long post with all its markup has some hundred thousand

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
# References to what no XML document may hold: controls, halves of surrogate pairs, U+FFFE and U+FFFF.
_FORBIDDEN = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));"
)
_LONGEST_REFERENCE = 16

Row = dict[str, str]


def rows(chunks: Iterable[bytes], name: str) -> Iterator[Row]:
    """The rows of the file `name` (a key of FILES), in order. Raises DumpError, with the row, where it breaks off;
    what stands before that has been given by then. An element that is no row is one without attributes."""
    reader = _Reader(name)
    for chunk in itertools.chain(_without_controls(chunks), (None,)):
        problem = reader.take(chunk)
        yield from reader.found
        if problem:
            raise problem


class _Reader:
    def __init__(self, name: str) -> None:
        self.name, self.root = name, FILES[name]
        self.depth = self.done = self.silent = 0
        self.found: list[Row] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse

    def take(self, chunk: bytes | None) -> DumpError | None:
        """Read on (None: the end); `found` holds the rows that are complete now. Returns what is wrong after them."""
        self.found = []
        try:
            self.parser.Parse(chunk or b"", chunk is None)
        except expat.ExpatError as error:
            return self._broken(error, chunk is None)
        except DumpError as error:
            return error
        self.done += len(self.found)
        self.silent = 0 if self.found else self.silent + len(chunk or b"")
        if self.silent > LONGEST:
            return DumpError(f"{self.name}: row {self.done + 1:,} is longer than {LONGEST // 2**20} MB.")
        return None

    def _start(self, name: str, attributes: Row) -> None:
        self.depth += 1
        if self.depth == 2:
            self.found.append(attributes if name == "row" else {})
        elif self.depth == 1 and name.lower() != self.root:
            raise DumpError(f"{self.name} is not what it is called: it begins with <{name[:40]}>, not <{self.root}>.")
        elif self.depth > 2:
            raise DumpError(f"{self.name}: row {self.done + len(self.found):,} holds elements; in a dump it does not.")

    def _end(self, name: str) -> None:
        self.depth -= 1

    def _refuse(self, *declared: object) -> None:
        raise DumpError(f"{self.name} declares a document type (and with it entities); no dump does, so it is refused.")

    def _broken(self, error: expat.ExpatError, at_end: bool) -> DumpError:
        row = self.done + len(self.found)
        if at_end and not row and not self.depth:
            return DumpError(f"{self.name} is empty or no XML: it must begin with <{self.root}>.")
        if at_end:
            return DumpError(f"{self.name} breaks off after row {row:,}.")
        return DumpError(
            f"{self.name} is damaged after row {row:,} (line {error.lineno:,}: {expat.ErrorString(error.code)})."
        )


def _without_controls(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks without forbidden characters, cut so that no reference to one falls in two."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk.translate(None, _CONTROLS)
        cut = text.rfind(b"&", -_LONGEST_REFERENCE)
        cut = len(text) if cut < 0 or b";" in text[cut:] else cut
        text, rest = text[:cut], text[cut:]
        yield _FORBIDDEN.sub(b"", text)
    if rest:
        yield rest
