"""Reads a backup: what it says of itself, and whether every byte is what was written."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geeks.dumps.backups import FORM, MANIFEST, MEDIA, TABLES, BackupError
from geeks.dumps.backups.journal import is_own

CHUNK = 1024 * 1024
LONGEST = 64 * CHUNK  # bytes of one row, or of the manifest; a long text has some hundred thousand
# Real backups unpack to 3 to 20 times their size. Beyond the floor, more than this is a bomb.
MOST_RATIO = 250
FLOOR = 64 * CHUNK
# What is written here. Python unpacks others without a bound on what comes out at once.
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What reading a damaged or hostile archive or text raises.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, RecursionError),
    *(KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError),
)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TABLE = re.compile(re.escape(TABLES) + r"[A-Za-z0-9_]{1,63}\.jsonl")
_LONGEST_PART, _LONGEST_NAME = 255, 1_000  # bytes; file systems take no longer ones


class Backup:
    """An open backup. Raises BackupError when the file is none, or was made by a newer version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise BackupError(f"There is no file {path}.") from None
        except BROKEN as error:
            raise self._not_whole(error) from None
        try:
            self._demand_plain()
            with self._archive.open(MANIFEST) as file:
                manifest: dict[str, Any] = json.loads(file.read(LONGEST))
            form = int(manifest["form"])
            if form <= FORM:
                self.migrations = _migrations(manifest["migrations"])
                self.members = _members(manifest["members"])
        except BROKEN as error:
            self._archive.close()
            raise self._not_whole(error) from None
        except BackupError:
            self._archive.close()
            raise
        if form > FORM:
            self._archive.close()
            raise BackupError(f"{path} was made by a newer version of the site. Update this one, then restore it.")

    def __enter__(self) -> Backup:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def prove(self) -> None:
        """Read everything once. Raises BackupError naming what differs from what was written."""
        present = set(self._archive.namelist()) - {MANIFEST}
        if present != set(self.members):
            odd = sorted(present ^ set(self.members))
            raise BackupError(f"{self.path} has other parts than it lists, such as {odd[0][:80]!r}. Copy it anew.")
        _demand_names(self.members)
        for name, digest in self.members.items():
            found = hashlib.sha256()
            try:
                for chunk in self._chunks(name):
                    found.update(chunk)
            except BROKEN as error:
                raise BackupError(f"{self.path} is damaged at {name} ({_words(error)}). Copy it anew.") from None
            if found.hexdigest() != digest:
                raise BackupError(f"{self.path} is damaged: {name} is not what was written. Copy it anew.")

    @property
    def tables(self) -> set[str]:
        """The names of the tables in it."""
        return {name.removeprefix(TABLES).removesuffix(".jsonl") for name in self.members if name.startswith(TABLES)}

    def lines(self, table: str) -> Iterator[bytes]:
        """The JSON lines of a table. Raises BackupError."""
        try:
            with self._archive.open(f"{TABLES}{table}.jsonl") as file:
                while line := file.readline(LONGEST + 1):
                    if len(line) > LONGEST:
                        raise BackupError(f"{self.path}: a row of {table} is longer than {LONGEST // CHUNK} MB.")
                    yield line
        except BROKEN as error:
            raise self._not_whole(error) from None

    @property
    def pictures(self) -> dict[str, str]:
        """Path below the media folder -> SHA-256. Without what an older version took along of a killed restore."""
        return {
            name.removeprefix(MEDIA): digest
            for name, digest in self.members.items()
            if name.startswith(MEDIA) and not is_own(name)
        }

    def picture(self, name: str) -> Iterator[bytes]:
        """The content of a picture, piece by piece."""
        return self._chunks(f"{MEDIA}{name}")

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._archive.open(name) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def _demand_plain(self) -> None:
        entries = self._archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise BackupError(f"{self.path} is encrypted; a backup of this site is not.")
        if any(entry.compress_type not in COMPRESSIONS for entry in entries):
            raise BackupError(f"{self.path} is compressed in a way that no backup of this site is.")
        if sum(entry.file_size for entry in entries) > max(FLOOR, MOST_RATIO * self.path.stat().st_size):
            raise BackupError(f"{self.path} unpacks to more than {MOST_RATIO} times its size: that is no backup.")

    def _not_whole(self, error: BaseException) -> BackupError:
        return BackupError(f"{self.path} is no whole backup of this site ({_words(error)}). Copy it anew.")


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _migrations(given: Any) -> set[tuple[str, str]]:
    """What had been applied to the database, as (app, name)."""
    found = {(app, name) for app, name in given}
    if not found or not all(isinstance(text, str) for pair in found for text in pair):
        raise ValueError("it does not say of which version its database is")
    return found


def _members(given: dict[str, Any]) -> dict[str, str]:
    """Name -> SHA-256."""
    digests = {name: member["sha256"] for name, member in given.items()}
    for name, digest in digests.items():
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise ValueError(f"it gives no SHA-256 of {name[:80]!r}")
    return digests


def _demand_names(names: dict[str, str]) -> None:
    """Only tables, and files that can be written side by side inside the media folder."""
    for name in names:
        parts = name.split("/")
        if not (_TABLE.fullmatch(name) or parts[0] + "/" == MEDIA and len(parts) > 1 and all(map(_plain, parts))):
            raise BackupError(f"The backup names the file {name[:80]!r}, which would lie outside the site's folder.")
        if len(name.encode()) > _LONGEST_NAME or any(len(part.encode()) > _LONGEST_PART for part in parts):
            raise BackupError(f"The backup names a file whose name is too long, {name[:80]!r}.")
        for length in range(1, len(parts)):
            if (folder := "/".join(parts[:length])) in names:
                raise BackupError(f"The backup names {folder[:80]!r} both as a file and as a folder.")


def _plain(part: str) -> bool:
    return part not in ("", ".", "..") and not re.search(r"\\|\0|^[A-Za-z]:", part)
