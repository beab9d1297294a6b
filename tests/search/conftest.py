"""Every test that takes `writer` runs on every backend: the contract of `geeks.search.backend`."""

from __future__ import annotations

import pytest

from geeks.search import open_backend, parse
from geeks.search.opening import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def opened(engine, folder):
    """Opens the folder's index; all are closed at the end."""
    backends = []

    def open_one(**options):
        backends.append(open_backend(folder, engine=engine, **options))
        return backends[-1]

    yield open_one
    for backend in backends:
        backend.close()


@pytest.fixture
def writer(opened):
    return opened(writer=True)


@pytest.fixture
def found(writer):
    """What a typed query finds once these documents are in the index."""
    filled = []

    def search(text, *documents, **options):
        if documents:
            assert writer.index(documents) == []
            writer.commit(len(filled) + 1)
            filled.append(documents)
        return writer.search(parse(text, **options)).ids

    return search
