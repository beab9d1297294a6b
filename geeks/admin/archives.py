"""What archives brought: where it came from, how far their import has come, and the rows that only they have.
Read here, written by imports alone."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from geeks.admin import links
from geeks.admin.finding import newest_ids, number_in
from geeks.admin.lists import HistoryAdmin
from geeks.models import (
    Badge,
    Bounty,
    ImportedBody,
    ImportedFile,
    Origin,
    PostEvent,
    PostLink,
    Source,
    VoteTally,
)


class SourceRowAdmin(HistoryAdmin):
    """Rows that hang off a source rather than a post or a person."""

    post_columns = people_columns = ()
    neighbours = ("source",)
    search_help_text = "The host of a source."

    def find(self, request: HttpRequest, words: str) -> set[int]:
        return newest_ids(self.model._default_manager.all(), Q(source__host=words.lower()))


@admin.register(Source)
class SourceAdmin(SourceRowAdmin):
    list_display = ("host", "name", "category", "created")
    fields = list_display
    neighbours = ("category",)

    def find(self, request: HttpRequest, words: str) -> set[int]:
        return newest_ids(Source.objects.all(), Q(host=words.lower()))


@admin.register(ImportedFile)
class ImportedFileAdmin(SourceRowAdmin):
    list_display = ("name", "source", "rows", "written", "finished")
    fields = ("name", "source", "digest", "rows", "last_id", "written", "skipped", "finished")


@admin.register(Origin)
class OriginAdmin(SourceRowAdmin):
    list_display = ("kind", "their_id", "our_id", "source")
    fields = list_display
    search_help_text = "A number, there or here."

    def find(self, request: HttpRequest, words: str) -> set[int]:
        number = number_in(words)
        if number is None:
            return set()
        # Every leading column of the index is named, so that it is used.
        of_any = Q(kind__in=Origin.Kind.values)
        there = of_any & Q(source__in=list(Source.objects.values_list("pk", flat=True)), their_id=number)
        return newest_ids(Origin.objects.all(), there, of_any & Q(our_id=number))


@admin.register(ImportedBody)
class ImportedBodyAdmin(HistoryAdmin):
    ordering = ("-pk",)
    list_display = (links.post,)
    fields = (links.post, "html")
    people_columns = ()
    put_off = ("html",)
    search_help_text = "The number of a post."


@admin.register(PostEvent)
class PostEventAdmin(HistoryAdmin):
    list_display = ("created", "words", links.post, links.user, "user_name", "comment")
    fields = ("created", "kind", "words", links.post, links.user, "user_name", "comment", "text", "guid", "licence")
    put_off = ("text",)
    extra_lookups = frozenset({"post__id__exact"})

    @admin.display(description="event")
    def words(self, row: PostEvent) -> str:
        return row.words


@admin.register(VoteTally)
class VoteTallyAdmin(HistoryAdmin):
    list_display = ("day", "kind", "count", links.post)
    fields = list_display
    people_columns = ()
    extra_lookups = frozenset({"post__id__exact"})


@admin.register(Bounty)
class BountyAdmin(HistoryAdmin):
    list_display = ("started", "amount", links.post, links.user, "closed", "awarded", "to_answer")
    fields = list_display
    post_columns = ("post", "answer")

    @admin.display(description="answer")
    def to_answer(self, row: Bounty) -> str:
        return links.to_post(row.answer)


@admin.register(Badge)
class BadgeAdmin(HistoryAdmin):
    list_display = ("date", "name", "rank", "tag_based", links.user)
    fields = list_display
    post_columns = ()
    search_help_text = "A user name."


@admin.register(PostLink)
class PostLinkAdmin(HistoryAdmin):
    list_display = ("created", links.post, "kind", "to_related")
    fields = list_display
    post_columns = ("post", "related")
    people_columns = ()

    @admin.display(description="to")
    def to_related(self, row: PostLink) -> str:
        return links.to_post(row.related)
