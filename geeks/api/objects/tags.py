"""Tags."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Max

from geeks.api import shapes
from geeks.api.filters import Filter
from geeks.api.objects.base import Objects, in_order
from geeks.api.parameters import seconds
from geeks.models import Tag, Tagging


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
        rows = Tagging.objects.filter(tag__in=[tag.pk for tag in self.rows], post__deleted_at=None).order_by()
        return dict(rows.values_list("tag").annotate(last=Max("post__last_activity")))


def of_tags(ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    return Tags(in_order(Tag.objects.filter(pk__in=ids), ids), wanted).all()
