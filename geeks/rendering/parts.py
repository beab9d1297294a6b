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
from hashlib import sha256

from geeks.rendering.glyphs import once, outlines_of
from geeks.rendering.images import without_foreign_images
from geeks.rendering.snippets import UNDRAWN

RAW = -zlib.MAX_WBITS  # deflate alone, without the head and tail of zlib
PART_LEVEL = 6  # of a part, which is compressed once
OWN_LEVEL = 1  # of what is one reader's page alone
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_POLYNOMIAL = 0xEDB88320  # of CRC-32, its bits reversed
_PLACE = re.compile("<\0(\\d+)>")
_HOLE = re.compile("<\0([a-z]+)>")


class Part:
    """A finished stretch of HTML. `outlines` are the ids of glyphs that it brings, `undrawn` says that the browser must
    draw some of its formulas; `crc` is its CRC-32, `size` its bytes, `digest` stands for all of it."""

    __slots__ = ("_append", "crc", "digest", "outlines", "packed", "size", "undrawn")

    def __init__(self, html: str) -> None:
        html = without_foreign_images(once(html))
        content = html.encode()
        packer = zlib.compressobj(PART_LEVEL, zlib.DEFLATED, RAW)
        self.packed = packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
        self.crc, self.size, self.digest = zlib.crc32(content), len(content), sha256(content).digest()
        self.outlines = frozenset(outlines_of(html))
        self.undrawn = is_undrawn(html)
        self._append = _power(self.size)

    @property
    def content(self) -> bytes:
        return zlib.decompressobj(RAW).decompress(self.packed)

    def crc_after(self, crc: int) -> int:
        """The CRC-32 of what has `crc` and this part after it."""
        return _product(self._append, crc) ^ self.crc

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + len(self.packed) + 100 * len(self.outlines)


class Woven:
    """A page as stretches of bytes and parts."""

    __slots__ = ("stretches",)

    def __init__(self, stretches: list[bytes | Part]) -> None:
        self.stretches = stretches

    @property
    def parts(self) -> list[Part]:
        return [stretch for stretch in self.stretches if isinstance(stretch, Part)]

    @property
    def size(self) -> int:
        """Bytes of the page."""
        return sum(one.size if isinstance(one, Part) else len(one) for one in self.stretches)

    @property
    def content(self) -> bytes:
        return b"".join(one.content if isinstance(one, Part) else one for one in self.stretches)

    @property
    def mark(self) -> str:
        """Other pages have another one: 32 hexadecimal digits."""
        whole = sha256()
        for one in self.stretches:
            # With its length before it, so that nobody's words come out as the digest of a part.
            whole.update(b"part " + one.digest if isinstance(one, Part) else b"%d " % len(one) + one)
        return whole.hexdigest()[:32]

    def gzipped(self) -> bytes:
        """The page as gzip (RFC 1952), the parts as they were compressed before."""
        packer = zlib.compressobj(OWN_LEVEL, zlib.DEFLATED, RAW)
        packed, crc = [_GZIP_HEAD], 0
        for one in self.stretches:
            if isinstance(one, Part):
                # Nothing after the part may refer to what stands before it: its place in the stream is not known here.
                packed += [packer.flush(zlib.Z_FULL_FLUSH), one.packed]
                crc = one.crc_after(crc)
            else:
                packed.append(packer.compress(one))
                crc = zlib.crc32(one, crc)
        packed += [packer.flush(zlib.Z_FINISH), struct.pack("<LL", crc, self.size & 0xFFFFFFFF)]
        return b"".join(packed)


def placed(number: int) -> str:
    """What stands in a page being laid out where its part of this number will be. Nobody can write it: a "<" of a
    person's is escaped wherever it is text, and no NUL is stored."""
    return f"<\0{number}>"


def hole(name: str) -> str:
    """What stands where each page gets something of its own; `name` is of small letters."""
    return f"<\0{name}>"


def woven(page: str, parts: list[Part], filled: Callable[[str], str], finish: Callable[[str], str]) -> Woven:
    """The page with its parts in their places, its holes `filled` (by their names), each outline of a glyph once, and
    no image that another site would be asked for. `finish` gets its beginning where the browser must draw formulas."""
    pieces = _PLACE.split(page)
    owns, used = pieces[::2], [parts[int(number)] for number in pieces[1::2]]
    undrawn = any(part.undrawn for part in used) or any(map(is_undrawn, owns))
    if not _apart(used):
        owns, used = [_joined(owns, used)], []
    seen = {outline for part in used for outline in part.outlines}
    owns = [without_foreign_images(once(_without_holes(own, filled), seen)) for own in owns]
    if undrawn:
        owns[0] = finish(owns[0])
    stretches: list[bytes | Part] = [owns[0].encode()]
    for part, own in zip(used, owns[1:], strict=True):
        stretches += [part, own.encode()]
    return Woven(stretches)


def is_undrawn(html: str) -> bool:
    return any(mark in html for mark in UNDRAWN)


def _apart(parts: Iterable[Part]) -> bool:
    """Whether no outline comes with two of them."""
    seen: set[str] = set()
    for part in parts:
        if not seen.isdisjoint(part.outlines):
            return False
        seen |= part.outlines
    return True


def _joined(owns: list[str], parts: list[Part]) -> str:
    texts = (part.content.decode() for part in parts)
    return owns[0] + "".join(text + own for text, own in zip(texts, owns[1:], strict=True))


def _without_holes(own: str, filled: Callable[[str], str]) -> str:
    return _HOLE.sub(lambda found: filled(found[1]), own) if "<\0" in own else own


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
    power, square = 1 << 31, 1 << 23  # x⁰, and x⁸ for one byte
    while size:
        if size & 1:
            power = _product(square, power)
        square, size = _product(square, square), size >> 1
    return power
