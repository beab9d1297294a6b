"""Puts the pictures of a backup in their place, and takes them away again when the rest of the restore fails."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import Error

from geeks.dumps.backups import BackupError, journal
from geeks.dumps.backups.read import Backup


class Pictures:
    """Entered, it has looked at every place; left by an error, all is as it was. Left well, the pictures are there, and
    `journal.settle` takes away what they replaced."""

    def __init__(self, backup: Backup) -> None:
        self.backup = backup
        self.folder = Path(settings.MEDIA_ROOT)
        self._begun = False

    def __enter__(self) -> Pictures:
        journal.settle(self.folder)
        for name in self.backup.pictures:
            self._demand_place(name)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None and self._begun:
            # By what the database says: an error may come after the rows were committed. Where it says nothing, the
            # next restore does this; the error that led here is the one to tell.
            with suppress(OSError, Error):
                journal.settle(self.folder)

    def put(self) -> None:
        """Inside the transaction that writes the rows. Raises BackupError or OSError."""
        new, replaced = [], []
        for name, digest in self.backup.pictures.items():
            file = self.folder / name
            if not os.path.lexists(file):
                new.append(name)
            elif not (file.is_file() and _digest(file) == digest):
                replaced.append(name)
        if new or replaced:
            journal.Journal.begin(self.folder, new, replaced)
            self._begun = True
        for name in (*new, *replaced):
            self._write(name, self.folder / name)

    def _demand_place(self, name: str) -> None:
        file = self.folder / name
        try:
            inside = file.resolve().is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError, ValueError):  # a circle of links
            inside = False
        if not inside:
            raise BackupError(f"The backup names the file {name[:80]!r}, which would lie outside the site's folder.")
        # Not the folder itself: it may not be there yet.
        between = [parent for parent in file.parents if parent != self.folder and parent.is_relative_to(self.folder)]
        if file.is_dir() or any(parent.exists() and not parent.is_dir() for parent in between):
            raise BackupError(f"The picture {name[:80]!r} cannot be put into {self.folder}: a file and a folder clash.")

    def _write(self, name: str, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        written = journal.beside(file, "new")
        with written.open("wb") as content:
            for piece in self.backup.picture(name):
                content.write(piece)
        if os.path.lexists(file):
            file.rename(journal.beside(file, "old"))
        written.rename(file)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
