"""The folder in which indexes stand, whatever engine made them.

`current.json` names the index in use. A rebuild fills a new folder beside it and swaps the name with one atomic
rename, so readers and the writer of other processes change over at their next look. A lock file that the operating
system frees when its holder dies keeps a second writer and a second rebuild out.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from geeks.search.backend import PutAside, WriterBusy

CURRENT = "current.json"
STAMP = "stamp.json"
PUT_ASIDE = "put-aside.jsonl"
MAX_PUT_ASIDE = 1_000  # reasons kept on disk: enough to see what is wrong


class Shelf:
    """The search folder. Raises OSError when it cannot be written, `WriterBusy` when somebody else writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path | None:
        """The folder of the index in use, or None before the first."""
        try:
            name = json.loads((self.folder / CURRENT).read_bytes())["folder"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        path = self.folder / str(name)
        return path if path.parent == self.folder and path.is_dir() else None

    def signature(self) -> tuple[int, int]:
        """Changes when another index is put into use."""
        return file_signature(self.folder / CURRENT)

    def new(self) -> Path:
        """An empty folder for an index that is not in use yet."""
        path = self.folder / f"index-{uuid4().hex[:12]}"
        path.mkdir(parents=True)
        return path

    def use(self, path: Path) -> None:
        """Put the index in this folder into use, in one step."""
        write_json(self.folder / CURRENT, {"folder": path.name})

    def sweep(self, keep: Path | None) -> None:
        """Remove indexes that are no longer, or were never, in use."""
        for path in self.folder.glob("index-*"):
            if path != keep and path.is_dir():
                shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def replacing(self) -> Iterator[Path]:
        """A new folder that is put into use when the block ends well; what is not in use is cleared away."""
        guard = self.lock("rebuild")
        try:
            self.sweep(keep=self.current())
            path = self.new()
            yield path
            self.use(path)
        finally:
            self.sweep(keep=self.current())
            guard.release()

    def put_aside(self, documents: list[PutAside]) -> None:
        """Remember documents that could not be indexed."""
        merged = {one.id: one for one in (*self.aside(), *documents)}
        lines = [json.dumps(asdict(one)) + "\n" for one in list(merged.values())[-MAX_PUT_ASIDE:]]
        write_text(self.folder / PUT_ASIDE, "".join(lines))

    def take_back(self, ids: set[int]) -> None:
        """Forget those among them that were indexed or deleted since."""
        before = self.aside()
        after = [one for one in before if one.id not in ids]
        if len(after) < len(before):
            write_text(self.folder / PUT_ASIDE, "".join(json.dumps(asdict(one)) + "\n" for one in after))

    def aside(self) -> list[PutAside]:
        try:
            lines = (self.folder / PUT_ASIDE).read_text("utf-8").splitlines()
            return [PutAside(**json.loads(line)) for line in lines]
        except (OSError, ValueError, TypeError):
            return []

    def lock(self, what: str) -> Lock:
        """Hold `what` ("writer" or "rebuild") of this folder alone, or raise `WriterBusy`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return Lock(self.folder / f"{what}.lock", what)


class Lock:
    """A lock that outlives nobody: the kernel frees it when the process ends, however it ends."""

    def __init__(self, path: Path, what: str) -> None:
        self._held: sqlite3.Connection | None = None
        try:
            self._take(path)
        except sqlite3.OperationalError as error:
            self.release()
            raise WriterBusy(
                f"Another process holds the search index in {path.parent} ({what}). Only one worker may write it: "
                "stop the other one, or give this one its own DATA_DIR."
            ) from error
        except sqlite3.DatabaseError:
            # A failing disk has left something in it, and nobody can hold that: begin with an empty one.
            self.release()
            path.unlink(missing_ok=True)
            self._take(path)

    def _take(self, path: Path) -> None:
        # SQLite's file lock works on every platform and also between two connections of one process.
        self._held = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        self._held.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


def stamp(path: Path, values: dict[str, str]) -> None:
    """Write beside an index what made it, so that another version knows to rebuild it."""
    write_json(path / STAMP, {**values, "made": datetime.now(UTC).isoformat(timespec="seconds")})


def stamp_difference(path: Path, values: dict[str, str]) -> str:
    """Why the index in this folder was not made by what we are, or an empty string."""
    try:
        found = json.loads((path / STAMP).read_bytes())
        different = [name for name, value in values.items() if found.get(name) != value]
    except (OSError, ValueError, AttributeError):
        return "the index does not say which version made it"
    return "; ".join(f"{name} is now {values[name]}, was {found.get(name)}" for name in different)


def write_json(path: Path, value: object) -> None:
    write_text(path, json.dumps(value))


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step that survives a crash."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    with contextlib.suppress(OSError):  # Windows cannot open a folder, and need not
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def file_signature(path: Path) -> tuple[int, int]:
    """Changes whenever the file is replaced; (0, 0) while there is none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)


def size_of(path: Path) -> int:
    """Bytes in a folder; files that vanish meanwhile count nothing."""
    total = 0
    for file in path.rglob("*"):
        with contextlib.suppress(OSError):
            total += file.stat().st_size
    return total
