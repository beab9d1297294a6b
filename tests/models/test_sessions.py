"""Sessions: read once, and a database that is away is told as that alone."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from geeks.models import sessions
from geeks.models.sessions import SessionStore


@pytest.mark.django_db
def test_a_session_is_read_once(django_assert_num_queries):
    store = SessionStore()
    store["colour"] = "blue"
    store.create()
    again = SessionStore(store.session_key)
    with django_assert_num_queries(1):
        assert again["colour"] == again.get("colour") == "blue"
    assert SessionStore().get("colour") is None


def test_a_database_that_is_away_is_no_fault_of_the_code(monkeypatch):
    def away(*_):
        raise OperationalError("gone")

    monkeypatch.setattr(sessions, "ALIVE", away)
    with pytest.raises(OperationalError) as told:
        SessionStore("a" * 32).get("colour")
    assert told.value.__context__ is None
