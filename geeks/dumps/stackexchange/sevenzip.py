"""Dumps as .7z, the form in which Stack Exchange hands them out, read by py7zr."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import py7zr
from py7zr.io import Py7zIO, WriterFactory

from geeks.dumps.stackexchange import DumpError
from geeks.dumps.stackexchange.source import CHUNK, Meter, Source

MOST_ENTRIES = 1_000


class SevenZip(Source):
    def _list(self) -> list[str]:
        with py7zr.SevenZipFile(self.path) as archive:
            entries = archive.files
            if len(entries) > MOST_ENTRIES:
                raise DumpError(f"{self.path.name} holds more than {MOST_ENTRIES:,} files; a dump has eight.")
            for entry in entries:
                if entry.is_symlink or entry.is_junction:
                    raise DumpError(f"{self.path.name} holds a link, {entry.filename!r}; a dump has plain files only.")
            return [entry.filename for entry in entries if not entry.is_directory]

    def _read(self, member: str) -> Iterator[bytes]:
        """py7zr pushes, readers pull: it works in a thread of its own, a few pieces ahead."""
        pieces: queue.Queue[Any] = queue.Queue(maxsize=4)
        stop = threading.Event()

        def take(_: str, piece: bytes) -> None:
            while not stop.is_set():
                try:
                    return pieces.put(piece, timeout=0.2)
                except queue.Full:
                    continue
            raise _Stopped

        def unpack() -> None:
            try:
                self._extract([member], take)
                take("", b"")
            except _Stopped:
                return
            except BaseException as error:  # raised again where the pieces are read
                pieces.put(error)

        thread = threading.Thread(target=unpack, daemon=True)
        thread.start()
        try:
            while piece := pieces.get():
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            stop.set()
            while not pieces.empty():
                pieces.get_nowait()
            thread.join()

    def _read_all(self, look: Callable[[str, bytes], None]) -> None:
        names = {member: name for name, member in self.where.items()}
        self._extract(list(names), lambda member, piece: look(names[member], piece))

    def _extract(self, members: list[str], take: Callable[[str, bytes], None]) -> None:
        with py7zr.SevenZipFile(self.path) as archive:
            archive.extract(targets=members, factory=_Takers(take, Meter(self.path)))


class _Stopped(Exception):
    """The reader has gone; the unpacking thread may end."""


class _Takers(WriterFactory):
    """Makes what py7zr writes a file into."""

    def __init__(self, take: Callable[[str, bytes], None], meter: Meter) -> None:
        self.take, self.meter = take, meter

    def create(self, filename: str) -> Py7zIO:
        return _Taker(filename, self)


class _Taker(Py7zIO):
    def __init__(self, name: str, home: _Takers) -> None:
        self.name, self.home = name, home

    def write(self, s: bytes | bytearray) -> int:
        self.home.meter.add(len(s))
        for start in range(0, len(s), CHUNK):
            self.home.take(self.name, bytes(s[start : start + CHUNK]))
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None: ...

    def size(self) -> int:
        return 0
