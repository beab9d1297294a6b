"""What a restore is about to do to the pictures, noted beside them first. From it, and from a mark that is committed
with the rows, whoever comes after a killed restore knows which pictures are those of the site that is in use.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.contrib.sessions.models import Session
from django.db import connection

from geeks.models import Upload

_NAME = ".restore-journal"
_OWN = re.compile(r"\.restore-(?:[0-9a-f]{32}-(?:new|old)|journal)")
# The key of the mark, before the token: no session's key has a hyphen. The table of sessions is there in every version
# and on both databases, and a restore leaves it alone.
_MARK = "restore-"
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # `clearsessions` must not take the mark


def is_own(name: str) -> bool:
    """Whether a restore gives a file this name for its own use: never a picture."""
    return bool(_OWN.fullmatch(name.rpartition("/")[2]))


def beside(file: Path, end: str) -> Path:
    """Where the new content of `file` is written ("new"), and where its old one waits ("old")."""
    # Short names of their own: with an end added, a long name would be too long.
    return file.with_name(f".restore-{hashlib.sha256(file.name.encode()).hexdigest()[:32]}-{end}")


@dataclass(frozen=True)
class Journal:
    """Names below the folder: folders and files that were not there, and files that were, with other content."""

    folder: Path
    token: str
    folders: list[str]
    new: list[str]
    replaced: list[str]

    @classmethod
    def read(cls, folder: Path) -> Journal | None:
        """What a restore noted that goes on, or was killed."""
        try:
            return cls(folder, **json.loads((folder / _NAME).read_text()))
        except (FileNotFoundError, ValueError, TypeError):  # cut off: nothing had been done yet
            return None

    @classmethod
    def begin(cls, folder: Path, new: list[str], replaced: list[str]) -> None:
        """Called inside the transaction that writes the rows, before any file is touched."""
        folder.mkdir(parents=True, exist_ok=True)
        noted = cls(folder, uuid4().hex, _missing(folder, new), new, replaced)
        with (folder / _NAME).open("x") as file:
            json.dump({name: value for name, value in vars(noted).items() if name != "folder"}, file)
            file.flush()
            os.fsync(file.fileno())
        Session.objects.create(session_key=_MARK + noted.token, session_data="", expire_date=_NEVER)

    def committed(self) -> bool:
        """Whether the rows that belong to the new pictures are those of the site."""
        return _there(Session) and Session.objects.filter(session_key=_MARK + self.token).exists()

    def unnamed(self) -> set[str]:
        """New files that no row names: a picture that came here since under the same name is the site's."""
        named = Upload.objects.values_list("file", flat=True).iterator() if _there(Upload) else ()
        return set(self.new).difference(named)

    def settle(self) -> None:
        """Finish what the restore did to the pictures, or undo it, as its rows are there or not."""
        committed = self.committed()
        leftover = set() if committed else self.unnamed()
        for file in map(self.folder.joinpath, self.replaced):
            old = beside(file, "old")
            if committed:
                old.unlink(missing_ok=True)
            elif os.path.lexists(old):
                old.replace(file)
        for name in leftover:
            (self.folder / name).unlink(missing_ok=True)
        for name in (*self.new, *self.replaced):
            beside(self.folder / name, "new").unlink(missing_ok=True)
        if not committed:
            for name in reversed(self.folders):
                with suppress(OSError):  # somebody's picture is in it, or it was not made
                    (self.folder / name).rmdir()
        (self.folder / _NAME).unlink(missing_ok=True)
        if committed:
            Session.objects.filter(session_key__startswith=_MARK).delete()


def settle(folder: Path) -> None:
    """Put right what a killed restore left. Raises OSError and the database's errors; then it is still to be done."""
    if journal := Journal.read(folder):
        journal.settle()
    else:
        (folder / _NAME).unlink(missing_ok=True)


def pictures(folder: Path) -> list[tuple[str, Path]]:
    """The pictures of the site whose rows are there: path below the folder, and the file. Changes nothing, as the site
    may serve meanwhile."""
    found = {
        file.relative_to(folder).as_posix(): file
        for file in folder.rglob("*")
        if file.is_file() and not is_own(file.name)
    }
    journal = Journal.read(folder)
    if journal and not journal.committed():
        for name in journal.unnamed():
            found.pop(name, None)
        for name in journal.replaced:
            if (old := beside(folder / name, "old")).is_file():
                found[name] = old
    return sorted(found.items())


def _missing(folder: Path, names: Iterable[str]) -> list[str]:
    """Folders that these files need and that are not there, the outer ones first."""
    parents = {parent for name in names for parent in (folder / name).parents if parent.is_relative_to(folder)}
    return sorted(parent.relative_to(folder).as_posix() for parent in parents if not parent.exists())


def _there(model: type[Session] | type[Upload]) -> bool:
    return model._meta.db_table in connection.introspection.table_names()
