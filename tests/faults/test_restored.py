"""A machine is lost: its backup goes onto an empty data folder of another, and the site is what it was."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.browser.client import Client, ask
from tests.browser.site import Site
from tests.cluster.servers import until
from tests.faults.rounds import rows, settled
from tests.faults.sites import stopped_at_the_end
from tests.faults.test_full_disk import noise


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


@pytest.fixture
def empty(tmp_path) -> Iterator[Site]:
    """A site whose data folder is not there."""
    with stopped_at_the_end(Site(tmp_path / "not" / "yet")) as site:
        yield site


def test_a_backup_taken_while_the_site_serves_is_a_whole_site_on_an_empty_folder(sites, empty):
    with sites.on("SQLite") as site:  # from SQLite into PostgreSQL is how tests/faults/sites.py fills its servers
        her = Client(site.start().url).sign_in("ada", site.logins["ada"])
        word = f"w{uuid4().hex[:12]}"
        sent = her.upload("/uploads", "image", noise())
        picture = re.search(r"/media/uploads/[\w/]+\.webp", sent.text)[0]
        question = ask(her, f"What is left of {word}?", f"All of it, and ![a picture]({picture}) too.")
        file = Path(site.folder) / "site.zip"
        site.manage("backup", str(file))
        ask(her, "What was written after the backup?", "That is not in it, and nothing else is missing.")
        wanted = rows(site, "SELECT id, title, body FROM geeks_post ORDER BY id")[:-1]
        logins = site.logins
        site.kill()
        empty.manage("restore", str(file))
        shutil.copytree(site.folder / "static", empty.folder / "static")
    assert rows(empty, "SELECT id, title, body FROM geeks_post ORDER BY id") == wanted
    empty.start()
    stranger = Client(empty.url)
    assert picture in stranger.get(question).text
    assert stranger.get(picture).status == 200
    until(lambda: "post-summary" in stranger.get(f"/search?q={word}").text, "it is found", 30)
    his = Client(empty.url).sign_in("ada", logins["ada"])
    assert his.get(ask(his, "Is this the next question here?", "It is, with a number of its own.")).status == 200
    assert settled(empty) == "no differences; no differences"
