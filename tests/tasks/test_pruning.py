"""Changes are removed when no kept page can ask about them any more, by a clock that only goes forward."""

from __future__ import annotations

import pytest

from geeks.models import Change
from geeks.models.change import SITE
from geeks.tasks.pruning import KEPT, SITE_KEPT, Pruning

pytestmark = pytest.mark.django_db


def keys():
    return sorted(Change.objects.values_list("key", flat=True))


def test_the_newest_change_of_the_site_stays_for_ever():
    pruning = Pruning()
    Change.objects.note("p1")
    Change.objects.note("p2")
    before = Change.objects.standing([SITE])
    for now in (0.0, SITE_KEPT + 1, KEPT + 1, 2 * KEPT, 3 * KEPT):
        pruning.step(now)
    assert keys() == [SITE]
    assert Change.objects.standing([SITE]) != before  # pruning may cost a page, never keep an old one
    assert Change.objects.standing([SITE])[SITE][0] == 1


def test_a_young_change_stays():
    pruning = Pruning()
    pruning.step(0.0)
    Change.objects.note("p1")
    pruning.step(KEPT - 1)
    pruning.step(KEPT + 20)
    assert keys() == ["p1", SITE]


def test_the_rows_of_the_site_are_few():
    pruning = Pruning()
    for number in range(5):
        Change.objects.note(f"p{number}")
    pruning.step(0.0)
    pruning.step(SITE_KEPT + 1)
    assert keys() == ["p0", "p1", "p2", "p3", "p4", SITE]


def test_what_a_key_has_seen_differs_after_every_change():
    seen = set()
    for _ in range(5):
        Change.objects.note("p1")
        seen.add(Change.objects.standing(["p1"])["p1"])
    assert len(seen) == 5
