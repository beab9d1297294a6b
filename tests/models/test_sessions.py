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


@pytest.mark.django_db
def test_what_somebody_changed_in_the_database_is_no_session():
    store = SessionStore()
    store["colour"] = "blue"
    store.create()
    row = store.model.objects.get(pk=store.session_key)
    assert SessionStore(store.session_key).get("colour") == "blue"
    row.session_data = row.session_data[:-1] + ("a" if row.session_data[-1] != "a" else "b")
    row.save()
    assert SessionStore(store.session_key).get("colour") is None


def test_what_one_request_changes_is_not_in_the_next_ones_session():
    store = SessionStore()
    packed = store.encode({"seen": [1]})
    store.decode(packed)["seen"].append(2)
    assert store.decode(packed) == {"seen": [1]}
