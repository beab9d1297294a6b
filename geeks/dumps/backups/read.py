"""Reads a backup: what it says of itself, and whether every byte is what was written."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from geeks.dumps.backups import FORM, MANIFEST, MEDIA, TABLES, BackupError

CHUNK = 1024 * 1024


class Backup:
    """An open backup. Raises BackupError when the file is none, or was made by a newer version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)
            self.manifest: dict[str, Any] = json.loads(self._archive.read(MANIFEST))
            form = int(self.manifest["form"])
            self.members: dict[str, dict[str, Any]] = dict(self.manifest["members"])
        except FileNotFoundError:
            raise BackupError(f"There is no file {path}.") from None
        except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, OSError) as error:
            raise BackupError(f"{path} is no whole backup of this site ({error}). Copy it anew.") from None
        if form > FORM:
            raise BackupError(f"{path} was made by a newer version of the site. Update this one, then restore it.")

    def __enter__(self) -> Backup:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    @property
    def migrations(self) -> set[tuple[str, str]]:
        """What had been applied to the database, as (app, name)."""
        return {(app, name) for app, name in self.manifest["migrations"]}

    @property
    def rows(self) -> int:
        return sum(int(member.get("rows", 0)) for member in self.members.values())

    def prove(self) -> None:
        """Read everything once. Raises BackupError naming what differs from what was written."""
        present = set(self._archive.namelist()) - {MANIFEST}
        if present != set(self.members):
            odd = sorted(present ^ set(self.members))
            raise BackupError(f"{self.path} has other parts than it lists, such as {odd[0]}. Copy it anew.")
        for name, member in self.members.items():
            _demand_inside(name)
            digest = hashlib.sha256()
            try:
                with self._archive.open(name) as file:
                    while chunk := file.read(CHUNK):
                        digest.update(chunk)
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
                raise BackupError(f"{self.path} is damaged at {name} ({error}). Copy it anew.") from None
            if digest.hexdigest() != member["sha256"]:
                raise BackupError(f"{self.path} is damaged: {name} is not what was written. Copy it anew.")

    def lines(self, table: str) -> Iterator[str] | None:
        """The JSON lines of a table, None when the backup has no such table."""
        name = f"{TABLES}{table}.jsonl"
        return self._lines(name) if name in self.members else None

    def _lines(self, name: str) -> Iterator[str]:
        with self._archive.open(name) as file:
            for line in file:
                yield line.decode("utf-8", "surrogatepass")

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Path below the media folder, and content."""
        for name in self.members:
            if name.startswith(MEDIA):
                yield name.removeprefix(MEDIA), self._archive.read(name)


def _demand_inside(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not name.startswith((MEDIA, TABLES)):
        raise BackupError(f"The backup names the file {name[:80]}, which would lie outside the site's folder.")
