"""Backups: what comes back is what was there, and a file that is not whole changes nothing."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from geeks.dumps.backups import MANIFEST
from geeks.dumps.backups.tables import tables
from geeks.models import Outbox, Post, Question, Upload, User
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(settings):
    """A little of everything, and a picture."""
    ada, ben, mod = (
        make.person("ada"),
        make.person("ben", about="Ünïcode, 数学 & \u202equoted\u202c"),
        make.person("mod"),
    )
    User.objects.filter(pk=mod.pk).update(is_moderator=True)
    question = make.question(ada, tags="sums c++")
    answer = make.answer(question, ben)
    answer.votes.cast(ada, 1)
    question.accept(answer, ada)
    question.comments.write(ben, "Is $n$ even?")
    mod.refresh_from_db()
    question.close(mod, "unclear", "What is asked?")
    make.article(mod).delete_by(mod, "a draft")
    upload = Upload(user=ada, sha256="0" * 64, width=1, height=1)
    upload.file.save("00/picture.webp", ContentFile(b"not really a picture"))
    question.picture = Path(upload.file.path)
    return question


@pytest.fixture
def backup(site, tmp_path):
    file = tmp_path / "site.zip"
    call_command("backup", file)
    return file


def everything():
    """All rows of all tables, but for the announcement that a restore adds."""
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values_list())
        for model in tables(apps)
        if model is not Outbox
    }


def rewritten(file, change, name=MANIFEST):
    """The backup with one member changed by `change(text)`."""
    with zipfile.ZipFile(file) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    members[name] = change(members[name].decode()).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for one, content in members.items():
            archive.writestr(one, content)


def test_what_comes_back_is_what_was_there(backup, site):
    before = everything()
    make.question(make.person("a newcomer"))
    Question.objects.filter(pk=site.pk).update(title="Changed since")
    site.picture.unlink()
    call_command("restore", backup, replace=True)
    assert everything() == before
    assert site.picture.read_bytes() == b"not really a picture"


def test_new_rows_do_not_collide_with_restored_ones(backup):
    call_command("restore", backup, replace=True)
    assert make.question().pk > Post.objects.order_by("pk").values_list("pk", flat=True)[0]


def test_the_counters_hold_after_a_restore(backup, capsys):
    call_command("restore", backup, replace=True)
    call_command("recount")
    assert "no differences" in capsys.readouterr().out


def test_the_search_index_is_announced_anew(backup, settings):
    (settings.SEARCH_DIR / "of-another-site").mkdir(parents=True)
    call_command("restore", backup, replace=True)
    assert not settings.SEARCH_DIR.exists()
    assert Outbox.objects.latest("pk").post_id == 0


def test_sessions_and_secrets_stay_out(backup, settings):
    with zipfile.ZipFile(backup) as archive:
        assert not [name for name in archive.namelist() if "session" in name]
        assert settings.SECRET_KEY.encode() not in b"".join(archive.read(name) for name in archive.namelist())


def test_a_site_with_content_is_not_overwritten_unasked(backup):
    before = everything()
    with pytest.raises(CommandError, match="Say --replace"):
        call_command("restore", backup)
    assert everything() == before


def test_a_backup_is_not_overwritten(backup):
    content = backup.read_bytes()
    with pytest.raises(CommandError, match="there already"):
        call_command("backup", backup)
    assert backup.read_bytes() == content


def cut(file):
    file.write_bytes(file.read_bytes()[:-200])


def change_a_row(file):
    rewritten(file, lambda text: text.replace("Changed", "").replace("ada", "eve"), "tables/geeks_user.jsonl")


def name_a_newer_form(file):
    rewritten(file, lambda text: json.dumps({**json.loads(text), "form": 99}))


def know_a_newer_migration(file):
    rewritten(
        file,
        lambda text: json.dumps({**json.loads(text), "migrations": [["geeks", "9999_of_tomorrow"]]}),
    )


def lack_a_manifest(file):
    rewritten(file, lambda text: "{}")


def be_something_else(file):
    file.write_text("This is no archive.")


def leave_the_folder(file):
    escape = {"media/../../escaped": {"sha256": "0" * 64}}
    rewritten(file, lambda text: json.dumps({**json.loads(text), "members": escape}))


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (cut, "no whole backup"),
        (change_a_row, "is damaged"),
        (name_a_newer_form, "newer version"),
        (know_a_newer_migration, "newer version"),
        (lack_a_manifest, "no whole backup"),
        (be_something_else, "no whole backup"),
        (leave_the_folder, "other parts than it lists"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_file_that_is_not_right_is_refused_and_changes_nothing(backup, harm, reason):
    before = everything()
    harm(backup)
    with pytest.raises(CommandError, match=reason):
        call_command("restore", backup, replace=True)
    assert everything() == before


def test_a_name_outside_the_folder_is_refused(backup, tmp_path):
    with zipfile.ZipFile(backup, "a") as archive:
        archive.writestr("media/../../escaped", b"x")
    rewritten(
        backup,
        lambda text: json.dumps(
            {**(read := json.loads(text)), "members": {**read["members"], "media/../../escaped": {"sha256": "0" * 64}}}
        ),
    )
    with pytest.raises(CommandError, match="outside the site's folder"):
        call_command("restore", backup, replace=True)


def test_a_restore_that_fails_in_the_middle_leaves_what_was_there(backup, monkeypatch):
    before = everything()
    monkeypatch.setattr("geeks.dumps.backups.pictures.Pictures.put", fail)
    with pytest.raises(CommandError, match="Nothing was restored: No space left"):
        call_command("restore", backup, replace=True)
    assert everything() == before


def fail(backup):
    raise OSError("No space left on device")


def test_a_backup_that_cannot_be_finished_leaves_no_file(site, tmp_path, monkeypatch):
    monkeypatch.setattr("geeks.dumps.backups.write.pictures", fail)
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", tmp_path / "site.zip")
    assert list(tmp_path.glob("*site.zip*")) == []


def test_a_folder_that_is_not_there_is_named(db, tmp_path):
    with pytest.raises(CommandError, match=f"There is no folder {tmp_path / 'nope'}"):
        call_command("backup", str(tmp_path / "nope" / "site.zip"))
