#!/usr/bin/env python3
"""The command line of the site: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geeks.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError, ProgrammingError
    except ImportError as error:
        raise SystemExit(
            f"Django is not installed ({error}). Run `make setup`, then use .venv/bin/python manage.py"
        ) from None
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # a wrong setting: its sentence says what to do
        raise SystemExit(f"{error}") from None
    except (OperationalError, ProgrammingError) as error:
        said = str(error).splitlines()[0]
        if "no such table" not in said and "does not exist" not in said:
            raise
        raise SystemExit(f"The database is not up to date ({said}). Run `manage.py migrate` first.") from None


if __name__ == "__main__":
    main()
