"""Opens the search index of this host with the backend that is to be used."""

from __future__ import annotations

from pathlib import Path

from geeks.search.backend import Backend
from geeks.search.sqlite import SqliteBackend

try:
    from geeks.search.tantivy import TantivyBackend
except ImportError:  # no wheel for this machine
    TantivyBackend = None  # type: ignore[assignment, misc]


ENGINES = ("tantivy", "sqlite")


def open_backend(folder: Path, *, writer: bool = False, language: str = "english", engine: str = "tantivy") -> Backend:
    """Open the index in `folder`; `writer` for the one worker that follows the outbox, readers are free.

    `engine` is tantivy or sqlite; without Tantivy's wheel it is always sqlite. A reader may be opened before there
    is an index: it finds it when it is made. Raises `WriterBusy` when there is a writer already and ValueError for
    an unknown language or engine.
    """
    if engine not in ENGINES:
        raise ValueError(f"The search engine must be one of {', '.join(ENGINES)}, not {engine!r}.")
    if engine == "sqlite" or TantivyBackend is None:
        return SqliteBackend(folder, writer=writer)
    return TantivyBackend(folder, writer=writer, language=language)
