"""`make check` beyond lint and types: system checks, missing migrations, and that every template can be read."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "geeks.settings"
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="geeks-check-"))

import django  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.template import engines  # noqa: E402


def main() -> int:
    django.setup()
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
    broken = [problem for path in templates() if (problem := problem_of(path))]
    for problem in broken:
        print(problem, file=sys.stderr)
    print(f"{len(list(templates()))} templates read.")
    return 1 if broken else 0


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt", ".xml"))


def problem_of(path: Path) -> str:
    django_own = ROOT / "templates" / "django"
    engine = engines["django" if path.is_relative_to(django_own) else "jinja2"]
    try:
        engine.from_string(path.read_text(encoding="utf-8"))
    except Exception as error:  # whatever a template language finds wrong, all of it is to be shown
        return f"{path.relative_to(ROOT)}: {type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
