"""The worker is killed outright, again and again, while many posts come in: each is found, once, in the same index."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geeks.search import Backend, open_backend, parse
from tests.tasks.processes import ROOT, environment, until

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

POSTS = 500
BATCH = 20
KILLS = 3
# Posts as many as each line it reads says, each in a transaction of its own, and answers with their numbers.
POSTER = """
import copy, sys
import django
django.setup()
from django.db import transaction
from geeks.models import Category, Outbox, Post, User
author = User.objects.create_user("poster")
category = Category.objects.create(name="Burst", slug="burst")
pattern = Post(kind=1, author=author, category=category)
pattern.write(title="One of many that come at once", body="The text of it, which is written only once.")
number = 0
for line in sys.stdin:
    ids = []
    for _ in range(int(line)):
        number += 1
        post = copy.copy(pattern)
        post._state = copy.copy(pattern._state)
        post.text = f"burst word{number}"
        with transaction.atomic():
            Post.objects.bulk_create([post])
            Outbox.objects.announce([post.pk])
        ids.append(post.pk)
    print(*ids, flush=True)
"""


class Burst:
    """A process that posts and a worker that is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = environment(folder)
        self.log = (folder / "worker.log").open("w")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-c", POSTER]
        self.poster = subprocess.Popen(command, cwd=ROOT, env=self.environment, **pipes)
        self.ids: list[int] = []
        self.start()

    def start(self) -> None:
        command = [sys.executable, "manage.py", "worker"]
        self.worker = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=self.log, stdout=self.log)

    def kill(self) -> None:
        self.worker.kill()
        self.worker.wait(30)

    def post(self, count: int) -> None:
        assert self.poster.stdin is not None
        assert self.poster.stdout is not None
        self.poster.stdin.write(f"{count}\n")
        self.poster.stdin.flush()
        self.ids += map(int, self.poster.stdout.readline().split())

    def end(self) -> None:
        for process in (self.worker, self.poster):
            process.kill()
            process.wait(30)
        self.log.close()


@pytest.fixture
def burst(tmp_path) -> Iterator[Burst]:
    made = Burst(tmp_path)
    yield made
    made.end()


@pytest.fixture
def reader(tmp_path) -> Iterator[Backend]:
    backend = open_backend(tmp_path / "search")
    yield backend
    backend.close()


def test_a_worker_killed_during_a_burst_of_posts_misses_none_and_doubles_none(burst, reader):
    chance = random.Random(500)

    def total() -> int:
        return reader.search(parse("burst"), size=0).total if reader.shelf.current() else 0

    burst.post(1)
    until(lambda: total() == 1, "the first post is found")
    index = reader.shelf.current()
    for _ in range(KILLS):
        for _ in range(chance.randint(1, 5)):
            burst.post(BATCH)
        burst.kill()
        burst.post(BATCH)
        found = total()
        burst.start()
        until(lambda before=found: total() > before, "the next worker goes on")
    burst.post(POSTS - len(burst.ids))
    until(lambda: total() >= POSTS, "all posts are found")

    assert sorted(reader.search(parse("burst"), size=POSTS + 1).ids) == sorted(burst.ids)
    assert len(burst.ids) == POSTS
    by_word = [reader.search(parse(f"word{number}")).ids for number in range(1, POSTS + 1)]
    assert by_word == [[post] for post in burst.ids]
    assert reader.shelf.current() == index  # never rebuilt
    assert "Traceback" not in (burst.folder / "worker.log").read_text()
