"""How many visible posts of each kind a person has written is counted as they come and go
(docs/decisions/people-know-their-posts.md).

As with 0013's: a migration that makes SQLite rebuild `geeks_post` must drop these triggers before and create them after.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ONE_MORE = """
    INSERT INTO geeks_posttally (author_id, kind, count) VALUES (NEW.author_id, NEW.kind, 1)
    ON CONFLICT (author_id, kind) DO UPDATE SET count = geeks_posttally.count + 1;
"""
ONE_LESS = "UPDATE geeks_posttally SET count = count - 1 WHERE author_id = OLD.author_id AND kind = OLD.kind;"
COUNTS = "{0}.deleted_at IS NULL AND {0}.author_id IS NOT NULL"
# `update()` and `save()` name columns that stay as they were.
SQLITE_CHANGED = (
    "NEW.kind <> OLD.kind OR NEW.author_id IS NOT OLD.author_id OR (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL)"
)
SQLITE = [
    f"CREATE TRIGGER post_tally_added AFTER INSERT ON geeks_post WHEN {COUNTS.format('NEW')} BEGIN {ONE_MORE} END",
    f"CREATE TRIGGER post_tally_removed AFTER DELETE ON geeks_post WHEN {COUNTS.format('OLD')} BEGIN {ONE_LESS} END",
    # Two for a change: what it was is counted no longer, what it is now is counted.
    f"CREATE TRIGGER post_tally_left AFTER UPDATE OF kind, author_id, deleted_at ON geeks_post "
    f"WHEN {COUNTS.format('OLD')} AND ({SQLITE_CHANGED}) BEGIN {ONE_LESS} END",
    f"CREATE TRIGGER post_tally_joined AFTER UPDATE OF kind, author_id, deleted_at ON geeks_post "
    f"WHEN {COUNTS.format('NEW')} AND ({SQLITE_CHANGED}) BEGIN {ONE_MORE} END",
]
WITHOUT_SQLITE = [f"DROP TRIGGER IF EXISTS post_tally_{name}" for name in ("added", "removed", "left", "joined")]
POSTGRESQL = [
    f"""
    CREATE FUNCTION post_tally() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP <> 'INSERT' AND {COUNTS.format("OLD")} THEN {ONE_LESS} END IF;
        IF TG_OP <> 'DELETE' AND {COUNTS.format("NEW")} THEN {ONE_MORE} END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER post_tally AFTER INSERT OR DELETE ON geeks_post FOR EACH ROW EXECUTE FUNCTION post_tally()
    """,
    """
    CREATE TRIGGER post_tally_changed AFTER UPDATE OF kind, author_id, deleted_at ON geeks_post
    FOR EACH ROW WHEN ((OLD.kind, OLD.author_id, OLD.deleted_at) IS DISTINCT FROM (NEW.kind, NEW.author_id, NEW.deleted_at))
    EXECUTE FUNCTION post_tally()
    """,
]
WITHOUT_POSTGRESQL = [
    "DROP TRIGGER IF EXISTS post_tally ON geeks_post",
    "DROP TRIGGER IF EXISTS post_tally_changed ON geeks_post",
    "DROP FUNCTION IF EXISTS post_tally()",
]
# After the triggers: on PostgreSQL they keep whoever writes posts waiting until all are counted. All, less the deleted
# ones: the first number is found in an index alone and the second in the index of the few that are deleted (a "+" keeps
# SQLite from that of the authors), which saves it millions of looks at rows all over its file.
COUNT_ALL = """
    INSERT INTO geeks_posttally (author_id, kind, count)
    SELECT author_id, kind, sum(number) FROM (
        SELECT author_id, kind, count(*) AS number FROM geeks_post
        WHERE author_id IS NOT NULL GROUP BY author_id, kind
        UNION ALL
        SELECT +author_id, +kind, -count(*) FROM geeks_post
        WHERE deleted_at IS NOT NULL AND +author_id IS NOT NULL GROUP BY 1, 2
    ) AS counted GROUP BY author_id, kind
"""


def create(apps, schema_editor):
    for statement in (*(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL), COUNT_ALL):
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in WITHOUT_SQLITE if schema_editor.connection.vendor == "sqlite" else WITHOUT_POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('geeks', '0014_order_the_posts_of_tags'),
    ]

    operations = [
        migrations.CreateModel(
            name='PostTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.PositiveSmallIntegerField()),
                ('count', models.IntegerField(db_default=0, default=0)),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'post tallies',
                'constraints': [models.UniqueConstraint(fields=('author', 'kind'), name='one_post_tally_a_kind')],
            },
        ),
        migrations.RunPython(create, drop),
    ]
