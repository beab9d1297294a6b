"""The shape of the house, kept by the standard library alone: rows, imports at the top, sizes, names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "geeks"
ROWS = [
    {"urls"},
    {
        "views", "api", "feeds", "sitemaps", "admin", "management", "middleware", "templatetags",
    },
    {"forms", "jinja", "dumps", "mail", "tasks", "throttle", "unavailable", "replicas", "orphans"},
    {"models"},
    {"rendering", "search", "policy"},
    # Where set-up put the npm files, which settings and renderer ask; whose turn it is, which all ask that wait.
    {"assets", "lanes"},
]  # fmt: skip
# What Django and the server load by name; nothing else imports them.
OUTSIDE = {
    *("settings", "environment", "wsgi", "webserver", "apps", "checks", "staticfiles", "caches", "databases"),
    *("__init__", "migrations"),
}
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "core",
    "common",
    "manager",
    "handler",
    "misc",
}
FILES = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)


def row_of(name: str) -> int:
    return next(number for number, row in enumerate(ROWS) if name in row)


def own_name(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> list[tuple[str, int]]:
    """Names right under `geeks` that a file imports, with the line."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "geeks":
            parts = node.module.split(".")
            found += [(parts[1] if len(parts) > 1 else alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(a.name.split(".")[1], node.lineno) for a in node.names if a.name.startswith("geeks.")]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_keeps_the_shape_of_the_house(path):
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    own = own_name(path)
    problems = []
    if own not in OUTSIDE:
        assert any(own in row for row in ROWS), f"geeks/{own} stands in no row; see ARCHITECTURE.md"
        for name, line in imported(tree):
            if name in OUTSIDE or name == own:
                continue
            if row_of(name) < row_of(own):
                problems.append(f"line {line}: {own} imports {name}, which stands above it")
            elif row_of(name) == row_of(own):
                problems.append(f"line {line}: {own} imports its neighbour {name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    problems.append(f"line {inner.lineno}: an import hidden in a function")
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > 60:
                problems.append(f"line {node.lineno}: {node.name} has {length} lines; 40 are the aim, 60 the wall")
    lines = source.count("\n")
    if lines > 500:
        problems.append(f"{lines} lines; 300 are the aim, 500 the wall")
    if source.strip() and ast.get_docstring(tree) is None:
        problems.append("the head does not say what the module is for")
    if path.stem in DRAWERS:
        problems.append("a drawer: name the file for what it holds")
    assert not problems, "\n".join(problems)


def test_most_files_and_functions_are_short():
    long_files = [path.name for path in FILES if path.read_text(encoding="utf-8").count("\n") > 300]
    assert len(long_files) <= len(FILES) * 0.1, long_files
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    assert sum(length > 40 for length in lengths) <= len(lengths) * 0.02


def test_only_the_sanitiser_marks_user_html_safe():
    """`jinja` builds two elements of its own with Markup.format; nobody else may vouch for a string."""
    allowed = {HOUSE / "rendering" / "sanitise.py", HOUSE / "jinja" / "__init__.py"}
    words = ("mark_safe", "Markup(", "SafeString", "|safe", "| safe")
    for path in FILES:
        if path not in allowed:
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        filters = re.findall(r"\|\s*(\w+)", text)
        assert "safe" not in filters, f"{path}: use safe_html, for columns that the sanitiser made"
        assert "autoescape false" not in text, path


def test_no_template_needs_a_relaxed_content_security_policy():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert ' style="' not in text, path
        assert "<style" not in text, path
        assert " onclick=" not in text, path


def test_migrations_are_named_for_what_they_do():
    names = [path.stem for path in (HOUSE / "migrations").glob("0*.py")]
    assert names
    assert not [name for name in names if "_auto_" in name]
    assert len({name[:4] for name in names}) == len(names), "one line of history"
