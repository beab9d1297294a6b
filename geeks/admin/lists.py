"""What every page of the admin keeps to: moderators only, and lists that cost the same on a hundred posts and on a
hundred thousand. A list is walked in the order of an index, counts to a limit, and is never sorted or counted whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from geeks.admin.finding import newest_ids, number_in, people_named
from geeks.admin.showing import outlines_once
from geeks.models.paging import LARGEST

COUNTED = 2_000  # rows a list counts, and pages through, at most
# What a list never shows and a row of the table is mostly made of.
POST_TEXTS = ("body", "body_html", "text", "excerpt", "excerpt_html")
PERSON_TEXTS = ("about", "about_html", "password")


class BoundedPaginator(Paginator):
    @cached_property
    def count(self) -> int:
        return self.object_list[:COUNTED].count()


class BoundedList(ChangeList):
    """A list in an order that its filters agree with, read with the neighbours it shows and without long texts."""

    @property
    def is_cut(self) -> bool:
        return self.result_count >= COUNTED

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        for parameter, ordering in self.model_admin.orderings.items():
            if parameter in self.filter_params:
                return list(ordering)
        for rank in ("ordering", "fallback"):
            for spec in self.filter_specs:
                if ordering := getattr(spec, rank, ()):
                    return list(ordering)
        return list(self.model_admin.ordering)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.result_list.query.is_sliced:
            self.result_list = self.result_list[: self.list_max_show_all]

    def apply_select_related(self, qs: QuerySet[Any]) -> QuerySet[Any]:
        return self.model_admin.light(qs)


class ModeratorAdmin(admin.ModelAdmin):
    """Seen and changed by moderators. Nothing is added or removed unless a subclass says so."""

    ordering: Sequence[str] = ("-id",)
    orderings: dict[str, Sequence[str]] = {}  # parameter of the address -> the order that its index gives
    neighbours: Sequence[str] = ()  # foreign keys that the list shows
    put_off: Sequence[str] = ()  # columns that the list does not read
    extra_lookups: frozenset[str] = frozenset()  # what links may filter by, beside the filters shown

    paginator = BoundedPaginator
    list_per_page = 50
    list_max_show_all = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: Sequence[str] = ()
    view_on_site = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "moderates", False))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """None, as for all that is not there, for what no key can be: SQLite and PostgreSQL break at larger numbers.
        Of `?_to_field=` Django would look for a field without a name."""
        known = re.fullmatch(r"-?[0-9]{1,19}", object_id) and int(object_id) <= LARGEST
        return super().get_object(request, object_id, from_field or None) if known else None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BoundedList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return outlines_once(super().changelist_view(request, extra_context))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A mistyped address must not start a search through unindexed columns."""
        shown = {getattr(entry, "parameter_name", "") for entry in self.list_filter}
        fields = [entry if isinstance(entry, str) else entry[0] for entry in self.list_filter if not callable(entry)]
        shown |= {f"{name}__{lookup}" for name in fields for lookup in ("exact", "id__exact")}
        return lookup in shown | set(self.orderings) | self.extra_lookups

    def light(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.select_related(*self.neighbours).defer(*self.put_off)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if any(not pk.isdecimal() or int(pk) > LARGEST for pk in (text[:30] for text in chosen)):
            messages.error(request, "The selection cannot be read. Choose the rows again.")
            return None
        return super().response_action(request, queryset)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip() or not self.search_fields:  # no box to type into: the address was made by hand
            return queryset, False
        return queryset.filter(pk__in=self.find(request, search_term.strip())), False

    def find(self, request: HttpRequest, words: str) -> set[int]:
        """Ids of the rows that `words` mean, few of them, each source read by an index."""
        raise NotImplementedError


class HistoryAdmin(ModeratorAdmin):
    """Rows that say what happened: read, never written here. Found by the number of a post or the name of a person."""

    actions = None
    search_fields = ("pk",)  # shows the search box; `find` does the work
    search_help_text = "The number of a post, or a user name."
    post_columns: Sequence[str] = ("post",)
    people_columns: Sequence[str] = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def light(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        posts = [f"{column}__{text}" for column in self.post_columns for text in POST_TEXTS]
        people = [f"{column}__{text}" for column in self.people_columns for text in PERSON_TEXTS]
        neighbours = (*self.post_columns, *self.people_columns, *self.neighbours)
        return queryset.select_related(*neighbours).defer(*posts, *people, *self.put_off)

    def find(self, request: HttpRequest, words: str) -> set[int]:
        number, people = number_in(words), people_named(words)
        conditions = [Q(**{f"{column}_id": number}) for column in self.post_columns if number is not None]
        conditions += [Q(**{f"{column}_id__in": people}) for column in self.people_columns if people]
        return newest_ids(self.model._default_manager.all(), *conditions)
