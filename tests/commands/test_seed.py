"""`manage.py seed`: the demo, loaded through the models into an empty site, once."""

import stat
from io import StringIO
from unittest import mock

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client

from geeks import policy
from geeks.dumps import demo
from geeks.models import Acceptance, Closure, Comment, Kind, Post, Upload, User
from geeks.models.tag import clean_tag_names
from geeks.search import parse
from geeks.tasks import indexing

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    """A few threads of the real demo, with all of its people and pictures."""
    settings.DATA_DIR = tmp_path
    small = tmp_path / "demo"
    (small / "questions").mkdir(parents=True)
    (small / "articles").mkdir()
    (small / "people.yaml").write_bytes((demo.FOLDER / "people.yaml").read_bytes())
    (small / "images").symlink_to(demo.FOLDER / "images")
    accepted = next(p for p in sorted((demo.FOLDER / "questions").glob("*.md")) if "accepted: true" in p.read_text())
    for path in (
        demo.FOLDER / "questions" / "cheapest-vpn-provider.md",  # closed
        demo.FOLDER / "articles" / "reading-a-qq-plot.md",  # with pictures
        accepted,
    ):
        (small / path.parent.name / path.name).write_bytes(path.read_bytes())
    return small


@pytest.fixture
def seed(folder, monkeypatch):
    def run() -> str:
        out = StringIO()
        monkeypatch.setattr(demo.Loader, "__init__", _with_folder(demo.Loader.__init__, folder))
        call_command("seed", stdout=out)
        return out.getvalue()

    return run


def _with_folder(init, folder):
    return lambda self, *args, **given: init(self, *args, **{**given, "folder": folder})


def test_an_empty_site_gets_posts_people_pictures_and_right_counters(seed, folder, settings):
    out = seed()
    assert Post.objects.filter(kind=Kind.QUESTION).count() == 2
    assert Post.objects.filter(kind=Kind.ARTICLE).count() == 1
    assert Post.objects.filter(kind=Kind.ANSWER).exists()
    assert Acceptance.objects.exists()
    assert Closure.objects.get().user.username == "mod"
    assert Comment.objects.exists()
    assert Upload.objects.exists()
    assert User.objects.get(username="admin").is_superuser
    assert User.objects.get(username="mod").moderates
    again = StringIO()
    call_command("recount", stdout=again)
    assert again.getvalue() == "no differences\n"

    logins = settings.DATA_DIR / "demo-logins.txt"
    assert stat.S_IMODE(logins.stat().st_mode) == 0o600
    pairs = dict(line.split() for line in logins.read_text().splitlines())
    assert set(pairs) == {"admin", "ada", "ben", "mod"}
    for name, password in pairs.items():
        assert f"{name} {password}" in out
        assert Client().login(username=name, password=password)

    backend = indexing.reader()
    try:
        assert backend.search(parse("VPN")).ids
    finally:
        backend.close()


def test_a_second_run_changes_nothing(seed, settings):
    seed()
    logins = (settings.DATA_DIR / "demo-logins.txt").read_text()
    before = list(Post.objects.order_by("pk").values_list("pk", "last_activity"))
    out = seed()
    assert "nothing was loaded" in out
    assert logins in out
    assert list(Post.objects.order_by("pk").values_list("pk", "last_activity")) == before


def test_an_interrupted_run_leaves_an_empty_site_to_be_seeded(seed, folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(demo.Loader, "_thread", mock.Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            seed()
    assert not User.objects.exists()
    seed()
    assert Post.objects.exists()


def test_a_site_with_people_of_those_names_is_left_alone(seed, ada):
    with pytest.raises(CommandError, match="empty site"):
        seed()


def test_a_file_that_is_not_made_of_blocks_is_named(tmp_path):
    path = tmp_path / "odd.md"
    path.write_text("just text")
    with pytest.raises(ValueError, match=r"odd\.md does not begin"):
        list(demo.read(path))


FILES = sorted([*(demo.FOLDER / "questions").glob("*.md"), *(demo.FOLDER / "articles").glob("*.md")])
PEOPLE = [row["name"] for row in yaml.safe_load((demo.FOLDER / "people.yaml").read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_the_demo_can_be_loaded(path):
    """What loading would stumble over, without typesetting everything here: `make run` does."""
    head, *answers = demo.read(path)
    assert head.given["category"] in {slug for _, slug, _ in demo.CATEGORIES}
    assert clean_tag_names(head.given["tags"]) == head.given["tags"]
    assert policy.TITLE_MIN <= len(head.given["title"]) <= policy.TITLE_MAX
    for block in (head, *answers):
        assert block.given["author"] in PEOPLE
        assert abs(block.given.get("votes", 0)) < len(PEOPLE)
        assert policy.BODY_MIN <= len(block.body.strip()) <= policy.BODY_MAX
        assert float(block.given["days_ago"]) <= head.given["days_ago"]
        for name in demo.IMAGE.findall(block.body):
            assert (demo.FOLDER / name).is_file()
        for row in block.given.get("comments") or ():
            assert row["by"] in PEOPLE
            assert policy.COMMENT_MIN <= len(row["text"]) <= policy.COMMENT_MAX
            assert float(row["days_ago"]) <= block.given["days_ago"]
    if closed := head.given.get("closed"):
        assert closed["reason"] in policy.CLOSE_REASONS
        assert closed["by"] == "mod"


def test_the_demo_holds_enough():
    kinds = [next(demo.read(path)).kind for path in FILES]
    assert kinds.count("question") >= 24
    assert kinds.count("article") >= 6
