"""The site that is attacked, one for each file: every request is taken back, so tests leave it as it was."""

from __future__ import annotations

import logging

import pytest
from django.db import transaction
from django.test import override_settings

from geeks.models.prepared import Prepared
from tests.hostile import progress
from tests.hostile.site import Site, one_of_everything
from tests.hostile.values import EVERYTHING


def pytest_collection_modifyitems(items):
    if progress.folder():
        left = set(progress.left([item.nodeid for item in items]))
        items[:] = [item for item in items if item.nodeid in left]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    site = getattr(item, "funcargs", {}).get("site")
    if call.when == "call" and site is not None:
        if report.failed:
            progress.found(f"{call.excinfo.typename}: {str(call.excinfo.value)[:2_000]}")
        outcome = "failed" if site.faults else report.outcome
        progress.ended(item.nodeid, outcome, call.duration, site.answers)
    return report


@pytest.fixture(scope="module")
def _folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    return {"MEDIA_ROOT": folder / "media", "SEARCH_DIR": folder / "search"}


@pytest.fixture(scope="module")
def _whole_site(django_db_setup, django_db_blocker, _folders):
    with django_db_blocker.unblock(), override_settings(**_folders), transaction.atomic():
        made = one_of_everything()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(_whole_site):
    """In the place of pytest-django's own transaction for each test."""


@pytest.fixture
def site(_whole_site: Site, settings, monkeypatch, _folders):
    """The faults that a test found are shown at once, at its end."""
    settings.API_DAILY_QUOTA = 0
    for name, folder in _folders.items():
        setattr(settings, name, folder)
    if EVERYTHING:  # the normal run compares prepared queries with the ORM's: most of the time that a page takes
        monkeypatch.setattr(Prepared, "checked", False)
    logging.disable(logging.CRITICAL)  # of thousands of refusals
    _whole_site.faults.clear()
    _whole_site.answers.clear()
    yield _whole_site
    logging.disable(logging.NOTSET)
    faults = list(dict.fromkeys(_whole_site.faults))
    if faults:
        pytest.fail(f"{len(faults)} faults:\n" + "\n".join(faults[:40]), pytrace=False)
