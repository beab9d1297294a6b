"""Tags."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Subquery

from geeks.api import shapes
from geeks.api.filters import Filter
from geeks.api.objects.base import Objects, in_order
from geeks.api.parameters import seconds
from geeks.models import Kind, Tag, Tagging


class Tags(Objects):
    shape = shapes.Tag

    def name(self, tag: Tag) -> str:
        return tag.name

    def count(self, tag: Tag) -> int:
        return tag.question_count

    def has_synonyms(self, tag: Tag) -> bool:
        return False

    def is_moderator_only(self, tag: Tag) -> bool:
        return tag.is_moderator_only

    def is_required(self, tag: Tag) -> bool:
        return tag.is_required

    def last_activity_date(self, tag: Tag) -> int | None:
        return seconds(self._activity.get(tag.pk))

    @cached_property
    def _activity(self) -> dict[int, datetime]:
        """The last of each tag's live posts: one look at an index for each kind, however many posts there are."""
        tags = Tag.objects.filter(pk__in=[tag.pk for tag in self.rows])
        lasts = tags.values_list("pk", *(Subquery(last_of(kind)) for kind in (Kind.QUESTION, Kind.ARTICLE)))
        return {pk: max(found) for pk, *both in lasts if (found := list(filter(None, both)))}


def last_of(kind: Kind) -> Any:
    theirs = Tagging.objects.filter(tag=OuterRef("pk"), kind=kind)
    return theirs.order_by("-last_activity", "-post").values("last_activity")[:1]


def of_tags(ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    return Tags(in_order(Tag.objects.filter(pk__in=ids), ids), wanted).all()
