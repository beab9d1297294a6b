"""Backups that somebody made or damaged with care: one clear line, and nothing is written anywhere."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from geeks.dumps.backups import MANIFEST, write
from geeks.dumps.backups.pictures import Pictures
from tests.dumps.test_backups import everything, rewritten, site

__all__ = ["site"]
pytestmark = pytest.mark.django_db

USERS = "tables/geeks_user.jsonl"


@pytest.fixture
def backup(site, tmp_path, monkeypatch):
    """Taken inside the test's own transaction, which costs a tenth of emptying all tables after each of these tests.
    It needs no moment of its own, for nobody writes beside it (tests/dumps/test_backups.py has real ones)."""
    monkeypatch.setattr(write, "one_moment", nullcontext)
    file = tmp_path / "site.zip"
    call_command("backup", file)
    connection.check_constraints()  # what waits for the end of a transaction is in the way of emptying tables
    return file


def forged(file, change):
    """The backup after `change(members)`, name -> content, with a manifest that lists all of it rightly."""
    with zipfile.ZipFile(file) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    manifest = json.loads(members.pop(MANIFEST))
    change(members)
    manifest["members"] = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in members.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(MANIFEST, json.dumps(manifest))


def files(folder):
    return {file: file.read_bytes() if file.is_file() else None for file in Path(folder).rglob("*")}


def refused(file, settings, match):
    """The restore ends with one line that says `match`; database and folder are as they were."""
    before, pictures = everything(), files(settings.MEDIA_ROOT)
    with pytest.raises(CommandError, match=match) as told:
        call_command("restore", file, replace=True)
    assert str(told.value).startswith("Nothing was restored: ")
    assert "\n" not in str(told.value)
    assert everything() == before
    assert files(settings.MEDIA_ROOT) == pictures


@pytest.mark.parametrize(
    "name",
    [
        *("media/{outside}", "media/../out", "media/a/../../../out", "media//out", "media/", "media/a//b", "media/./a"),
        *("media/..\\out", "media/C:\\out", "media/C:out", "tables//out", "tables/../out.jsonl", "other/a"),
    ],
)
def test_a_file_that_would_lie_outside_is_refused(backup, settings, tmp_path, name):
    outside = tmp_path / "pwned.txt"
    forged(backup, lambda members: members.update({name.format(outside=outside): b"x"}))
    refused(backup, settings, "outside the site's folder")
    assert not outside.exists()


def test_a_name_with_a_nul_is_refused(backup, settings):
    forged(backup, lambda members: members.update({"media/a_b": b"x"}))
    backup.write_bytes(backup.read_bytes().replace(b"media/a_b", b"media/a\0b"))
    refused(backup, settings, "other parts|outside")


def test_a_link_in_the_folder_leads_nowhere(backup, settings, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (Path(settings.MEDIA_ROOT) / "link").symlink_to(tmp_path / "elsewhere")
    forged(backup, lambda members: members.update({"media/link/out": b"x"}))
    refused(backup, settings, "outside the site's folder")
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("name", ["media/" + "a" * 256, "media/" + "é" * 128, "media/" + "a/" * 600 + "b"])
def test_a_name_that_is_too_long_is_refused(backup, settings, name):
    forged(backup, lambda members: members.update({name: b"x"}))
    refused(backup, settings, "too long")


def test_a_file_beside_a_folder_of_its_name_is_refused(backup, settings):
    forged(backup, lambda members: members.update({"media/q": b"x", "media/q/r": b"x"}))
    refused(backup, settings, "both as a file and as a folder")


@pytest.mark.parametrize("name", ["media/there", "media/file/r"])
def test_a_file_in_the_place_of_a_folder_that_is_there_is_refused(backup, settings, name):
    (Path(settings.MEDIA_ROOT) / "there").mkdir()
    (Path(settings.MEDIA_ROOT) / "file").write_text("mine")
    forged(backup, lambda members: members.update({name: b"x"}))
    refused(backup, settings, "clash")


def second(change):
    """A change of the first row of a table, made to its list of values."""

    def made(text):
        head, row, *others = text.split(b"\n")
        return b"\n".join([head, change(head, row), *others])

    return made


def with_values(change):
    def changed(head, row):
        named = dict(zip(json.loads(head), json.loads(row), strict=True))
        return json.dumps(change(named)).encode()

    return second(changed)


@pytest.mark.parametrize(
    "change",
    [
        second(lambda head, row: row[:-5]),
        second(lambda head, row: b"[1]"),
        second(lambda head, row: b"[" * 200_000),
        second(lambda head, row: row.replace(b"ada", b"a\xffa")),
        with_values(lambda row: row),
        with_values(lambda row: "x" * len(row)),
        with_values(lambda row: [*{**row, "username": {"a": 1}}.values()]),
        with_values(lambda row: [*{**row, "username": 7}.values()]),
        with_values(lambda row: [*{**row, "id": "seven"}.values()]),
        with_values(lambda row: [*{**row, "id": 10**30}.values()]),
        with_values(lambda row: [*{**row, "date_joined": "yesterday"}.values()]),
        with_values(lambda row: [*{**row, "username": "\ud800"}.values()]),
        with_values(lambda row: [*{**row, "username": None}.values()]),
        lambda text: b"",
        lambda text: b"\n" + text,
        lambda text: b"7\n" + text,
        lambda text: b'[["id"]]\n',
        lambda text: b'["id", "id"]\n',
        lambda text: b'["nowhere"]\n',
    ],
)
def test_a_table_that_is_none_is_refused(backup, settings, change):
    forged(backup, lambda members: members.update({USERS: change(members[USERS])}))
    refused(backup, settings, "geeks_user|NULL|null|NOT NULL|out of range")


def test_a_table_that_no_database_of_its_version_has_is_refused(backup, settings):
    forged(backup, lambda members: members.update({"tables/nowhere.jsonl": b'["id"]\n'}))
    refused(backup, settings, "table nowhere")


@pytest.mark.parametrize(
    "change",
    [
        *({"migrations": []}, {"migrations": 7}, {"migrations": ["geeks"]}, {"migrations": [["geeks", 1]]}),
        *({"migrations": [[["geeks"], "a"]]}, {"migrations": {"geeks": "a"}}, {"migrations": None}, {"form": "x"}),
        *({"members": {USERS: {}}}, {"members": {USERS: 7}}, {"members": {USERS: {"sha256": 7}}}, {"members": [1]}),
        *({"members": {USERS: {"sha256": "short"}}}, {"form": [1]}, {"form": float("inf")}),
    ],
    ids=str,
)
def test_a_manifest_that_says_nothing_is_refused(backup, settings, change):
    rewritten(backup, lambda text: json.dumps({**json.loads(text), **change}))
    refused(backup, settings, "no whole backup")


def test_a_manifest_without_migrations_is_refused(backup, settings):
    rewritten(backup, lambda text: json.dumps({**json.loads(text), "migrations": 0}).replace('"migrations"', '"other"'))
    refused(backup, settings, "no whole backup")


@pytest.mark.parametrize("text", ["[1]", "7", "[" * 200_000, "null"])
def test_a_manifest_that_is_none_is_refused(backup, settings, text):
    rewritten(backup, lambda _: text)
    refused(backup, settings, "no whole backup")


def in_headers(file, offset, value):
    """Every entry's flags (offset 6) or compression (8) set, as in its local header so in the list at the end."""
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        locals_ = [entry.header_offset for entry in archive.infolist()]
        at = archive.start_dir
    for place in locals_:
        struct.pack_into("<H", content, place + offset, value)
    while content[at : at + 4] == b"PK\1\2":
        struct.pack_into("<H", content, at + offset + 2, value)
        at += 46 + sum(struct.unpack_from("<HHH", content, at + 28))
    file.write_bytes(content)


