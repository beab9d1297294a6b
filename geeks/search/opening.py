"""Opens the search index of this host with the backend that is to be used."""

from __future__ import annotations

from pathlib import Path

from geeks.search.backend import Backend
from geeks.search.tantivy import TantivyBackend


def open_backend(folder: Path, *, writer: bool = False, language: str = "english") -> Backend:
    """Open the index in `folder`; `writer` for the one worker that follows the outbox, readers are free.

    Raises `WriterBusy` when there is a writer already and ValueError for an unknown language. A reader may be
    opened before there is an index: it finds it when it is made.
    """
    return TantivyBackend(folder, writer=writer, language=language)
