"""Puts the pictures of a backup in their place, and takes them away again when the rest of the restore fails."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from geeks.dumps.backups import BackupError
from geeks.dumps.backups.read import Backup


class Pictures:
    """Entered, it has looked at every place; left by an error, all is as it was; left well, it is done."""

    def __init__(self, backup: Backup) -> None:
        self.backup = backup
        self.folder = Path(settings.MEDIA_ROOT)
        self._new: list[Path] = []  # files and folders made here, in order
        self._aside: list[tuple[Path, Path]] = []  # a file that was there, and where it waits

    def __enter__(self) -> Pictures:
        for name in self.backup.pictures:
            self._demand_place(name)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._undo()
        else:
            for _file, aside in self._aside:
                aside.unlink(missing_ok=True)

    def put(self) -> None:
        """Raises BackupError or OSError."""
        for name, digest in self.backup.pictures.items():
            file = self.folder / name
            if not (file.is_file() and _digest(file) == digest):
                self._make_folders(file.parent)
                self._write(name, file)

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

    def _make_folders(self, folder: Path) -> None:
        missing = [one for one in [folder, *folder.parents] if not one.exists()]
        for one in reversed(missing):
            one.mkdir()
            self._new.append(one)

    def _write(self, name: str, file: Path) -> None:
        # Short names of their own: with an end added, a long name would be too long.
        short = hashlib.sha256(name.encode()).hexdigest()[:32]
        beside, aside = file.with_name(f".restore-{short}-new"), file.with_name(f".restore-{short}-old")
        try:
            with beside.open("wb") as written:
                for piece in self.backup.picture(name):
                    written.write(piece)
            if file.exists() or file.is_symlink():
                file.rename(aside)
                self._aside.append((file, aside))
            else:
                self._new.append(file)
            beside.rename(file)
        finally:
            beside.unlink(missing_ok=True)

    def _undo(self) -> None:
        for file, aside in self._aside:
            aside.replace(file)
        for made in reversed(self._new):
            if made.is_dir():
                made.rmdir()
            else:
                made.unlink(missing_ok=True)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