def test_an_encrypted_archive_is_refused(backup, settings):
    in_headers(backup, 6, 1)
    refused(backup, settings, "encrypted")


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, 99])
def test_a_compression_that_none_of_ours_has_is_refused(backup, settings, compression):
    in_headers(backup, 8, compression)
    refused(backup, settings, "compressed in a way")


def test_a_bomb_is_refused_by_what_it_announces(backup, settings, monkeypatch):
    monkeypatch.setattr("geeks.dumps.backups.read.FLOOR", 1)
    forged(backup, lambda members: members.update({"media/zeros": bytes(30_000_000)}))
    refused(backup, settings, "250 times its size")


def test_a_member_that_is_longer_than_it_announces_is_refused(backup, settings):
    forged(backup, lambda members: members.update({"media/zeros": bytes(30_000_000)}))
    content = backup.read_bytes()
    backup.write_bytes(content.replace(struct.pack("<L", 30_000_000), struct.pack("<L", 100)))
    refused(backup, settings, "damaged at media/zeros")


def test_a_row_that_never_ends_is_refused(backup, settings, monkeypatch):
    monkeypatch.setattr("geeks.dumps.backups.read.LONGEST", 100_000)
    forged(backup, lambda members: members.update({USERS: b" " * 200_000}))
    refused(backup, settings, "longer than")


def test_pictures_are_taken_away_again_when_the_restore_fails_late(backup, settings, site, monkeypatch):
    (Path(settings.MEDIA_ROOT) / "mine.webp").write_bytes(b"mine")
    site.picture.write_bytes(b"another content")
    forged(backup, lambda members: members.update({"media/a/b/new.webp": b"new"}))
    seen, honest = [], Pictures.put

    def put(self):
        honest(self)
        seen.append((site.picture.read_bytes(), (Path(settings.MEDIA_ROOT) / "a/b/new.webp").read_bytes()))
        raise OSError("No space left on device")

    monkeypatch.setattr(Pictures, "put", put)
    refused(backup, settings, "No space left")
    assert seen == [(b"not really a picture", b"new")]
    monkeypatch.setattr(Pictures, "put", honest)
    call_command("restore", backup, replace=True)
    assert site.picture.read_bytes() == b"not really a picture"
    assert sorted(file.name for file in files(settings.MEDIA_ROOT) if file.is_file()) == [
        *("mine.webp", "new.webp", "picture.webp"),
    ]


def test_what_the_migrations_say_after_a_restore_is_told(backup, monkeypatch):
    honest, calls = MigrationExecutor.migrate, []

    def migrate(self, targets, *rest, **options):
        calls.append(targets)
        if len(calls) == 2:  # the first goes to where the backup was
            raise ValueError("an old row")
        return honest(self, targets, *rest, **options)

    monkeypatch.setattr(MigrationExecutor, "migrate", migrate)
    with pytest.raises(CommandError, match=r"^The backup was restored, but .* an old row"):
        call_command("restore", backup, replace=True)
