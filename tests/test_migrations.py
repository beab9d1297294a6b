"""The migrations say what the models say."""

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_every_migration_is_named_for_what_it_does():
    own = [name for app, name in MigrationLoader(None).disk_migrations if app == "geeks"]
    assert own
    assert [name for name in own if "auto" in name] == []


# Hosts are upgraded one after the other, so old code runs on new tables for a while (docs/scaling.md).
FIRST_TO_ONLY_ADD = "0009"  # what is older came before the rule
# Migrations that need the site stopped on all hosts; CHANGELOG.md must say so too.
NEEDS_A_STOP: set[str] = set()
BREAKS_OLD_CODE = (migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel)


def breaking(operation) -> bool:
    if isinstance(operation, BREAKS_OLD_CODE):
        return True
    if isinstance(operation, migrations.AddField) and not isinstance(operation.field, models.ManyToManyField):
        return not (operation.field.null or operation.field.has_db_default())
    return False


def test_old_code_survives_every_migration():
    problems = [
        f"{name}: {operation.describe()}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app == "geeks" and name[:4] >= FIRST_TO_ONLY_ADD and name not in NEEDS_A_STOP
        for operation in migration.operations
        if breaking(operation)
    ]
    assert not problems, "give new columns db_default= or null=True; remove old ones a version later"


@pytest.mark.parametrize(
    ("operation", "breaks"),
    [
        (migrations.RemoveField("post", "title"), True),
        (migrations.AddField("post", "x", models.IntegerField(default=0)), True),
        (migrations.AddField("post", "x", models.IntegerField(default=0, db_default=0)), False),
        (migrations.AddField("post", "x", models.IntegerField(null=True)), False),
        (migrations.AddIndex("post", models.Index(fields=["title"], name="x")), False),
    ],
)
def test_the_rule_tells_what_breaks_old_code(operation, breaks):
    assert breaking(operation) is breaks


@pytest.mark.django_db
def test_the_triggers_of_posts_and_their_tags_are_there():
    """They go when a migration has SQLite rebuild a table, as it does to change or remove a column that is not null."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name")
            wanted = {"geeks_post": 10, "geeks_tagging": 1}
        else:
            tables = "tgrelid::regclass::text, count(*) FROM pg_trigger WHERE NOT tgisinternal GROUP BY tgrelid"
            cursor.execute(f"SELECT {tables}")
            wanted = {"geeks_post": 4, "geeks_tagging": 1}
        assert dict(cursor.fetchall()) == wanted, "create them again after it, as 0013, 0015 and 0016 do"


@pytest.mark.django_db
def test_the_tables_have_the_indexes_that_the_lists_need():
    with connection.cursor() as cursor:
        found = set(connection.introspection.get_constraints(cursor, "geeks_post"))
    assert {"post_kind_act", "post_kind_new", "post_kind_score", "post_kind_hot", "post_kind_unans"} <= found
    assert {"post_cat_act", "post_cat_new", "post_cat_score", "post_cat_hot", "post_cat_unans"} <= found
