"""The people of the tests; each test has its own folders for pictures and for the search index."""

from __future__ import annotations

import os
import time

import hypothesis
import pytest
from django.core.cache import cache
from django.test import Client

from geeks.jinja.fragments import fragments
from geeks.models import lasting, statistics, view_tally
from geeks.models.prepared import Prepared
from geeks.tasks import searching
from geeks.views import sources
from tests import make

# The same examples in every run, so that a red run can be run again; HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# Whole sites, and what takes longest otherwise: two workers end at the same time when these come first. While one
# makes the demo that all sites begin with (tests/browser/site.py), the other has something to do that needs none.
FIRST = (
    *("tests/commands/test_serve.py", "tests/rendering/test_limits.py", "tests/rendering/test_mathjax_hostile.py"),
    *("tests/cluster", "tests/faults", "tests/tasks/test_killed_worker.py", "tests/rendering/test_mathjax"),
    *("tests/browser/test_accessibility.py", "tests/browser/test_keyboard", "tests/browser/test_search.py"),
    *("tests/hostile", "tests/admin/test_bounds.py", "tests/api", "tests/dumps", "tests/test_settings.py"),
)


def pytest_collection_modifyitems(items):
    def place(item):
        return next((number for number, name in enumerate(FIRST) if item.nodeid.startswith(name)), len(FIRST))

    items.sort(key=place)


@pytest.fixture(autouse=True)
def _apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SEARCH_DIR = tmp_path / "search"
    cache.clear()
    searching._related.clear()
    lasting.forget()  # what tests roll back looks as if it had never been
    fragments.clear()
    cache.set(sources.HOSTS, [])  # else the first request of each test would ask one query more than the others
    # Views counted by one test must not be written in the middle of another.
    view_tally.tally._counts.clear()
    view_tally.tally._since = time.monotonic()


@pytest.fixture(autouse=True)
def _no_statistics(monkeypatch):
    """Of a test's few rows they would tell the planner to read whole tables, and SQLite's connection remembers them
    beyond the test. Its own tests (models/test_statistics.py) take this away."""
    monkeypatch.setattr(statistics, "gather", lambda: None)


@pytest.fixture(autouse=True)
def _prepared_queries_are_those_of_the_orm(monkeypatch):
    """Every prepared query that a test causes is compared with what the ORM would have asked."""
    monkeypatch.setattr(Prepared, "checked", True)


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


@pytest.fixture
def stranger(db):
    """A browser that nobody signed in with."""
    return Client()


@pytest.fixture
def browser_of(db):
    """`browser_of(ada)`: a browser that she is signed in with."""

    def signed_in(person) -> Client:
        browser = Client()
        browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return signed_in
