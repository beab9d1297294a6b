"""Posts are made ready for a new index: every one once, on a small site without other processes."""

from __future__ import annotations

import pytest

from geeks.tasks import preparing
from geeks.tasks.gathering import documents
from tests import make


@pytest.mark.django_db
def test_ranges_of_ids_hold_every_post_that_can_be_found_once(monkeypatch):
    monkeypatch.setattr(preparing, "POSTS", 2)
    ids = [make.question().pk for _ in range(7)]
    ranges, count = preparing.id_ranges()
    assert count == 7
    assert len(ranges) > 2
    read = [one.id for first, last in ranges for one in preparing.documents_between(first, last)]
    assert read == ids == [one.id for one in sorted(documents(ids), key=lambda one: one.id)]


@pytest.mark.django_db
def test_a_small_site_starts_no_process():
    assert preparing.processes_for(100) == 1
