"""Rounds of `kill -9` while people write: what is killed and when comes from a seed, and after each round everything
that was acknowledged must be stored, once and whole. Used by the tests and by `python -m bench.faults`.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg

from tests.browser.client import Client, Reply, answer_number, number_of
from tests.browser.site import ROOT, Site, descendants
from tests.cluster.servers import until

TARGETS = ("everything", "web", "worker")
PEOPLE = ("ada", "ben", "ada", "ben")  # one writer each, at the same time
BEFORE, AFTER = (4, 14), 4  # acts acknowledged in a round before the kill, and after it
CHANCES = {"answer": 10, "comment": 4, "vote": 4, "edit": 3, "ask": 1}
WORD = re.compile(r"zw\d+x")


@dataclass
class Ledger:
    """What the site has acknowledged. Words are in one post or comment each, so that each is found again."""

    posts: dict[str, int] = field(default_factory=dict)
    comments: dict[str, int] = field(default_factory=dict)  # a word, and the post under which it stands
    votes: set[tuple[str, int]] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    _words: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def word(self) -> str:
        with self._lock:
            self._words += 1
            return f"zw{self._words}x"

    @property
    def acknowledged(self) -> int:
        return len(self.posts) + len(self.comments) + len(self.votes)


class Writer(threading.Thread):
    """One person who posts without a pause, and goes on when the site is away."""

    def __init__(self, client: Client, name: str, seed: str, ledger: Ledger, question: str) -> None:
        super().__init__(daemon=True)
        self.client, self.person, self.ledger = client, name, ledger
        self.chance = random.Random(seed)
        self.questions, self.answers, self.foreign = [number_of(question)], [], []
        self.others: list[Writer] = []
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.enough.is_set():
            act = self.chance.choices([*CHANCES], [*CHANCES.values()])[0]
            try:
                getattr(self, act)()
            except (OSError, HTTPException) as error:  # not acknowledged
                self.ledger.refused[type(error).__name__] += 1
                self.enough.wait(0.05)

    def answer(self) -> None:
        word = self.ledger.word()
        reply = self.sent(f"/questions/{self.chance.choice(self.questions)}/answers", body=text(word))
        if reply:
            self.ledger.posts[word] = answer_number(reply.location)
            self.answers.append(self.ledger.posts[word])
            for other in self.others:
                other.foreign.append(self.ledger.posts[word])

    def ask(self) -> None:
        word = self.ledger.word()
        title, tags = f"What does {word} lose?", f"t{self.chance.randrange(9)} faults"
        reply = self.sent("/questions/ask", title=title, body=text(word), category="data-science", tags=tags)
        if reply:
            self.ledger.posts[word] = number_of(reply.location)
            self.questions.append(self.ledger.posts[word])

    def comment(self) -> None:
        word, post = self.ledger.word(), self.chance.choice([*self.questions, *self.answers])
        if self.sent(f"/posts/{post}/comments", text=f"A remark whose word is {word} and $x^2$."):
            self.ledger.comments[word] = post

    def edit(self) -> None:
        """Only of what nobody edits later: else an older word would be gone by right."""
        if not self.answers:
            return
        post, word = self.answers.pop(), self.ledger.word()
        before = next(old for old, number in self.ledger.posts.items() if number == post)
        if self.sent(f"/posts/{post}/edit", body=f"{text(before)} Later {word} was added."):
            self.ledger.posts[word] = post

    def vote(self) -> None:
        if self.foreign:
            post = self.foreign.pop()
            if self.sent(f"/posts/{post}/votes", value="1"):
                self.ledger.votes.add((self.person, post))

    def sent(self, path: str, **given: str) -> Reply | None:
        reply = self.client.post(path, **given)
        if reply.status == 302:
            return reply
        self.ledger.refused[str(reply.status)] += 1
        return None


def text(word: str) -> str:
    return f"The word of this text is {word}, and $x_1^2 + y_1^2$ is its formula."


@dataclass
class Round:
    """What happened: `moment` is how many acts were acknowledged before the kill, `seconds` how long until the next
    act of a writer was."""

    number: int
    target: str
    moment: int
    acknowledged: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"round {self.number:2}: {self.target:10} killed after {self.moment:2} acts, next act after "
            f"{self.seconds:4.1f} s, {self.acknowledged:5} acknowledged in all and there"
        )


class Storm:
    """Writers on a running site, and kills."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.ledger, self.chance = site, Ledger(), random.Random(seed)
        logins = site.logins
        self.writers = []
        for number, name in enumerate(PEOPLE):
            client = Client(site.url, seconds=20).sign_in(name, logins[name])
            word = self.ledger.word()
            given = {"title": f"Who keeps {word}?", "body": text(word), "category": "data-science", "tags": "faults"}
            asked = client.post("/questions/ask", **given)
            assert asked.status == 302, asked.text[-2000:]
            self.ledger.posts[word] = number_of(asked.location)
            self.writers.append(Writer(client, name, f"{seed} {number}", self.ledger, asked.location))
        for writer in self.writers:
            writer.others = [other for other in self.writers if other.person != writer.person]

    def run(self, rounds: int, told: Callable[[Round], object] = lambda done: None) -> None:
        """So many rounds, each of the targets in turn, in an order that changes. AssertionError when anything that
        was acknowledged is gone."""
        for writer in self.writers:
            writer.start()
        try:
            order: list[str] = []
            for number in range(1, rounds + 1):
                order = order or self.chance.sample(TARGETS, len(TARGETS))
                told(self.round(number, order.pop()))
        finally:
            for writer in self.writers:
                writer.enough.set()
            for writer in self.writers:
                writer.join(60)
        self.site.revive()
        self.check()

    def round(self, number: int, target: str) -> Round:
        moment = self.chance.randint(*BEFORE)
        self.more(moment)
        # Between two acknowledgements, too.
        threading.Event().wait(self.chance.random() / 50)
        kill(self.site, target)
        killed = time.monotonic()
        if target == "everything":
            self.site.start()
        self.more(1)
        seconds = time.monotonic() - killed
        self.more(AFTER - 1)
        self.check()
        return Round(number, target, moment, self.ledger.acknowledged, seconds)

    def more(self, acts: int) -> None:
        wanted = self.ledger.acknowledged + acts

        def done() -> bool:
            self.site.revive()
            return self.ledger.acknowledged >= wanted

        until(done, f"{acts} more acts are acknowledged; refused so far: {dict(self.ledger.refused)}", 60)

    def check(self) -> None:
        """All that was acknowledged up to now is stored, and what is stored is whole."""
        posts, comments, votes = dict(self.ledger.posts), dict(self.ledger.comments), set(self.ledger.votes)
        stored = stored_words(self.site, "SELECT id, body FROM geeks_post")
        said = stored_words(self.site, "SELECT post_id, text FROM geeks_comment")
        cast = set(
            rows(self.site, "SELECT u.username, v.post_id FROM geeks_vote v JOIN geeks_user u ON u.id=v.user_id")
        )
        assert {word: number for word, number in posts.items() if stored.get(word) != [number]} == {}
        assert {word: number for word, number in comments.items() if said.get(word) != [number]} == {}
        assert votes - cast == set()
        assert [word for word, found in (stored | said).items() if len(found) > 1] == [], "sent once, stored twice"
        torn = "SELECT id FROM geeks_post p WHERE NOT EXISTS (SELECT 1 FROM {} r WHERE r.post_id = p.id)"
        for table in ("geeks_revision", "geeks_outbox"):
            assert rows(self.site, f"{torn.format(table)} AND body LIKE '%zw%'") == [], f"posts without {table}"
        # A site that goes down may say so; nothing else may go wrong.
        assert {status for status in self.ledger.refused if status.isdigit()} <= {"503"}


