"""The audit is append-only."""

import pytest

from geeks.models import Audit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(mod):
    make.question().lock(mod, "heated")
    return Audit.objects.get()


def test_a_row_is_never_changed(row):
    row.action = "nothing happened"
    for change in (row.save, lambda: Audit.objects.update(action="x"), lambda: Audit.objects.all().update(action="x")):
        with pytest.raises(TypeError, match="append-only"):
            change()
    row.refresh_from_db()
    assert row.action == "lock"


def test_a_row_is_never_removed(row):
    for removal in (row.delete, lambda: Audit.objects.all().delete()):
        with pytest.raises(TypeError, match="append-only"):
            removal()
    assert Audit.objects.count() == 1


def test_a_row_outlives_the_person_and_the_post(row, mod):
    row.post.delete()
    mod.delete()
    row.refresh_from_db()
    assert (row.actor, row.post, row.detail) == (None, None, {"reason": "heated"})
