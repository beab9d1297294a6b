"""Puts a backup in the place of the site's content: everything is proved first, then written in one transaction."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from django.apps.registry import Apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from geeks.dumps.backups import LEFT_OUT, BackupError, Unfinished, journal
from geeks.dumps.backups.pictures import Pictures
from geeks.dumps.backups.read import Backup
from geeks.dumps.backups.stopping import Stopping
from geeks.dumps.backups.tables import fill, tables
from geeks.models import Outbox, Post, User, statistics

Report = Callable[[int], None]
Targets = list[tuple[str, str]]


def restore(path: Path, replace: bool = False, report: Report = lambda rows: None) -> int:
    """Restore `path`; how many rows. Without `replace` a site with people or posts is refused. Raises BackupError,
    OSError, DatabaseError or KeyboardInterrupt when nothing was restored, and Unfinished when it was, but not all that
    belongs to it was done."""
    with Backup(path) as backup, Stopping() as stopping:
        backup.prove()
        executor = MigrationExecutor(connection)
        if newer := sorted(backup.migrations - set(executor.loader.disk_migrations)):
            raise BackupError(
                f"{path} was made by a newer version of the site (its database knows {'.'.join(newer[0])[:80]!r}). "
                "Update this one, then restore it."
            )
        _demand_place(backup, replace)
        with Pictures(backup) as pictures:
            # An older backup goes into tables as they were then; what was changed since is done to it afterwards.
            state = executor.migrate(_leaves(executor, backup))
            written = _write(backup, pictures, state.apps, report, stopping)
        _finish(executor, pictures.folder, stopping)
    return written


def _finish(executor: MigrationExecutor, media: Path, stopping: Stopping) -> None:
    """What belongs to rows that have been committed. Signals are held off at first, and again when all is done."""
    try:
        journal.settle(media)
        shutil.rmtree(settings.SEARCH_DIR, ignore_errors=True)  # of another content; the worker builds a new one
        stopping.release()  # what follows may take long, and can be done later
        executor.loader.build_graph()
        executor.migrate(executor.loader.graph.leaf_nodes())
        Outbox.objects.announce_everything()
        statistics.gather()
        stopping.hold()
    except (Exception, KeyboardInterrupt) as error:  # what a migration meets in older rows is not known here
        stopping.hold()
        stopped = isinstance(error, KeyboardInterrupt)
        words = "it was stopped" if stopped else " ".join(str(error).split())[:300] or type(error).__name__
        raise Unfinished(
            f"The backup was restored, but what belongs to it is not finished: {words}. Run `manage.py migrate`, "
            "then `manage.py reindex`, once nothing is in the way, or restore it anew with the version that made it."
        ) from error


def _demand_place(backup: Backup, replace: bool) -> None:
    applied = set(MigrationRecorder(connection).applied_migrations())
    if not applied:
        return
    if applied != backup.migrations:
        raise BackupError(
            "The database here is of another version than the backup. Restore into an empty database: give the site "
            "another DATA_DIR or DATABASE_URL, or remove the old one."
        )
    if not replace and (User.objects.exists() or Post.objects.exists()):
        raise BackupError(
            f"There is a site here already, with {User.objects.count():,} people and {Post.objects.count():,} posts. "
            "Say --replace to put the backup in its place."
        )


def _leaves(executor: MigrationExecutor, backup: Backup) -> Targets:
    """The last migrations of each app that the backup's database had seen."""
    graph, known = executor.loader.graph, backup.migrations
    return [
        key
        for key in known
        if not any(child.key in known and child.key[0] == key[0] for child in graph.node_map[key].children)
    ]


def _write(backup: Backup, pictures: Pictures, registry: Apps, report: Report, stopping: Stopping) -> int:
    models = tables(registry)
    if unknown := sorted(backup.tables - {model._meta.db_table for model in models} - LEFT_OUT):
        raise BackupError(f"It holds the table {unknown[0]}, which a database of its version does not have.")
    written = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in connection.ops.sql_flush(
                no_style(), [model._meta.db_table for model in models], allow_cascade=True
            ):
                cursor.execute(statement)
        for model in models:
            if model._meta.db_table in backup.tables:
                written += fill(model, backup.lines(model._meta.db_table), report)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
        connection.check_constraints()
        pictures.put()  # before the rows that name them are there for others
        stopping.hold()  # who is interrupted while it commits cannot say whether it was restored
    return written
