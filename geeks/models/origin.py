"""Origins: which number a post, a person, a comment or a tag had on the site it came from. Old addresses, links inside
texts, credits and a second import of the same archive all ask here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from geeks.models.source import Source


class OriginQuerySet(models.QuerySet["Origin"]):
    def ours(self, source: Source, kind: int, their_ids: Iterable[int]) -> dict[int, int]:
        """Their numbers -> ours, of those that were imported."""
        known = self.filter(source=source, kind=kind, their_id__among=their_ids)
        return dict(known.values_list("their_id", "our_id"))

    def of(self, kind: int, our_ids: Iterable[int]) -> dict[int, Origin]:
        """Our numbers -> where they came from, with the source, in one query. A person may have come from several
        sites: the first is given."""
        known = self.filter(kind=kind, our_id__among=our_ids).select_related("source")
        return {origin.our_id: origin for origin in known.order_by("-pk")}


class Origin(models.Model):
    class Kind(models.IntegerChoices):
        POST = 1, "post"
        USER = 2, "person"
        COMMENT = 3, "comment"
        TAG = 4, "tag"

    # Its other columns lead to no row that the database checks: our_id names a row of one of four tables.
    source = models.ForeignKey(Source, models.CASCADE, related_name="origins", db_index=False)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    their_id = models.BigIntegerField()
    our_id = models.BigIntegerField()

    objects = OriginQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "their_id"], name="origin_once")]
        indexes = [models.Index(fields=["kind", "our_id"], name="origin_of_ours")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.their_id} of source {self.source_id} is {self.our_id} here"
