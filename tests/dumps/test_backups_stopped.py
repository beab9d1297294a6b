"""Backups and restores around a restore that was stopped or killed: it says what it did, and the pictures are those of
the rows that are there."""

from __future__ import annotations

import os
import signal
import threading
import zipfile
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connections

from geeks.dumps.backups import MEDIA
from geeks.dumps.backups.pictures import Pictures
from geeks.dumps.backups.stopping import Stopping
from geeks.models import Outbox, Upload, User, statistics
from tests import make
from tests.dumps.test_backups import backup, everything, site
from tests.dumps.test_backups_damaged import files, forged

__all__ = ["backup", "site"]
pytestmark = pytest.mark.django_db(transaction=True)

SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])


class Killed(BaseException):
    """What nothing catches."""


@pytest.fixture(autouse=True)
def _survives(monkeypatch):
    """SIGTERM where nobody minds it fails the test instead of ending all of them. Ctrl-C is as in a terminal, also
    behind a shell that ignores it."""

    def fail(*_):
        raise Killed("SIGTERM")

    before = signal.signal(signal.SIGTERM, fail), signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def changed(backup, site):
    """A site that is not as in its backup: a post more, a picture with other content, and one that is not here."""
    forged(backup, lambda members: members.update({"media/a/b/new.webp": b"new"}))
    site.picture.write_bytes(b"another content")
    make.question(make.person("a newcomer"))
    return site


def at_commit(monkeypatch, act, after=True):
    """`act()` right after, or before, the commit of the rows and pictures."""
    armed, put, wrapper = [], Pictures.put, type(connections["default"])
    commit = wrapper._commit

    def put_and_arm(self):
        put(self)
        armed.append(True)

    def commit_and_act(self):
        now = bool(armed)
        armed.clear()
        if now and not after:
            act()
        commit(self)
        if now and after:
            act()

    monkeypatch.setattr(Pictures, "put", put_and_arm)
    monkeypatch.setattr(wrapper, "_commit", commit_and_act)


def killed(backup, monkeypatch, after):
    """A restore that ends without cleaning up, right after the commit or before it."""

    def kill():
        if not after:  # as the database does when the connection goes away
            connections["default"]._rollback()
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Pictures, "__exit__", lambda *_: None)
        at_commit(patch, kill, after)
        with pytest.raises(Killed):
            call_command("restore", backup, replace=True)


def named(settings):
    """Name -> content of what lies in the folder."""
    folder = Path(settings.MEDIA_ROOT)
    found = files(folder)
    return {file.relative_to(folder).as_posix(): content for file, content in found.items() if content is not None}


def kept(file):
    """Name -> content of the pictures in a backup."""
    with zipfile.ZipFile(file) as archive:
        members = [name for name in archive.namelist() if name.startswith(MEDIA)]
        return {name.removeprefix(MEDIA): archive.read(name) for name in members}


@SIGNALS
def test_stopped_at_the_commit_it_says_that_it_was_restored(backup, changed, settings, monkeypatch, number):
    settings.SEARCH_DIR.mkdir(parents=True)
    at_commit(monkeypatch, lambda: os.kill(os.getpid(), number))
    with pytest.raises(CommandError, match=r"^The backup was restored, but .* it was stopped\. Run `manage"):
        call_command("restore", backup, replace=True)
    assert not User.objects.filter(username="a newcomer").exists()
    assert named(settings) == kept(backup)
    assert not settings.SEARCH_DIR.exists()
    assert not Session.objects.exists()


