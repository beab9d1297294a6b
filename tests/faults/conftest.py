"""What all sites that are broken here begin with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.browser.site import Site
from tests.faults.sites import Sites


@pytest.fixture(scope="session")
def sites(tmp_path_factory) -> Iterator[Sites]:
    """`with sites.on("PostgreSQL") as site:`"""
    made = Sites(tmp_path_factory)
    yield made
    if made.filled is not None:
        shutil.rmtree(made.filled, ignore_errors=True)


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def site(request, sites) -> Iterator[Site]:
    with sites.on(request.param) as site:
        yield site
