"""Dumps as .tar, also compressed: read from front to back, for a compressed tar has no list of its entries."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from geeks.dumps.stackexchange import DumpError
from geeks.dumps.stackexchange.source import CHUNK, Meter, Source

MOST_ENTRIES = 1_000
LONGEST_HEADER = 1024 * 1024  # of one entry

COMPRESSIONS: tuple[tuple[bytes, Callable[[Any], Any]], ...] = (
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
)


class Tar(Source):
    def _list(self) -> list[str]:
        names = []
        with self._opened() as archive:
            for entry in archive:
                if entry.issym() or entry.islnk():
                    raise DumpError(f"{self.path.name} holds a link, {entry.name!r}; a dump has plain files only.")
                if entry.isreg() and not entry.issparse():
                    names.append(entry.name)
                elif not entry.isdir():
                    raise DumpError(f"{self.path.name} holds {entry.name!r}, which is no plain file.")
                if len(names) > MOST_ENTRIES:
                    raise DumpError(f"{self.path.name} holds more than {MOST_ENTRIES:,} files; a dump has eight.")
                archive.members = []  # it would remember every entry
            while archive.fileobj.read(CHUNK):  # to the checksum at the very end
                continue
        return names

    def _read(self, member: str) -> Iterator[bytes]:
        with self._opened() as archive:
            for entry in archive:
                if entry.name == member:
                    yield from _pieces(archive.extractfile(entry))
                    return
                archive.members = []

    def _read_all(self, look: Callable[[str, bytes], None]) -> None:
        names = {member: name for name, member in self.where.items()}
        with self._opened() as archive:
            for entry in archive:
                if entry.name in names:
                    for piece in _pieces(archive.extractfile(entry)):
                        look(names[entry.name], piece)
                archive.members = []

    @contextmanager
    def _opened(self) -> Iterator[tarfile.TarFile]:
        with self.path.open("rb") as packed:
            head = packed.read(6)
            packed.seek(0)
            file: Any = packed
            for magic, opener in COMPRESSIONS:
                if head.startswith(magic):
                    file = opener(packed)
            with file, tarfile.open(fileobj=_Forward(file, Meter(self.path)), mode="r:") as archive:
                yield archive


class _Forward:
    """A decompressed stream as tarfile wants it: it may skip ahead, never back, and reads no huge header."""

    def __init__(self, file: IO[bytes], meter: Meter) -> None:
        self.file, self.meter, self.at = file, meter, 0

    def tell(self) -> int:
        return self.at

    def seek(self, place: int) -> int:
        while self.at < place:
            if not self.read(min(CHUNK, place - self.at)):
                break
        if self.at > place:
            raise DumpError(f"{self.meter.path.name} is damaged: its entries overlap.")
        return self.at

    def read(self, size: int) -> bytes:
        if size > LONGEST_HEADER:
            raise DumpError(f"{self.meter.path.name} is damaged or hostile: an entry has a header of {size:,} bytes.")
        piece = self.file.read(size)
        self.at += len(piece)
        self.meter.add(len(piece))
        return piece


def _pieces(file: IO[bytes] | None) -> Iterator[bytes]:
    while piece := file.read(CHUNK) if file else b"":
        yield piece
