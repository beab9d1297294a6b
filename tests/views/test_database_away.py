"""A database that cannot be asked now is a 503 that says when to come again; our own faults stay 500."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import ExitStack

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client

from geeks.views import errors
from geeks.views.errors import what_passes


def caused(error, cause):
    error.__cause__ = cause
    return error


def postgres(sqlstate):
    cause = psycopg.OperationalError("no")
    cause.sqlstate = sqlstate
    return caused(OperationalError("no"), cause)


@pytest.mark.parametrize(
    "error",
    [
        postgres(None),  # the connection was refused or broke
        postgres("57P01"),
        postgres("57P03"),
        postgres("53300"),
        postgres("40001"),
        InterfaceError("the connection is closed"),
        caused(OperationalError("unable to open database file"), sqlite3.OperationalError()),
        caused(ValueError("in a template"), postgres(None)),
    ],
    ids=str,
)
def test_what_passes_is_told_from(error):
    assert what_passes(error) == errors.AWAY


@pytest.mark.parametrize(
    "error",
    [None, ValueError("x"), DatabaseError("x"), postgres("42P01"), OperationalError("no such table: geeks_post")],
    ids=str,
)
def test_what_stays(error):
    assert not what_passes(error)


@pytest.fixture
def broken(db):
    """`broken(error)`: a browser of a site whose every query fails with it."""
    with ExitStack() as until_the_end:

        def fail_with(error):
            def fail(*_):
                raise error

            until_the_end.enter_context(connection.execute_wrapper(fail))
            return Client(raise_request_exception=False)

        yield fail_with


@pytest.mark.parametrize("error", [postgres(None), InterfaceError("closed")], ids=str)
def test_the_page_says_so_with_retry_after(broken, error):
    answer = broken(error).get("/questions")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "5", "no-store")
    assert errors.AWAY.partition(".")[0] in answer.content.decode()
    assert "Content-Security-Policy" in answer


def test_scripts_and_the_api_get_their_own_shapes(broken):
    browser = broken(postgres(None))
    assert browser.get("/questions", headers={"Accept": "application/json"}).json() == {"error": errors.AWAY}
    answer = browser.get("/api/2.3/questions?site=x")
    assert answer.status_code == 503
    assert answer.json()["error_name"] == "temporarily_unavailable"


@pytest.mark.parametrize(
    "error",
    [
        postgres("53100"),
        caused(OperationalError("database or disk is full"), sqlite3.OperationalError()),
        OSError(errno.ENOSPC, "No space left on device"),
        caused(ValueError("in a template"), OSError(errno.EDQUOT, "Disk quota exceeded")),
    ],
    ids=str,
)
def test_a_full_disk_is_said_as_what_it_is(broken, error):
    answer = broken(error).get("/questions")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert errors.NO_ROOM in answer.content.decode()


@pytest.mark.parametrize(
    "error",
    [
        postgres("57014"),  # PostgreSQL's statement_timeout
        postgres("55P03"),
        caused(OperationalError("database is locked"), sqlite3.OperationalError()),
        caused(OperationalError("database table is locked"), sqlite3.OperationalError()),
    ],
    ids=str,
)
def test_what_takes_too_long_is_said_so_and_asked_of_no_other_database(broken, error):
    answer = broken(error).get("/questions")
    assert (answer.status_code, answer["Retry-After"], answer.database_away) == (503, "5", False)
    assert errors.SLOW in answer.content.decode()


def test_a_fault_of_ours_is_a_500(broken):
    assert broken(ValueError("x")).get("/questions").status_code == 500
