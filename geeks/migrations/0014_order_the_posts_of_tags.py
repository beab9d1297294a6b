"""Fills what 0013 added, a part at a time so that nobody waits for long, and orders it. Killed, it goes on when run again."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

AT_ONCE = 20_000
SQLITE = """
    UPDATE geeks_tagging SET (kind, created, last_activity, score, hotness, answered) = (
        SELECT CASE WHEN deleted_at IS NULL THEN kind END, created, last_activity, score, hotness, answered
        FROM geeks_post WHERE id = post_id
    ) WHERE created IS NULL AND id BETWEEN %s AND %s
"""
# The posts are held: who changes one meanwhile writes its tags after this, not before.
POSTGRESQL = """
    WITH held AS (
        SELECT id, CASE WHEN deleted_at IS NULL THEN kind END AS kind, created, last_activity, score, hotness, answered
        FROM geeks_post WHERE id IN (SELECT post_id FROM geeks_tagging WHERE created IS NULL AND id BETWEEN %s AND %s)
        ORDER BY id FOR SHARE
    )
    UPDATE geeks_tagging SET kind = held.kind, created = held.created, last_activity = held.last_activity,
        score = held.score, hotness = held.hotness, answered = held.answered
    FROM held WHERE post_id = held.id AND geeks_tagging.created IS NULL AND geeks_tagging.id BETWEEN %s AND %s
"""


def fill(apps, schema_editor):
    on_sqlite = schema_editor.connection.vendor == "sqlite"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), -1) FROM geeks_tagging")
        first, last = cursor.fetchone()
        for begin in range(first, last + 1, AT_ONCE):
            part = [begin, begin + AT_ONCE - 1]
            cursor.execute(SQLITE if on_sqlite else POSTGRESQL, part if on_sqlite else part * 2)


def look(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":  # SQLite's tables the worker looks at
        schema_editor.execute("ANALYZE geeks_tagging")


class AddIndex(migrations.AddIndex):
    """Built while others write, where the database can; from the beginning again when it was killed within."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {self.index.name}")
            concurrent = AddIndexConcurrently(self.model_name, self.index)
            concurrent.database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            schema_editor.execute(f"DROP INDEX IF EXISTS {self.index.name}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('geeks', '0013_tags_know_their_posts'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndex(
            model_name='tagging',
            index=models.Index(condition=models.Q(('kind__isnull', False)), fields=['tag', 'kind', '-created', '-post'], name='tagging_new'),
        ),
        AddIndex(
            model_name='tagging',
            index=models.Index(condition=models.Q(('kind__isnull', False)), fields=['tag', 'kind', '-last_activity', '-post'], name='tagging_act'),
        ),
        AddIndex(
            model_name='tagging',
            index=models.Index(condition=models.Q(('kind__isnull', False)), fields=['tag', 'kind', '-score', '-post'], name='tagging_score'),
        ),
        AddIndex(
            model_name='tagging',
            index=models.Index(condition=models.Q(('kind__isnull', False)), fields=['tag', 'kind', '-hotness', '-post'], name='tagging_hot'),
        ),
        AddIndex(
            model_name='tagging',
            index=models.Index(condition=models.Q(('answered', False), ('kind__isnull', False)), fields=['tag', 'kind', '-created', '-post'], name='tagging_unans'),
        ),
        migrations.RunPython(look, migrations.RunPython.noop),
    ]
