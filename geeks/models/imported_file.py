"""How far the import of each file of an archive has come. A row changes in the transaction of each batch, so an import
that was stopped goes on where it stopped, and one that is finished changes nothing when it runs again."""

from __future__ import annotations

from django.db import models

from geeks.models.source import Source


class ImportedFile(models.Model):
    source = models.ForeignKey(Source, models.CASCADE, related_name="files", db_index=False)
    name = models.CharField(max_length=100, help_text="Posts.xml")
    digest = models.CharField(max_length=64, blank=True, help_text="Of the content, to know it again.")
    rows = models.BigIntegerField(default=0, help_text="Rows read so far.")
    last_id = models.BigIntegerField(default=0)
    written = models.BigIntegerField(default=0)
    skipped = models.JSONField(default=dict, blank=True, help_text="Reason -> number of rows.")
    finished = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="imported_file_once")]

    def __str__(self) -> str:
        return f"{self.name} of source {self.source_id}: {self.rows:,} rows read"
