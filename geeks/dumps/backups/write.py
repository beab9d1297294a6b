"""Writes a backup beside its name, reads it through once, and only then gives it its name."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from geeks.dumps.backups import FORM, MANIFEST, MEDIA, TABLES, BackupError
from geeks.dumps.backups.journal import pictures
from geeks.dumps.backups.read import Backup
from geeks.dumps.backups.tables import lines, one_moment, tables
from geeks.rendering import RENDER_VERSION

Report = Callable[[int], None]


def write(path: Path, report: Report = lambda rows: None) -> dict[str, Any]:
    """Make the backup `path`; its manifest. Raises BackupError, and OSError when the disk is full."""
    if path.exists():
        raise BackupError(f"{path} is there already: name another file, or remove it first.")
    if not path.parent.is_dir():
        raise BackupError(f"There is no folder {path.parent}: make it first, or name another.")
    beside = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = _fill(archive, report)
        with Backup(beside) as made:
            made.prove()
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)
    return manifest


def _fill(archive: zipfile.ZipFile, report: Report) -> dict[str, Any]:
    members: dict[str, dict[str, Any]] = {}
    with one_moment():
        applied = sorted(MigrationRecorder(connection).applied_migrations())
        for model in tables(apps):
            name = f"{TABLES}{model._meta.db_table}.jsonl"
            members[name] = _table(archive, name, lines(model), report)
        # After the rows: every picture that a row names was stored before the row. In their moment: which pictures
        # are the site's is told by the rows, where a restore was killed.
        found = pictures(Path(settings.MEDIA_ROOT))
    for name, file in found:
        members[f"{MEDIA}{name}"] = _file(archive, f"{MEDIA}{name}", file)
    manifest = {
        "form": FORM,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "site": settings.SITE_NAME,
        "address": settings.SITE_URL,
        "database": connection.vendor,
        "rendering": RENDER_VERSION,
        "migrations": [list(one) for one in applied],
        "members": members,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _table(archive: zipfile.ZipFile, name: str, found: Iterator[str], report: Report) -> dict[str, Any]:
    digest, rows = hashlib.sha256(), -1  # the first line names the columns
    with archive.open(name, "w", force_zip64=True) as member:
        for line in found:
            written = line.encode("utf-8", "surrogatepass") + b"\n"
            digest.update(written)
            member.write(written)
            rows += 1
            report(1)
    return {"rows": rows, "sha256": digest.hexdigest()}


def _file(archive: zipfile.ZipFile, name: str, file: Path) -> dict[str, Any]:
    content = file.read_bytes()  # a picture: two megabytes at most
    archive.writestr(zipfile.ZipInfo(name), content)
    return {"sha256": hashlib.sha256(content).hexdigest()}
