"""Long stretches of pages that are laid out and compressed once, and the pages that are put together of them.

A list of twenty posts is the same for everybody who sees it; what differs is the frame round it. So a page is held as
bytes of its own and finished parts in turn, and its gzip is made of theirs: each was compressed as blocks that refer to
nothing outside (RFC 1951; a full flush ends them at a whole byte), so they may stand anywhere in a stream.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from itertools import count, groupby
from sys import getsizeof
from typing import Any

from geeks.rendering.fragments import Fragments
from geeks.rendering.glyphs import apart, once, sheet_of
from geeks.rendering.images import without_foreign_images
from geeks.rendering.snippets import UNDRAWN

RAW = -zlib.MAX_WBITS  # deflate alone, without the head and tail of zlib
LONG = 16_000  # bytes
BLOCK_LEVEL = 6  # of what is compressed once and shown again
OWN_LEVEL = 1  # of what is one reader's page alone, and of a block that may be out of date before it is shown again
SHOWN_AGAIN = 3
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_LAST = b"\x03\0"  # an empty block that says that no other follows
_POLYNOMIAL = 0xEDB88320  # of CRC-32, its bits reversed
_PLACE = re.compile("<\0(\\d+)>")
_HOLE = re.compile("<\0([a-z]+)>")
SHEET = "<\0sheet>"  # where a page has its sheet of shared outlines
_SHEETS_SIZE = 1024 * 1024
_FRAMES_SIZE = 2 * 1024 * 1024  # a thousand of the stretches between the parts
_MET_SIZE = 1024 * 1024  # as many
_FRAME = 1_000  # bytes; to look a shorter one up takes longer than to compress it


class Block:
    """Bytes that are kept compressed: `crc` is their CRC-32, `size` their number, `digest` stands for all of them."""

    __slots__ = ("_append", "_packed", "_shown", "crc", "digest", "size")

    def __init__(self, content: bytes) -> None:
        self._packed = _pack(content, OWN_LEVEL)
        self._shown = 0
        self.crc, self.size, self.digest = zlib.crc32(content), len(content), sha256(content).digest()
        self._append = _power(self.size)

    @property
    def content(self) -> bytes:
        return zlib.decompressobj(RAW).decompress(self._packed)

    @property
    def packed(self) -> bytes:
        """As it stands in a stream. Where people write, lists are out of date after a page or two, and packing them
        well would take longer than all else of the page."""
        self._shown += 1
        if self._shown == SHOWN_AGAIN:
            self._packed = _pack(self.content, BLOCK_LEVEL)
        return self._packed

    def crc_after(self, crc: int) -> int:
        """The CRC-32 of what has `crc` and this block after it."""
        return _product(self._append, crc) ^ self.crc

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + getsizeof(self._packed) + getsizeof(self.digest)


def _pack(content: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


class Part:
    """A finished stretch of HTML, without the shared outlines of its formulas: `outlines` has these by their ids.
    `undrawn` says that the browser must draw some of its formulas."""

    __slots__ = ("outlines", "stretches", "undrawn")

    def __init__(self, html: str) -> None:
        html, self.outlines = apart(without_foreign_images(html))
        self.undrawn = is_undrawn(html)
        pieces = _HOLE.split(html) if "\0" in html else [html]
        # Bytes, a block where they are many, and the names of holes.
        self.stretches = [piece if number % 2 else stretch(piece.encode()) for number, piece in enumerate(pieces)]

    @classmethod
    def joined(cls, parts: Iterable[Part]) -> Part:
        """One part of several in a row, which have been looked through: the short ones are compressed together."""
        whole = cls("")
        stretches: list[Any] = []
        for part in parts:
            whole.outlines |= part.outlines
            whole.undrawn = whole.undrawn or part.undrawn
            stretches += part.stretches
        whole.stretches = []
        for short, group in groupby(stretches, key=lambda one: isinstance(one, bytes)):
            some = list(group)
            whole.stretches += [stretch(b"".join(some))] if short else some
        return whole

    @property
    def has_blocks(self) -> bool:
        return any(isinstance(one, Block) for one in self.stretches)

    def filled(self, fill: Callable[[str], str]) -> list[bytes | Block]:
        """Its stretches with what belongs into the holes."""
        return [fill(one).encode() if isinstance(one, str) else one for one in self.stretches]

    def __sizeof__(self) -> int:
        glyphs = sum(getsizeof(text) + 150 for text in self.outlines.values())
        return object.__sizeof__(self) + glyphs + sum(map(getsizeof, self.stretches))


def stretch(content: bytes, least: int = LONG) -> bytes | Block:
    """Compressed where it is long: short ones together are smaller when they are compressed together."""
    return Block(content) if len(content) >= least else content


_sheets: Fragments[bytes | Block] = Fragments(_SHEETS_SIZE)
_frames: Fragments[Block] = Fragments(_FRAMES_SIZE)
_met: Fragments[count[int]] = Fragments(_MET_SIZE)  # how often a frame has been there, by its digest


class Woven:
    """A page as stretches of bytes and compressed blocks."""

    __slots__ = ("stretches",)

    def __init__(self, stretches: list[bytes | Block]) -> None:
        self.stretches = stretches

    @property
    def has_blocks(self) -> bool:
        return any(isinstance(one, Block) for one in self.stretches)

    @property
    def size(self) -> int:
        """Bytes of the page."""
        return sum(one.size if isinstance(one, Block) else len(one) for one in self.stretches)

    @property
    def content(self) -> bytes:
        return b"".join(one.content if isinstance(one, Block) else one for one in self.stretches)

    @property
    def mark(self) -> str:
        """Other pages have another one: 32 hexadecimal digits."""
        whole = sha256()
        for one in self.stretches:
            # With its length before it, so that nobody's words come out as the digest of a block.
            whole.update(b"block " + one.digest if isinstance(one, Block) else b"%d " % len(one) + one)
        return whole.hexdigest()[:32]

    def gzipped(self) -> bytes:
        """The page as gzip (RFC 1952), the blocks as they were compressed before."""
        packed, crc = [_GZIP_HEAD], 0
        for between, group in groupby(self.stretches, key=lambda one: not isinstance(one, Block)):
            if between:
                own = b"".join(group)  # type: ignore[arg-type]
                packed.append(_pack(own, OWN_LEVEL))
                crc = zlib.crc32(own, crc)
                continue
            for block in group:
                packed.append(block.packed)  # type: ignore[union-attr]
                crc = block.crc_after(crc)  # type: ignore[union-attr]
        packed += [_LAST, struct.pack("<LL", crc, self.size & 0xFFFFFFFF)]
        return b"".join(packed)


def placed(number: int) -> str:
    """What stands in a page being laid out where its part of this number will be. Nobody can write it: a "<" of a
    person's is escaped wherever it is text, and no NUL is stored."""
    return f"<\0{number}>"


