"""Beside each tag of a post stands what lists of the tag's posts are ordered by (docs/decisions/tags-know-their-posts.md).

A migration that makes SQLite rebuild `geeks_post` or `geeks_tagging` must drop these triggers before and create them
after: they go with the table, and SQLite refuses to rename one that a trigger names. Tests tell.
"""

from django.db import migrations, models

SQLITE = [
    # Values that a row brings are left: those of a backup, of a made-up site.
    """
    CREATE TRIGGER tagging_added AFTER INSERT ON geeks_tagging WHEN NEW.created IS NULL BEGIN
        UPDATE geeks_tagging SET (kind, created, last_activity, score, hotness, answered) = (
            SELECT CASE WHEN deleted_at IS NULL THEN kind END, created, last_activity, score, hotness, answered
            FROM geeks_post WHERE id = NEW.post_id
        ) WHERE id = NEW.id;
    END
    """,
    """
    CREATE TRIGGER tagging_of_post_state AFTER UPDATE OF kind, deleted_at, created ON geeks_post
    WHEN NEW.kind <> OLD.kind OR NEW.created <> OLD.created OR (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
        UPDATE geeks_tagging SET kind = CASE WHEN NEW.deleted_at IS NULL THEN NEW.kind END, created = NEW.created
        WHERE post_id = NEW.id;
    END
    """,
    # One for each: an index is written to when a column of it is named, whether it changes or not.
    *(
        f"""
        CREATE TRIGGER tagging_of_post_{column} AFTER UPDATE OF {column} ON geeks_post
        WHEN NEW.parent_id IS NULL AND NEW.{column} <> OLD.{column} BEGIN
            UPDATE geeks_tagging SET {column} = NEW.{column} WHERE post_id = NEW.id;
        END
        """
        for column in ("last_activity", "score", "hotness", "answered")
    ),
]
WITHOUT_SQLITE = [
    f"DROP TRIGGER IF EXISTS {name}"
    for name in ("tagging_added", *(f"tagging_of_post_{of}" for of in ("state", "last_activity", "score", "hotness", "answered")))
]
POSTGRESQL = [
    """
    CREATE FUNCTION tagging_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        SELECT CASE WHEN deleted_at IS NULL THEN kind END, created, last_activity, score, hotness, answered
        INTO NEW.kind, NEW.created, NEW.last_activity, NEW.score, NEW.hotness, NEW.answered
        FROM geeks_post WHERE id = NEW.post_id;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER tagging_added BEFORE INSERT ON geeks_tagging
    FOR EACH ROW WHEN (NEW.created IS NULL) EXECUTE FUNCTION tagging_added()
    """,
    """
    CREATE FUNCTION tagging_of_post() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE geeks_tagging SET
            kind = CASE WHEN NEW.deleted_at IS NULL THEN NEW.kind END, created = NEW.created, score = NEW.score,
            last_activity = NEW.last_activity, hotness = NEW.hotness, answered = NEW.answered
        WHERE post_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER tagging_of_post
    AFTER UPDATE OF kind, deleted_at, created, last_activity, score, hotness, answered ON geeks_post
    FOR EACH ROW WHEN (NEW.parent_id IS NULL AND
        (OLD.kind, OLD.deleted_at, OLD.created, OLD.last_activity, OLD.score, OLD.hotness, OLD.answered) IS DISTINCT FROM
        (NEW.kind, NEW.deleted_at, NEW.created, NEW.last_activity, NEW.score, NEW.hotness, NEW.answered))
    EXECUTE FUNCTION tagging_of_post()
    """,
]
WITHOUT_POSTGRESQL = [
    "DROP TRIGGER IF EXISTS tagging_added ON geeks_tagging",
    "DROP TRIGGER IF EXISTS tagging_of_post ON geeks_post",
    "DROP FUNCTION IF EXISTS tagging_added()",
    "DROP FUNCTION IF EXISTS tagging_of_post()",
]


def create(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in WITHOUT_SQLITE if schema_editor.connection.vendor == "sqlite" else WITHOUT_POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('geeks', '0012_remember_forms_sent'),
    ]

    operations = [
        migrations.AddField(
            model_name='tagging',
            name='kind',
            field=models.PositiveSmallIntegerField(editable=False, help_text='Of a deleted post: null.', null=True),
        ),
        migrations.AddField(
            model_name='tagging',
            name='created',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='tagging',
            name='last_activity',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='tagging',
            name='score',
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='tagging',
            name='hotness',
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='tagging',
            name='answered',
            field=models.BooleanField(editable=False, null=True),
        ),
        migrations.RunPython(create, drop),
    ]
