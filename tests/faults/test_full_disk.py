"""A disk without room: forms are told so and store nothing, pages are read, and with room again everything goes on.

The disk is a small file system in memory, which needs root's right to mount; without it these tests are skipped. What
is said of such errors is tested beside that in tests/views/test_database_away.py, everywhere.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from geeks.views.errors import NO_ROOM
from tests.browser.client import Client, answer_number, ask, number_of
from tests.browser.site import Site, demo_folder
from tests.cluster.servers import folder_for_postgres, until
from tests.faults.rounds import behind, rows, settled
from tests.faults.sites import Sites, stopped_at_the_end

LONG = "A sentence that takes its room on a disk, as all of them do. " * 160
MEGABYTES = {"SQLite": 64, "PostgreSQL": 160}
READ = ("/", "/questions", "/questions?tab=newest", "/users", "/tags", "/search?q=variance", "/feeds", "/healthz")


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


class Disk:
    """A file system of its own at `folder`."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder, self._ballast = folder, folder / "ballast"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
        said = "there is no mount here"
        if os.geteuid() == 0 and shutil.which("mount"):
            done = subprocess.run(mount, capture_output=True, text=True, check=False)
            if not done.returncode:
                return
            said = done.stderr.strip()
        pytest.skip(f"a full disk needs the right to mount a small one: {said}")

    def fill(self) -> None:
        with open(self._ballast, "ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue

    def make_room(self) -> None:
        self._ballast.unlink()

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@contextmanager
def disk_at(folder: Path, megabytes: int) -> Iterator[Disk]:
    disk = Disk(folder, megabytes)
    try:
        yield disk
    finally:
        disk.unmount()


@contextmanager
def small(database: str, sites: Sites) -> Iterator[tuple[Site, Disk]]:
    """A running site, whose database is on a small disk, and with SQLite all else too."""
    size, demo = MEGABYTES[database], demo_folder(sites.folders)
    if database == "SQLite":
        place = sites.folders.mktemp("disk")
        with disk_at(place, size) as disk, stopped_at_the_end(Site(place)) as site:
            shutil.copytree(demo, place, dirs_exist_ok=True)
            yield site.start(), disk
        return
    place = folder_for_postgres()
    owner = place.stat()
    with disk_at(place, size) as disk:
        os.chown(place, owner.st_uid, owner.st_gid)
        with sites.server_in(place) as server:
            site = Site(demo, settings={"DATABASE_URL": server.url})
            shutil.rmtree(demo / "search", ignore_errors=True)
            with stopped_at_the_end(site):
                yield site.start(), disk
    shutil.rmtree(place, ignore_errors=True)


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_a_full_disk_stores_nothing_half_says_so_and_goes_on_when_there_is_room(database, sites):
    with small(database, sites) as (site, disk):
        her = Client(site.url).sign_in("ada", site.logins["ada"])
        question = ask(her, "What becomes of a question on a full disk?", f"It should stay. {LONG}")
        form = f"/questions/{number_of(question)}/answers"
        until(lambda: not behind(site), "the index is made", 60)
        disk.fill()
        acknowledged, refused = fill_up(her, form)
        assert NO_ROOM in refused.text.replace("&#x27;", "'")
        assert "was not taken" in refused.text
        assert int(refused.retry_after) > 0
        for path in (*READ, question, f"{question}?sort=newest"):
            for reader in (her, Client(site.url)):
                assert reader.get(path).status == 200, path
        if database == "SQLite":  # else pictures are on another disk
            picture = her.upload("/uploads", "image", noise())
            assert (picture.status, NO_ROOM in picture.text.replace("&#x27;", "'")) == (503, True)
        before = whole(site)
        disk.make_room()
        word = f"w{uuid4().hex[:12]}"
        acknowledged.append(answer_number(her.post(form, body=f"With room again, {word} is written.").location))
        assert her.upload("/uploads", "image", noise()).status == 200
        assert set(acknowledged) - {number for (number,) in rows(site, "SELECT id FROM geeks_post")} == set()
        assert whole(site) == before + 1
        until(lambda: "post-summary" in Client(site.url).get(f"/search?q={word}").text, "it is found", 30)
        assert settled(site) == "no differences; no differences"


def fill_up(her: Client, form: str) -> tuple[list[int], object]:
    """Answer until there is no room: what was taken, and what was said at last."""
    taken = []
    for _ in range(300):
        reply = her.post(form, body=LONG)
        if reply.status != 302:
            assert reply.status == 503, reply.text[:2000]
            return taken, reply
        taken.append(answer_number(reply.location))
    raise AssertionError("the disk is not full")


def whole(site: Site) -> int:
    """How many posts there are; each with its first revision and its announcement."""
    if "DATABASE_URL" not in site.settings:
        with closing(sqlite3.connect(site.folder / "db.sqlite3", timeout=30)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    torn = "SELECT id FROM geeks_post p WHERE NOT EXISTS (SELECT 1 FROM {} r WHERE r.post_id = p.id)"
    assert rows(site, torn.format("geeks_revision")) == rows(site, torn.format("geeks_outbox")) == []
    return int(rows(site, "SELECT count(*) FROM geeks_post")[0][0])


def noise() -> bytes:
    """A picture that cannot be made small."""
    file = io.BytesIO()
    Image.frombytes("RGB", (300, 300), os.urandom(300 * 300 * 3)).save(file, "PNG")
    return file.getvalue()