def hole(name: str) -> str:
    """What stands where each page gets something of its own; `name` is of small letters."""
    return f"<\0{name}>"


def woven(page: str, parts: list[Part], fill: Callable[[str], str], finish: Callable[[str], str]) -> Woven:
    """The page with its parts in their places, its holes filled (`fill` knows by their names what with), each outline
    of a glyph once, and no image that another site would be asked for. `finish` gets its beginning where the browser
    must draw formulas."""
    pieces = _PLACE.split(page)
    owns, used = pieces[::2], [parts[int(number)] for number in pieces[1::2]]
    outlines: dict[str, str] = {}
    for part in used:
        outlines |= part.outlines
    seen = set(outlines)
    owns = [without_foreign_images(once(own, seen)) for own in owns]
    if any(part.undrawn for part in used) or any(map(is_undrawn, owns)):
        owns[0] = finish(owns[0])
    before, _, owns[0] = owns[0].rpartition(SHEET)
    # Beside a compressed block the rest is compressed in the same way: the same page mostly has the same frame.
    own, least = (_framed, _FRAME) if any(part.has_blocks for part in used) else (_without_holes, LONG)
    stretches: list[bytes | Block] = [own(before, fill), _sheet(outlines, least)]
    for number, text in enumerate(owns):
        stretches.append(own(text, fill))
        stretches += used[number].filled(fill) if number < len(used) else []
    made = Woven([one for one in stretches if one != b""])
    return made if made.has_blocks else Woven([made.content])


def _sheet(outlines: dict[str, str], least: int) -> bytes | Block:
    """The same glyphs make the same sheet: their ids come from what they draw."""
    return _sheets.get((least, frozenset(outlines)), lambda: stretch(sheet_of(outlines).encode(), least))


def _framed(own: str, fill: Callable[[str], str]) -> bytes | Block:
    """What stands between two parts: the same for the next one who gets this page, unless it has holes. It becomes a
    block when it comes again, for after a change it often does not."""
    content = own.encode()
    if len(content) < _FRAME or "\0" in own:
        return _without_holes(own, fill)
    digest = sha256(content).digest()
    times = next(_met.get(digest, count))
    return _frames.get(digest, lambda: Block(content)) if times else content


def is_undrawn(html: str) -> bool:
    return any(mark in html for mark in UNDRAWN)


def _without_holes(own: str, fill: Callable[[str], str]) -> bytes:
    return (_HOLE.sub(lambda found: fill(found[1]), own) if "\0" in own else own).encode()


def _product(a: int, b: int) -> int:
    """Of two polynomials modulo that of CRC-32, as zlib has it (`multmodp` of its crc32.c): what brings a CRC behind
    further bytes. Python has it from 3.15 on."""
    product, bit = 0, 1 << 31
    while a:
        if a & bit:
            product ^= b
            a ^= bit
        bit >>= 1
        b = b >> 1 ^ _POLYNOMIAL if b & 1 else b >> 1
    return product


def _power(size: int) -> int:
    """x to the number of bits in so many bytes, modulo the polynomial of CRC-32."""
    power = 1 << 31  # x⁰
    for bit in range(size.bit_length()):
        if size >> bit & 1:
            power = _product(_square(bit), power)
    return power


@cache
def _square(times: int) -> int:
    """x⁸ squared so many times."""
    return 1 << 23 if times == 0 else _product(_square(times - 1), _square(times - 1))
