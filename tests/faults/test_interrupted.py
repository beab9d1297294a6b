"""`migrate`, `rerender`, `recount` and `reindex` killed in the middle, again and again, each time a little later: the
run that gets through leaves what a run that nobody disturbed leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.browser.site import ROOT, Site
from tests.faults.rounds import rows, stored

RENDERED = "SELECT id, title_html, slug, body_html, text, excerpt, excerpt_html, render_version FROM geeks_post"
COUNTED = "SELECT id, score, answer_count, comment_count, hotness, answered FROM geeks_post"

TAGGINGS = "SELECT id, post_id, tag_id, kind, created, last_activity, score, hotness, answered FROM geeks_tagging"


@pytest.fixture(autouse=True)
def _apart() -> None:
    """Nothing here needs Django's settings."""


def interrupted(site: Site, step: int, *command: str, after: str = "") -> int:
    """Run it as tests/faults/interrupting.py says; how often it was killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.interrupting", str(step), *command],
        cwd=ROOT,
        env={**site.environment(), "AFTER": after},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return int(done.stdout.splitlines()[-1])


def shape(site: Site) -> Any:
    """Tables, columns, indexes and triggers."""
    if "DATABASE_URL" in site.settings:
        columns = (
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema='public'"
        )
        triggers = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        return [sorted(rows(site, what)) for what in (columns, "SELECT indexdef FROM pg_indexes", triggers)]
    return sorted(rows(site, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def test_a_migration_that_is_killed_is_finished_by_the_next_run(site):
    before, content = shape(site), [sorted(rows(site, what)) for what in ("SELECT * FROM geeks_post", TAGGINGS)]
    site.manage("migrate", "-v0", "geeks", "0009")
    assert shape(site) != before
    refused = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=site.environment(), capture_output=True, text=True
    )
    assert (refused.returncode != 0, "migrate" in refused.stderr) == (True, True)
    assert interrupted(site, 4, "migrate") >= 2
    assert shape(site) == before
    assert [sorted(rows(site, what)) for what in ("SELECT * FROM geeks_post", TAGGINGS)] == content
    site.manage("migrate", "--check")


def test_an_empty_database_gets_all_its_tables_however_often_that_is_killed(site, tmp_path):
    wanted = shape(site)
    empty = Site(tmp_path)
    if url := site.settings.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE another TEMPLATE template0")
        empty.settings = {"DATABASE_URL": url.rpartition("/")[0] + "/another"}
    assert interrupted(empty, 150, "migrate") >= 2
    assert shape(empty) == wanted


def test_rerender_goes_on_where_it_was_killed(site):
    before = sorted(rows(site, RENDERED)), sorted(rows(site, "SELECT id, html FROM geeks_comment"))
    stored(site, "UPDATE geeks_post SET body_html = '', text = '', excerpt_html = '', render_version = 'old'")
    stored(site, "UPDATE geeks_comment SET html = ''")
    assert interrupted(site, 60, "rerender") >= 2
    assert (sorted(rows(site, RENDERED)), sorted(rows(site, "SELECT id, html FROM geeks_comment"))) == before


def test_recount_repairs_the_rest_when_it_was_killed(site):
    before = sorted(rows(site, COUNTED))
    stored(site, "UPDATE geeks_post SET score = score + 7, answer_count = answer_count + 1, comment_count = 99")
    stored(site, "UPDATE geeks_tag SET question_count = 42")
    stored(site, "UPDATE geeks_user SET reputation = reputation + 5")
    assert interrupted(site, 80, "recount") >= 2
    assert sorted(rows(site, COUNTED)) == before
    assert site.manage("recount").splitlines()[-1] == "no differences"


def test_the_old_index_serves_until_a_reindex_gets_through(site):
    site.manage("reindex")
    old = in_use(site)
    assert interrupted(site, 3, "reindex", after="reindex --check") >= 2
    assert in_use(site) != old
    assert site.manage("reindex", "--check").splitlines()[-1] == "no differences"
    folders = [path.name for path in (site.folder / "search").iterdir() if path.is_dir()]
    assert folders == [in_use(site)], "what killed runs had begun is removed"


def in_use(site: Site) -> str:
    text = (site.folder / "search" / "current.json").read_text()
    return next(name for name in os.listdir(site.folder / "search") if f'"{name}"' in text)


def test_a_restore_goes_onto_what_killed_ones_left(site, tmp_path):
    media, file = site.folder / "media", tmp_path / "site.zip"
    (media / "uploads").mkdir(parents=True, exist_ok=True)
    (media / "uploads" / "one.webp").write_bytes(b"as it was")
    (media / "uploads" / "two.webp").write_bytes(b"as it was")
    site.manage("backup", str(file))
    before = sorted(rows(site, RENDERED)), sorted(rows(site, COUNTED)), pictures(media)
    (media / "uploads" / "one.webp").write_bytes(b"another content")
    (media / "uploads" / "two.webp").unlink()
    stored(site, "UPDATE geeks_post SET title_html = 'another'")
    assert interrupted(site, 15, "restore", str(file), "--replace") >= 2
    assert (sorted(rows(site, RENDERED)), sorted(rows(site, COUNTED)), pictures(media)) == before


def pictures(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
