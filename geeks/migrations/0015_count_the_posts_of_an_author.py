"""An index in which SQLite counts what somebody wrote without looking at the posts: it would ask each whether it was
deleted, though an index of those that were not has been found. PostgreSQL knows, and does without."""

from django.db import migrations, models


class AddIndex(migrations.AddIndex):

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "sqlite":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    dependencies = [
        ('geeks', '0014_order_the_posts_of_tags'),
    ]

    operations = [
        AddIndex(
            model_name='post',
            index=models.Index(fields=['author', 'kind', 'deleted_at'], name='post_count_of_author'),
        ),
    ]