def kill(site: Site, target: str) -> None:
    if target == "everything":
        site.kill()
        return
    pid = until(lambda: {"web": web_of, "worker": worker_of}[target](site), f"the {target} runs")
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def worker_of(site: Site) -> int | None:
    """The process id of the background worker, if it runs."""
    return next((pid for pid in children(site) if b"worker" in words_of(pid)), None)


def web_of(site: Site) -> int | None:
    """The deepest of the web's processes: the one that answers."""
    return next((pid for pid in children(site) if b"worker" not in words_of(pid)), None)


def children(site: Site) -> list[int]:
    return descendants(site.process.pid) if site.process is not None else []


def words_of(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def stored_words(site: Site, sql: str) -> dict[str, list[int]]:
    """word -> where it stands; `sql` gives (number, text)."""
    found: dict[str, list[int]] = {}
    for number, body in rows(site, sql):
        for word in WORD.findall(body):
            found.setdefault(word, []).append(number)
    return found


def rows(site: Site, sql: str) -> list[Any]:
    if url := site.settings.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]
    with closing(sqlite3.connect(f"file:{site.folder / 'db.sqlite3'}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(sql).fetchall()


def stored(site: Site, sql: str) -> None:
    """Change rows behind the site's back."""
    if url := site.settings.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql)  # type: ignore[arg-type]
        return
    with closing(sqlite3.connect(site.folder / "db.sqlite3", timeout=30)) as connection, connection:
        connection.execute(sql)


PROOFS = """
import django
django.setup()
from django.core.management import call_command
call_command("recount", skip_checks=True)
call_command("reindex", check=True, skip_checks=True)
"""


def settled(site: Site) -> str:
    """What `recount` and `reindex --check` say, once the worker has applied everything."""
    until(lambda: not behind(site), "the index has caught up", 60)
    command = [sys.executable, "-c", PROOFS]
    done = subprocess.run(command, cwd=ROOT, env=site.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return "; ".join(line for line in done.stdout.splitlines() if "differences" in line)


def behind(site: Site) -> bool:
    reply = Client(site.url).get("/readyz")
    return reply.status != 200 or "behind" in reply.text
