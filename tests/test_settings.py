"""A wrong setting stops the start with a sentence that names it and the remedy; right ones are read as meant."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from geeks import environment
from geeks.search.tantivy.analysis import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
READ = "from django.conf import settings as s; print(eval({!r}))"


def start(tmp_path, expression: str = "s.DEBUG", **given: str) -> tuple[int, str]:
    """Read the settings in a process of its own with only these; gives its code and what it said last."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {"DATA_DIR": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "geeks.settings", **given}
    command = [sys.executable, "-c", READ.format(expression)]
    done = subprocess.run(command, cwd=ROOT, env={**kept, **given}, capture_output=True, text=True, check=False)
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return done.returncode, lines[-1]


@pytest.fixture
def given(monkeypatch):
    """`given(NAME="value")` puts settings into the environment, and takes away what is there."""

    def put(**names: str) -> None:
        for name, value in names.items():
            monkeypatch.setenv(name, value)

    for name in (
        "DEBUG",
        "PORT",
        "SIGNUP",
        "SITE_URL",
        "CACHE_URL",
        "TIME_ZONE",
        "LANGUAGE_CODE",
        "SECRET_KEY",
        "DATA_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
    return put


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("DEBUG", "maybe", "Set it to 1 or 0"),
        ("SIGNUP", "everybody", "open, invite, closed"),
        ("PORT", "abc", "not a whole number"),
        ("PORT", "70000", "from 0 to 65535"),
        ("WORKERS", "0", "from 1 to"),
        ("TRUSTED_PROXIES", "-1", "from 0 to"),
        ("SITE_URL", "maths.example.org", "Set it like https://maths.example.org"),
        ("SITE_URL", "ftp://maths.example.org", "Set it like https://"),
        ("SITE_URL", "http://[::1", "Set it like https://"),
        ("SITE_URL", "http://127.0.0.1:abc", "Set it like https://"),
        ("CACHE_URL", "memcached://x", "redis://cache.local:6379/0"),
        ("EMAIL_URL", "mail.example.org", "smtp://user:password@mail.example.org:587"),
        ("EMAIL_URL", "smtp://user:secret@mail:port", "smtp://user:password@"),
        ("DATABASE_URL", "nonsense", "postgres://user:password@db.example.org"),
        ("DATABASE_URL", "mysql://user:secret@x/y", "postgres://user:password@db.example.org"),
        ("TIME_ZONE", "Mars/Base", "Europe/Vienna"),
        ("TIME_ZONE", "../../etc/passwd", "Europe/Vienna"),
        ("LANGUAGE_CODE", "xx", "en-us"),
        ("SEARCH_LANGUAGE", "klingon", "english"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO, WARNING"),
        ("DATA_DIR", "/proc/nowhere", "Set it to a folder"),
        ("SITE_URL", "https://maths.example.org", "put SECRET_KEY="),
        ("ALLOWED_HOSTS", "maths.example.org", "put SECRET_KEY="),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(tmp_path, name, value, remedy):
    code, said = start(tmp_path, **{name: value})
    assert code != 0
    assert "ImproperlyConfigured: " in said
    assert ("SECRET_KEY" if "SECRET_KEY" in remedy else name) in said
    assert remedy in said
    assert "user:secret" not in said


def test_without_any_setting_the_site_starts_on_a_local_address(tmp_path):
    expression = "(s.DEBUG, s.SITE_URL, s.SIGNUP, s.WORKERS, s.SESSION_COOKIE_SECURE, len(s.SECRET_KEY) >= 50)"
    assert start(tmp_path, expression) == (0, "(False, 'http://127.0.0.1:8000', 'open', 2, False, True)")
    kept = tmp_path / "data" / "secret-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert start(tmp_path, "s.SECRET_KEY") == (0, kept.read_text())


def test_the_cache_on_disk_holds_the_counts_of_a_busy_hour(tmp_path):
    count = "[c.set(f'k{n}', 1, 300) for n in range(1000)] and sum(c.get(f'k{n}') for n in range(1000))"
    expression = f"(lambda c: {count})(__import__('django.core.cache').core.cache.cache)"
    assert start(tmp_path, expression) == (0, "1000")


def test_an_https_address_turns_on_what_needs_it(tmp_path):
    expression = (
        "(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, "
        "'maths.example.org' in s.ALLOWED_HOSTS)"
    )
    code, said = start(tmp_path, expression, SITE_URL="https://maths.example.org/", SECRET_KEY="x" * 50)
    assert (code, said) == (0, "(True, True, True, True)")


def test_a_folder_with_odd_letters_holds_the_database(tmp_path):
    folder = tmp_path / "a b#c%20?d"
    code, said = start(tmp_path, "s.DATABASES['default']['NAME']", DATA_DIR=str(folder))
    assert (code, said) == (0, str(folder / "db.sqlite3"))


@pytest.mark.parametrize("command", ["recount", "reindex"])
def test_manage_py_says_that_tables_are_missing_in_one_line(command, tmp_path):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "manage.py migrate" in done.stderr


def test_manage_py_says_what_is_wrong_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "geeks.settings",
            "DATA_DIR": str(tmp_path),
            "SIGNUP": "everybody",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr == "SIGNUP='everybody' is not known. Set it to one of: open, invite, closed.\n"


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("YES", True), ("off", False), ("", False), (" true ", True)]
)
def test_yes_and_no_are_read(given, value, meant):
    given(DEBUG=value)
    assert environment.flag("DEBUG") is meant


