"""The documentation keeps up with the code: settings, commands and links are those that are there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from geeks.search.parser import OPERATORS

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {".venv", "node_modules", "data", "fixtures", "build"}
PAGES = sorted(
    path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts) and path.parts[-2][0] != "."
)
INSTALL = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
# Folders of somebody's own machine; examples of folders of a server are fine.
MACHINE = re.compile(r"/(?:home|Users|root|work|mnt)/\w|[A-Z]:\\\\|localhost:\d{5}")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def table_rows(text: str) -> list[str]:
    """What stands in backticks at the head of each table row."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def section(heading: str) -> str:
    """The text of install.md under a heading of the second level."""
    return re.split(r"^## ", INSTALL.split(f"## {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def prose(path: Path) -> str:
    """A page without its blocks and spans of code, where brackets are no links."""
    text = re.sub(r"^ *(`{3,}).*?^ *\1 *$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", text)


def anchors(path: Path) -> set[str]:
    """The ids that a forge gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_settings_of_the_example_and_of_the_manual_are_the_same():
    example = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert table_rows(section("Settings")) == example, "the same names in the same order"


def test_every_setting_that_is_read_stands_in_the_example():
    places = ("settings.py", "environment.py", "policy.py", "management/commands/serve.py")
    code = "\n".join((ROOT / "geeks" / place).read_text(encoding="utf-8") for place in places)
    read = set(re.findall(r"\b(?:text|flag|number|address|folder|words|numbers)\(\s*\"([A-Z_]+)\"", code))
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert read | {"SECRET_KEY"} == example


def test_a_copy_of_the_example_is_a_site_that_starts(tmp_path):
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    environment = {**os.environ, **given, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "geeks.settings"}
    command = [sys.executable, str(ROOT / "manage.py"), "check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_stands_in_the_manual():
    commands = {path.stem for path in (ROOT / "geeks" / "management" / "commands").glob("[a-z]*.py")}
    assert commands
    assert commands <= {row.split()[0] for row in table_rows(section("Commands"))}


def test_every_way_to_search_stands_in_the_manual():
    text = (ROOT / "docs" / "searching.md").read_text(encoding="utf-8")
    assert [name for name in OPERATORS if f"`{name}:" not in text] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_link_to_a_file_leads_somewhere(path):
    broken = []
    for target in LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        aim = (path.parent / name).resolve() if name else path
        if not aim.exists() or not aim.is_relative_to(ROOT):
            broken.append(target)
        elif anchor and anchor not in anchors(aim):
            broken.append(f"{target} (no such heading)")
    assert broken == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_page_names_a_folder_of_somebodys_machine(path):
    assert MACHINE.findall(path.read_text(encoding="utf-8")) == []


def test_every_decision_is_listed_and_says_why_and_what_would_change_it():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert f"decisions/{path.name}" in index, path.name
        assert "**Choice.**" in text, path.name
        assert "**Why.**" in text, path.name
        assert "**What would change it.**" in text, path.name
