"""Opens a dump, whatever its form: a folder or an archive, told apart by its first bytes."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from geeks.dumps.stackexchange import DumpError
from geeks.dumps.stackexchange.sevenzip import SevenZip
from geeks.dumps.stackexchange.source import CHUNK, Meter, Source, explained
from geeks.dumps.stackexchange.tarred import COMPRESSIONS, Tar

SMALL = 4 * 1024  # bytes, the least that zipfile reads; they unpack to 30 MB (LZMA) or 80 MB (bzip2) at most


def open_dump(path: Path) -> Source:
    """The dump at `path`: a folder, a .7z, .zip or .tar(.xz, .gz, .bz2). Raises DumpError with one clear line."""
    if path.is_dir():
        return Folder(path)
    if not path.is_file():
        raise DumpError(f"There is no file or folder {path}.")
    with explained(path), path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise DumpError(f"{path.name} is empty.")
    for magic, kind in KINDS:
        if head.startswith(magic):
            return kind(path)
    if head[257:262] == b"ustar":
        return Tar(path)
    raise DumpError(f"{path.name} is no dump: give a folder of XML files, a .7z, a .zip or a .tar (.xz, .gz, .bz2).")


class Folder(Source):
    """Files side by side in one folder."""

    def _list(self) -> list[str]:
        return sorted(entry.name for entry in self.path.iterdir() if entry.is_file())

    def _read(self, member: str) -> Iterator[bytes]:
        with (self.path / member).open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece


class Zip(Source):
    def _list(self) -> list[str]:
        with zipfile.ZipFile(self.path) as archive:
            entries = archive.infolist()
        for entry in entries:
            if entry.flag_bits & 1:
                raise DumpError(f"{self.path.name} is encrypted; unpack it first.")
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise DumpError(f"{self.path.name} holds a link, {entry.filename!r}; a dump has plain files only.")
        return [entry.filename for entry in entries if not entry.is_dir()]

    def _read(self, member: str) -> Iterator[bytes]:
        meter = Meter(self.path)
        with zipfile.ZipFile(self.path) as archive, archive.open(member) as file:
            # Only from these two Python takes no more at once than was asked for: it reads so many bytes of the
            # others, and unpacks them whole.
            streamed = archive.getinfo(member).compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            while piece := file.read(CHUNK if streamed else SMALL):
                meter.add(len(piece))
                yield piece


KINDS: tuple[tuple[bytes, type[Source]], ...] = (
    (b"7z\xbc\xaf\x27\x1c", SevenZip),
    (b"PK\x03\x04", Zip),
    (b"PK\x05\x06", Zip),  # an empty one
    *((magic, Tar) for magic, _ in COMPRESSIONS),
)
