"""Whether the long texts that lists show of a post have changed is told by a number, without reading them
(docs/decisions/rows-without-their-texts.md).

As with 0013's: a migration that makes SQLite rebuild `geeks_post` must drop the trigger before and create it after.
"""

from django.db import migrations, models

COLUMNS = ("title_html", "excerpt_html", "list_stamp")
# A stamp that somebody writes back with a post that was read before would name other texts: it is a new one, too.
SQLITE = f"""
    CREATE TRIGGER post_stamped AFTER UPDATE OF {", ".join(COLUMNS)} ON geeks_post
    WHEN {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in COLUMNS)} BEGIN
        UPDATE geeks_post SET list_stamp = random() WHERE id = NEW.id;
    END
"""
POSTGRESQL = [
    """
    CREATE FUNCTION post_stamped() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.list_stamp := (random() * 9e18)::bigint;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE TRIGGER post_stamped BEFORE UPDATE OF {", ".join(COLUMNS)} ON geeks_post
    FOR EACH ROW WHEN (({", ".join(f"OLD.{name}" for name in COLUMNS)}) IS DISTINCT FROM
        ({", ".join(f"NEW.{name}" for name in COLUMNS)}))
    EXECUTE FUNCTION post_stamped()
    """,
]


def create(apps, schema_editor):
    for statement in [SQLITE] if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS post_stamped")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS post_stamped ON geeks_post")
        schema_editor.execute("DROP FUNCTION IF EXISTS post_stamped()")


class Migration(migrations.Migration):

    dependencies = [
        ('geeks', '0015_people_know_their_posts'),
    ]

    operations = [
        migrations.AddField(
            model_name='post',
            name='list_stamp',
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(create, drop),
    ]
