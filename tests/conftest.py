"""The people of the tests; each test has its own folders for pictures and for the search index."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests import make


@pytest.fixture(autouse=True)
def _apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SEARCH_DIR = tmp_path / "search"
    cache.clear()


@pytest.fixture
def ada(db):
    """She asks."""
    return make.person("ada")


@pytest.fixture
def ben(db):
    """He answers."""
    return make.person("ben")


@pytest.fixture
def mod(db):
    return make.person("mod", is_moderator=True)


@pytest.fixture
def newcomer(db):
    return make.person("newcomer", reputation=1)
