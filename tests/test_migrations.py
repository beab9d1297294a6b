"""The migrations say what the models say."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_every_migration_is_named_for_what_it_does():
    own = [name for app, name in MigrationLoader(None).disk_migrations if app == "geeks"]
    assert own
    assert [name for name in own if "auto" in name] == []


@pytest.mark.django_db
def test_the_tables_have_the_indexes_that_the_lists_need():
    with connection.cursor() as cursor:
        found = set(connection.introspection.get_constraints(cursor, "geeks_post"))
    assert {"post_kind_act", "post_kind_new", "post_kind_score", "post_kind_hot", "post_kind_unans"} <= found
    assert {"post_cat_act", "post_cat_new", "post_cat_score", "post_cat_hot", "post_cat_unans"} <= found