@SIGNALS
def test_stopped_before_the_commit_nothing_was_restored(backup, changed, settings, monkeypatch, number):
    before, pictures = everything(), files(settings.MEDIA_ROOT)
    put = Pictures.put

    def stopped(self):
        put(self)
        os.kill(os.getpid(), number)

    monkeypatch.setattr(Pictures, "put", stopped)
    with pytest.raises(CommandError, match="^Nothing was restored: it was stopped"):
        call_command("restore", backup, replace=True)
    assert everything() == before
    assert files(settings.MEDIA_ROOT) == pictures


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("No space left on device")], ids=repr)
@pytest.mark.parametrize(("owner", "name"), [(type(Outbox.objects), "announce_everything"), (statistics, "gather")])
def test_an_error_after_the_commit_is_not_told_as_nothing(backup, changed, settings, monkeypatch, owner, name, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(owner, name, fail)
    with pytest.raises(CommandError, match="^The backup was restored, but "):
        call_command("restore", backup, replace=True)
    assert named(settings) == kept(backup)


def test_a_backup_after_a_killed_restore_holds_the_pictures_of_the_site_in_use(
    backup, changed, settings, tmp_path, monkeypatch
):
    before = named(settings)
    killed(backup, monkeypatch, after=False)
    call_command("backup", tmp_path / "old.zip")
    assert kept(tmp_path / "old.zip") == before
    killed(backup, monkeypatch, after=True)
    call_command("backup", tmp_path / "new.zip")
    assert kept(tmp_path / "new.zip") == kept(backup)


def test_a_restore_first_puts_back_what_a_killed_one_left(backup, changed, settings, monkeypatch, tmp_path):
    before, pictures = everything(), files(settings.MEDIA_ROOT)
    call_command("backup", tmp_path / "now.zip")
    killed(backup, monkeypatch, after=False)
    assert files(settings.MEDIA_ROOT) != pictures
    call_command("restore", tmp_path / "now.zip", replace=True)
    assert everything() == before
    assert files(settings.MEDIA_ROOT) == pictures
    assert not Session.objects.exists()


def test_a_restore_first_finishes_what_one_killed_after_its_commit_left(
    backup, changed, settings, monkeypatch, tmp_path
):
    killed(backup, monkeypatch, after=True)
    call_command("backup", tmp_path / "new.zip")
    call_command("restore", tmp_path / "new.zip", replace=True)
    assert named(settings) == kept(backup)
    assert not Session.objects.exists()


def test_a_picture_that_came_since_under_the_same_name_stays(backup, changed, settings, monkeypatch, tmp_path):
    killed(backup, monkeypatch, after=False)
    Upload.objects.create(file="a/b/new.webp", sha256="1" * 64, width=1, height=1)
    call_command("backup", tmp_path / "now.zip")
    call_command("restore", tmp_path / "now.zip", replace=True)
    assert named(settings)["a/b/new.webp"] == kept(tmp_path / "now.zip")["a/b/new.webp"] == b"new"


def test_a_journal_that_was_cut_off_is_none(backup, changed, settings):
    (Path(settings.MEDIA_ROOT) / ".restore-journal").write_text('{"token": "')
    call_command("restore", backup, replace=True)
    assert named(settings) == kept(backup)


def test_what_an_older_version_took_along_is_left_out(backup, changed, settings, tmp_path):
    old = f".restore-{'a' * 32}-old"
    (Path(settings.MEDIA_ROOT) / "uploads" / old).write_bytes(b"left")
    call_command("backup", tmp_path / "now.zip")
    assert not [name for name in kept(tmp_path / "now.zip") if ".restore-" in name]
    wanted = kept(backup)
    own = {f"media/{old}": b"left", "media/.restore-journal": b'{"folders": [], "new": ["../../out"]}'}
    forged(backup, lambda members: members.update(own))
    (Path(settings.MEDIA_ROOT) / "uploads" / old).unlink()
    call_command("restore", backup, replace=True)
    assert named(settings) == wanted


def test_signals_are_left_alone_in_other_threads(monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: pytest.fail("a signal was set"))
    errors = []

    def work():
        try:
            with Stopping() as stopping:
                stopping.hold()
                stopping.release()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    monkeypatch.undo()
    assert errors == []


def test_handlers_are_put_back_and_what_is_ignored_stays_so(monkeypatch):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN), signal.getsignal(signal.SIGTERM)
    try:
        with Stopping():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not before[1]
        assert signal.getsignal(signal.SIGTERM) is before[1]
    finally:
        signal.signal(signal.SIGINT, before[0])
