"""The filters of post and comment lists. Each knows the order in which an index gives its rows, so that no choice of
filters makes the database sort or read the whole table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from geeks.models import Closure, Lock

Choices = list[tuple[str, str]]


class Filter(admin.SimpleListFilter):
    @property
    def ordering(self) -> tuple[str, ...]:
        """The order that this filter's index gives; empty when the filter is not in use or has no say."""
        return ()

    @property
    def chosen(self) -> str:
        """The choice made, "" for none and for one that is not offered."""
        value = self.value() or ""
        return value if value in dict(self.lookup_choices) else ""


class PostState(Filter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        closed = [("closed", "Closed")] if model_admin.model.__name__ == "Question" else []
        return [("live", "Not deleted"), *closed, ("locked", "Locked"), ("deleted", "Deleted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.chosen:
            case "live":
                return queryset.filter(deleted_at=None)
            case "closed":
                return queryset.filter(pk__in=Closure.objects.filter(ended=None).values("post"))
            case "locked":
                return queryset.filter(pk__in=Lock.objects.filter(ended=None).values("post"))
            case "deleted":
                return queryset.filter(deleted_at__isnull=False)
        return queryset

    @property
    def ordering(self) -> tuple[str, ...]:
        by_row = ("-id",)
        return {"deleted": ("-deleted_at", "-id"), "closed": by_row, "locked": by_row}.get(self.chosen, ())

    @property
    def fallback(self) -> tuple[str, ...]:
        """The order when no other filter has a say."""
        return ("-created", "-id") if self.chosen == "live" else ()


class Score(Filter):
    """Scores are indexed for posts that are not deleted; deleted ones are few and have an order of their own."""

    title = "score"
    parameter_name = "score"
    RANGES = {"10": (10, None), "1": (1, 9), "0": (0, 0), "-1": (-4, -1), "-5": (None, -5)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("10", "10 and more"), ("1", "1 to 9"), ("0", "0"), ("-1", "-1 to -4"), ("-5", "-5 and less")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        low, high = self.RANGES.get(self.chosen, (None, None))
        if low is not None:
            queryset = queryset.filter(score__gte=low)
        if high is not None:
            queryset = queryset.filter(score__lte=high)
        return queryset if low is high is None else _live_unless_told(request, queryset)

    @property
    def ordering(self) -> tuple[str, ...]:
        return ("-score", "-id") if self.chosen else ()


class Date(Filter):
    title = "date"
    parameter_name = "date"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("1", "Last 24 hours"), ("7", "Last 7 days"), ("30", "Last 30 days"), *_years(model_admin.model)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.chosen:
            return queryset
        if self.chosen in ("1", "7", "30"):
            queryset = queryset.filter(created__gte=timezone.now() - timedelta(days=int(self.chosen)))
        else:
            year, zone = int(self.chosen), timezone.get_current_timezone()
            start, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
            queryset = queryset.filter(created__gte=start, created__lt=end)
        return _live_unless_told(request, queryset)

    @property
    def ordering(self) -> tuple[str, ...]:
        return ("-created", "-id") if self.chosen else ()


class PostCategory(admin.RelatedFieldListFilter):
    include_empty_choice = False  # every question and article has one


class CommentState(Filter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("live", "Not deleted"), ("deleted", "Deleted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.chosen:
            return queryset.filter(deleted_at__isnull=self.chosen == "live")
        return queryset

    @property
    def ordering(self) -> tuple[str, ...]:
        return ("-deleted_at", "-id") if self.chosen == "deleted" else ()


class AuditAction(Filter):
    title = "act"
    parameter_name = "action"
    ACTS = (
        "delete",
        "restore",
        "close",
        "reopen",
        "lock",
        "unlock",
        "move",
        "edit",
        "edit comment",
        "delete comment",
        "restore comment",
        "merge tags",
        "add tag",
        "change tag",
        "delete tag",
        "add category",
        "change category",
        "delete category",
        "add person",
        "change person",
        "merge people",
        "set password",
        "delete upload",
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(act, act.capitalize()) for act in self.ACTS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(action=self.chosen) if self.chosen else queryset


def _live_unless_told(request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
    told = request.GET.get("state") in ("closed", "locked", "deleted")
    return queryset if told else queryset.filter(deleted_at=None)


def _years(model: Any) -> Iterator[tuple[str, str]]:
    oldest = model.objects.visible().order_by("created").values_list("created", flat=True).first()
    if oldest is not None:
        for year in range(timezone.localtime().year, timezone.localtime(oldest).year - 1, -1):
            yield str(year), str(year)
