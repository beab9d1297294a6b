"""`manage.py serve`: starts, answers, ends cleanly, says what is wrong, and loses nothing when it is killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from geeks.management.commands.serve import WORKER_NICENESS
from tests.browser.client import Client, answer, answer_number, ask
from tests.browser.site import ROOT, Site, demo_folder, descendants, free_port

ANSWERS = 200
THREADS = 4
STARTED = threading.Event()  # the slow request is with the server


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_folder(tmp_path_factory)


@pytest.fixture(scope="module")
def started(folder: Path) -> Iterator[Site]:
    running = Site(folder)
    yield running
    if running.process is not None:
        running.stop()


@pytest.fixture
def site(started: Site) -> Site:
    """A site that runs: the same one for all tests, started anew where one has ended it."""
    return started if started.process is not None else started.start()


def until(holds: Callable[[], object], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


def worker_of(site: Site) -> int | None:
    """The process id of the background worker, if it runs."""
    assert site.process is not None
    for pid in descendants(site.process.pid):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"worker" in words:
            return pid
    return None


def signed_in(site: Site, name: str = "ada") -> Client:
    return Client(site.url).sign_in(name, site.logins[name])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_ends_it_cleanly_after_the_request_under_way(site: Site, number: signal.Signals) -> None:
    assert site.process is not None
    children = descendants(site.process.pid)
    assert len(children) >= 3  # the web's parent, its process, the worker
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(slowly, site)
        assert STARTED.wait(30)
        site.process.send_signal(number)
        assert slow.result(30) == 200
    assert site.process.wait(30) == 0
    site.process = None
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), "all of its processes end", 5)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", site.port), timeout=2)
    assert "Traceback" not in (site.folder / "serve.log").read_text()


def slowly(site: Site) -> int:
    """Send a request whose answer takes a while; notes when the server has all of it. Its status."""
    STARTED.clear()
    formulas = " ".join(f"$\\frac{{\\sqrt{{x_{{{number}}}}}}}{{y^{{{number}}}}}$" for number in range(200))
    body = urlencode({"markdown": formulas}).encode()
    head = f"POST /preview HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nConnection: close\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as line:
        line.sendall(head.encode() + body)
        STARTED.set()
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return int(answer.split(b" ", 2)[1])


def test_a_port_in_use_is_one_clear_line(site: Site) -> None:
    said = refused(site.folder, site.port)
    assert said.count("\n") == 1
    assert f"127.0.0.1:{site.port}" in said
    assert "--port" in said


def test_a_database_without_tables_is_one_clear_line(tmp_path: Path) -> None:
    said = refused(tmp_path, free_port())
    assert said.count("\n") == 1
    assert "migrate" in said


def test_a_folder_without_styles_is_one_clear_line(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "bare", ignore=shutil.ignore_patterns("static", "search"))
    said = refused(tmp_path / "bare", free_port())
    assert said.count("\n") == 1
    assert "collectstatic" in said


@pytest.mark.parametrize("port", ["0x50", "70000", "-1"])
def test_a_port_that_is_none_is_said(port: str, tmp_path: Path) -> None:
    said = refused(tmp_path, port)
    assert "port" in said
    assert "Traceback" not in said


def refused(folder: Path, port: int | str) -> str:
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    done = subprocess.run(
        command, cwd=ROOT, env=Site(folder).environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    return done.stderr


def test_a_killed_worker_is_started_again_and_finds_what_was_posted_meanwhile(site: Site) -> None:
    client = signed_in(site)
    question = ask(client, "What does a killed worker lose?", "Nothing, I hope, since the outbox stays.")
    until(lambda: worker_of(site), "the worker starts")
    words = []
    for _ in range(2):
        worker = worker_of(site)
        assert worker
        os.kill(worker, signal.SIGKILL)
        words.append(f"w{uuid4().hex[:12]}")
        answer(client, question, f"While the worker is dead, {words[-1]} is posted.")
        until(lambda dead=worker: worker_of(site) not in (None, dead), "the worker starts again", 15)
    for word in words:
        until(lambda word=word: found(site, word), f"{word} is found", 20)


def test_the_worker_goes_behind_those_who_wait_for_a_page(site: Site) -> None:
    def is_nice() -> bool:
        worker = worker_of(site)
        if not worker or os.getpriority(os.PRIO_PROCESS, worker) != WORKER_NICENESS:
            return False
        session = Path(f"/proc/{worker}/autogroup")  # where Linux shares processors out among sessions first
        return not session.exists() or session.read_text().split()[-1] == str(WORKER_NICENESS)

    until(is_nice, "the worker is nice")


def test_a_killed_web_process_is_started_again(site: Site) -> None:
    assert site.process is not None
    web = [pid for pid in descendants(site.process.pid) if pid != worker_of(site)]
    os.kill(web[0], signal.SIGKILL)  # the deepest: the process that answers

    def answers() -> bool:
        try:
            return Client(site.url, seconds=5).get("/healthz").status == 200
        except OSError:
            return False

    until(answers, "it answers again", 20)


def test_a_site_killed_while_many_post_keeps_all_that_it_acknowledged(site: Site) -> None:
    client = signed_in(site)
    question = ask(client, "Which of two hundred answers survive?", "All those that the site has acknowledged.")
    kept: dict[str, str] = {}
    words = iter([f"w{uuid4().hex[:12]}" for _ in range(ANSWERS)])
    lock, enough = threading.Lock(), threading.Event()

    def post(own: Client) -> None:
        while not enough.is_set():
            with lock:
                word = next(words, None)
            if word is None:
                return
            try:
                kept[word] = answer(own, question, f"The word of this answer is {word} and $x_{{{len(kept)}}}$.")
            except OSError:
                return  # killed under way: not acknowledged
            if len(kept) >= ANSWERS // 2:
                enough.set()

    with ThreadPoolExecutor(THREADS) as pool:
        posting = [pool.submit(post, client.twin()) for _ in range(THREADS)]
        until(enough.is_set, "half of the answers are acknowledged", 120)
        site.kill()
        for done in posting:
            done.result(60)
    assert len(kept) >= ANSWERS // 2
    site.start()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda own: post_rest(own, question, words, lock, kept), [client.twin() for _ in range(THREADS)]))
    missing = [
        path for path in kept.values() if Client(site.url).get(f"/a/{answer_number(path)}").status not in (301, 302)
    ]
    assert missing == []
    last = list(kept)[-1]
    until(lambda: found(site, last), "the last one is found", 30)
    assert [word for word in kept if not found(site, word)] == []
    print(f"\n{len(kept)} acknowledged answers, killed after {ANSWERS // 2}: all there and found")
    assert site.manage("recount").strip().endswith("no differences")


def post_rest(own: Client, question: str, words: Iterator[str], lock: threading.Lock, kept: dict[str, str]) -> None:
    while True:
        with lock:
            word = next(words, None)
        if word is None:
            return
        kept[word] = answer(own, question, f"After the restart, the word of this answer is {word}.")


def is_there(site: Site, path: str) -> bool:
    """Whether the answer whose form led to this path is on the site."""
    return Client(site.url).get(f"/a/{answer_number(path)}").status in (301, 302)


def found(site: Site, word: str) -> bool:
    """Whether search shows a result for this word."""
    reply = Client(site.url).get(f"/search?q={word}")
    return reply.status == 200 and "post-summary" in reply.text
