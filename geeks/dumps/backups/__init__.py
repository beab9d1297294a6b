"""Backups: database, pictures and what made them in one file, the same for SQLite and PostgreSQL.

A ZIP archive: `manifest.json` (form, migrations, rows and SHA-256 of every other member), `tables/<table>.jsonl` (the
first line names the columns, every other is a row as a list, in the order of primary keys) and `media/<path>`. Values
are as Django's fields write them, so a backup of one database can be restored into the other. Not in it: sessions, the
search index, what only says that something changed lately, what the database counts by itself, and no secret of the
settings.
"""

from __future__ import annotations

FORM = 1
MANIFEST = "manifest.json"
MEDIA = "media/"
TABLES = "tables/"
# Tables that say nothing of the site: who is signed in where, which kept pages are old, and what the database counts by
# itself as the posts come back.
LEFT_OUT = frozenset({"django_session", "django_migrations", "geeks_change", "geeks_posttally"})


class BackupError(Exception):
    """Why a backup cannot be made, read or restored, and what to do; nothing has been changed."""


class Unfinished(Exception):
    """A backup that was restored, and what is still to be done."""