def test_a_list_drops_blanks(given):
    given(ALLOWED_HOSTS=" a.example , ,b.example,")
    assert environment.words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_a_file_gives_what_the_environment_does_not(given, tmp_path, monkeypatch):
    given(SITE_NAME="From the environment")
    monkeypatch.setenv("FROM_A_FILE", "x")
    monkeypatch.delenv("FROM_A_FILE")
    file = tmp_path / ".env"
    file.write_text('# a comment\n\nSITE_NAME=From the file\nFROM_A_FILE = "a=b # c"\n')
    environment.load_env_file(file)
    assert os.environ["SITE_NAME"] == "From the environment"
    assert os.environ.pop("FROM_A_FILE") == "a=b # c"


@pytest.mark.parametrize("line", ["just words", "=value", "1NAME=value", "export NAME=value"])
def test_a_line_that_is_no_setting_is_named(tmp_path, line):
    file = tmp_path / ".env"
    file.write_text(f"# first\n{line}\n")
    with pytest.raises(ImproperlyConfigured, match=r"line 2: expected NAME=value"):
        environment.load_env_file(file)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://user:p%40ss@mail.example:587", ("mail.example", 587, "user", "p@ss", True, False)),
        ("smtps://mail.example", ("mail.example", 465, "", "", False, True)),
        ("smtp://localhost:25", ("localhost", 25, "", "", False, False)),
    ],
)
def test_a_mail_address_is_read(url, expected):
    mail = environment.email_settings(url)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(mail[f"EMAIL_{name}"] for name in names) == expected


def test_without_a_mail_address_mail_goes_to_the_log():
    assert environment.email_settings("")["EMAIL_BACKEND"].endswith("console.EmailBackend")


def test_the_languages_of_the_search_are_those_of_its_index(settings):
    assert settings.SEARCH_LANGUAGES == LANGUAGES


def test_the_example_names_every_setting_that_is_read():
    sources = [ROOT / "geeks" / "settings.py", *(ROOT / "geeks" / "management").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    read = set(re.findall(r'environment\.(?:text|flag|number|words|address|folder)\(\s*"([A-Z_]+)"', text))
    read |= {"SECRET_KEY", "TIME_ZONE", "LANGUAGE_CODE"}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert read - set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == set()
    assert len(read) > 15


REPLICAS = "postgres://geeks:secret@replica1/geeks, postgres://geeks:secret@replica2:5433/geeks"


def test_replicas_are_read_in_their_order(tmp_path):
    expression = "[s.DATABASES[name]['HOST'] for name in s.REPLICAS], s.MIDDLEWARE[0], s.DATABASE_ROUTERS"
    given = {"DATABASE_URL": "postgres://geeks:secret@primary/geeks", "DATABASE_REPLICA_URLS": REPLICAS}
    said = "(['replica1', 'replica2'], 'geeks.replicas.reading', ['geeks.replicas.Router'])"
    assert start(tmp_path, expression, **given) == (0, said)
    assert start(tmp_path, "s.REPLICAS, s.MIDDLEWARE[0]")[1] == "([], 'geeks.views.kept.kept_pages')"


@pytest.mark.parametrize(
    ("database", "replicas", "remedy"),
    [
        ("", REPLICAS, "set DATABASE_URL to the primary"),
        ("postgres://h/d", "postgres://h/d,mysql://u:secret@h/d", "number 2 is not"),
        ("postgres://h/d", "postgres://u:secret@h:port/d", "number 1 is not"),
        ("postgres://h/d", "postgres://u:secret@h", "number 1 is not"),
    ],
)
def test_replicas_that_cannot_be_are_said_without_their_passwords(tmp_path, database, replicas, remedy):
    code, said = start(tmp_path, DATABASE_URL=database, DATABASE_REPLICA_URLS=replicas)
    assert code
    assert "DATABASE_REPLICA_URLS" in said
    assert remedy in said
    assert "secret" not in said


def test_only_its_owner_may_read_the_database_from_its_first_moment(tmp_path):
    (tmp_path / "data").mkdir()
    code, _ = start(tmp_path, "s.DATABASES['default']['NAME']")
    assert code == 0
    assert stat.S_IMODE((tmp_path / "data" / "db.sqlite3").stat().st_mode) == 0o600
    assert environment.private(tmp_path / "missing" / "folder") == tmp_path / "missing" / "folder"


def test_a_database_that_is_there_keeps_its_rights(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "db.sqlite3").touch(0o640)
    (tmp_path / "data" / "db.sqlite3").chmod(0o640)
    assert start(tmp_path, "1")[0] == 0
    assert stat.S_IMODE((tmp_path / "data" / "db.sqlite3").stat().st_mode) == 0o640
