"""What every form of a dump has in common: its files by name, read as streams that are never unpacked to disk.

Nothing an archive says of itself is believed: paths, links and encryption are refused by name, sizes by counting what
really comes out. `survey` reads everything once, so that a damaged archive is refused before anything is stored.
"""

from __future__ import annotations

import lzma
import re
import tarfile
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError

from geeks.dumps.stackexchange import FILES, DumpError

CHUNK = 256 * 1024  # bytes handed on at a time
# Real dumps unpack to 5 to 30 times their size. Beyond the floor, more than this is a bomb.
MOST_RATIO = 250
FLOOR = 64 * 1024 * 1024

# What the libraries raise at damaged or hostile archives: py7zr parses headers with no check of its own, so that any of
# Python's errors may come out of it.
BROKEN = (
    *(EOFError, OSError, MemoryError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError),
    *(NotImplementedError, RuntimeError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, tarfile.TarError),
    *(ArchiveError, UnsupportedCompressionMethodError),
)
_ID = re.compile(rb'<row Id="(\d{1,10})"')
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_ARCHIVE_ENDS = re.compile(r"\.(?:7z|zip|tar|tgz|tbz2?|txz|tar\.(?:xz|gz|bz2))$", re.IGNORECASE)


class Source(ABC):
    """A dump's files by their names in FILES. `where` holds each file's path, `host` the site's name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where: dict[str, str] = {}
        self.highest: dict[str, int] = {}
        with explained(path):
            names = self._list()
        folders = set()
        for name in names:
            pure = _checked(name, path)
            canonical = next((known for known in FILES if known.lower() == pure.name.lower()), "")
            if canonical:
                if canonical in self.where:
                    raise DumpError(f"{path.name} holds {canonical} twice: {self.where[canonical]} and {name}.")
                self.where[canonical] = name
                folders.add(pure.parent)
        if len(folders) > 1:
            raise DumpError(f"{path.name} holds more than one site: {', '.join(sorted(map(str, folders)))}.")
        if not self.where:
            raise DumpError(f"{path.name} holds none of the files of a dump ({', '.join(FILES)}).")
        inner = folders.pop().name.lower()
        own = _ARCHIVE_ENDS.sub("", path.resolve().name).lower()
        self.host = inner if _HOST.fullmatch(inner) else own

    def survey(self, report: Callable[[int], None] = lambda size: None) -> dict[str, int]:
        """Read everything once: the number of rows of each file, about, and into `highest` the highest number given in
        it. Raises DumpError when anything is damaged."""
        rows = dict.fromkeys(self.where, 0)
        ends = dict.fromkeys(self.where, b"")
        self.highest = dict.fromkeys(self.where, 0)

        def look(name: str, chunk: bytes) -> None:
            text = ends[name] + chunk
            rows[name] += text.count(b"<row") - ends[name].count(b"<row")
            ids = map(int, _ID.findall(text))
            self.highest[name] = max(self.highest[name], max(ids, default=0))
            ends[name] = text[-24:]
            report(len(chunk))

        with explained(self.path):
            self._read_all(look)
        return rows

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one file, piece by piece; close it to stop early. Raises DumpError where the file breaks off."""
        with closing(self._read(self.where[name])) as pieces:
            while True:
                with explained(self.path):  # and nothing that happens where the pieces go
                    piece = next(pieces, None)
                if piece is None:
                    return
                yield piece

    @abstractmethod
    def _list(self) -> list[str]:
        """All paths in it, as written; refuses what is no plain file."""

    @abstractmethod
    def _read(self, member: str) -> Any: ...

    def _read_all(self, look: Callable[[str, bytes], None]) -> None:
        for name, member in self.where.items():
            with closing(self._read(member)) as pieces:
                for piece in pieces:
                    look(name, piece)


class Meter:
    """Counts what comes out of an archive against what went in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.most = max(FLOOR, path.stat().st_size * MOST_RATIO)
        self.seen = 0

    def add(self, size: int) -> None:
        self.seen += size
        if self.seen > self.most:
            raise DumpError(
                f"{self.path.name} unpacks to more than {MOST_RATIO} times its size: that is no dump. "
                "If it is one, unpack it yourself and give the folder."
            )


def _checked(name: str, path: Path) -> PurePosixPath:
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or re.match("[A-Za-z]:", name) or "\0" in name:
        raise DumpError(f"{path.name} holds a path that leads elsewhere, {name[:100]!r}: it is not unpacked.")
    return pure


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Whatever a library says of a broken archive, in one line."""
    try:
        yield
    except DumpError:
        raise
    except PasswordRequired:
        raise DumpError(f"{path.name} is encrypted; unpack it first.") from None
    except PermissionError:
        raise DumpError(f"{path} may not be read by this user.") from None
    except BROKEN as error:
        words = " ".join(str(error).split())[:200]
        raise DumpError(
            f"{path.name} is cut off or damaged ({type(error).__name__}{f': {words}' * bool(words)})."
        ) from None
