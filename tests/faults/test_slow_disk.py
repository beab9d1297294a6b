"""A disk that does not get done with a write: another connection holds what every writer needs. Who reads goes on, who
writes waits, and is told so when it takes too long."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from uuid import uuid4

import psycopg
import pytest

from geeks.views.errors import SLOW
from tests.browser.client import Client, Reply, ask, number_of
from tests.browser.site import Site
from tests.cluster.servers import until
from tests.faults.rounds import rows

READ = ("/", "/questions", "/users", "/tags", "/search?q=variance")
WRITERS = 3


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


@pytest.fixture
def patient(site) -> Site:
    return started(site, "geeks.settings")


@pytest.fixture
def impatient(site) -> Site:
    return started(site, "tests.faults.impatient")


def started(site: Site, settings: str) -> Site:
    if site.process is not None:
        site.stop()
    return site.start(DJANGO_SETTINGS_MODULE=settings)


@contextmanager
def stuck(site: Site) -> Iterator[None]:
    """A write that has begun and does not end, as on a disk that is slow to say that it has written."""
    if url := site.settings.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            connection.execute("LOCK TABLE geeks_post, geeks_user IN EXCLUSIVE MODE")
            yield
        return
    with closing(sqlite3.connect(site.folder / "db.sqlite3", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def waiting(site: Site) -> int:
    """How many writers stand in line: PostgreSQL knows; of SQLite's nothing can be seen but that none is done."""
    if "DATABASE_URL" in site.settings:
        return int(rows(site, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")[0][0])
    return WRITERS


def read_on(site: Site, her: Client, question: str) -> None:
    for reader in (her, Client(site.url)):
        for path in (*READ, question):
            assert reader.get(path).status == 200, path


def test_writers_wait_and_readers_go_on(patient):
    her = Client(patient.url).sign_in("ada", patient.logins["ada"])
    question = ask(her, f"How slow may {uuid4().hex[:10]} be?", "As slow as a disk can be, while others read on.")
    sent = threading.Barrier(WRITERS + 1)

    def write(own: Client) -> Reply:
        sent.wait(30)
        return own.post(f"/questions/{number_of(question)}/answers", body=f"An answer that waits: {uuid4().hex}.")

    with ThreadPoolExecutor(WRITERS) as pool:
        with stuck(patient):
            replies = [pool.submit(write, her.twin()) for _ in range(WRITERS)]
            sent.wait(30)
            until(lambda: waiting(patient) >= WRITERS, "writers wait")
            read_on(patient, her, question)
            assert not [reply for reply in replies if reply.done()]
        assert [reply.result(60).status for reply in replies] == [302] * WRITERS
    answers = f"SELECT count(*) FROM geeks_post WHERE parent_id = {number_of(question)}"
    assert rows(patient, answers)[0][0] == WRITERS


def test_who_waits_too_long_is_told_to_come_again_and_nothing_is_stored(impatient):
    her = Client(impatient.url).sign_in("ada", impatient.logins["ada"])
    question = ask(her, f"How long does {uuid4().hex[:10]} wait?", "Not for ever: in the end it is told so, and goes.")
    form = f"/questions/{number_of(question)}/answers"
    with stuck(impatient):
        reply = her.post(form, body="An answer that waits in vain, and is not stored.")
        assert (reply.status, SLOW in reply.text, "was not taken" in reply.text) == (503, True, True)
        assert int(reply.retry_after) > 0
        read_on(impatient, her, question)
    assert rows(impatient, f"SELECT count(*) FROM geeks_post WHERE parent_id = {number_of(question)}")[0][0] == 0
    assert her.post(form, body="The same again, and now it is stored.").status == 302
