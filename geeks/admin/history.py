"""What happened: audit rows, revisions, states, votes and the ledger. Read here, written only by the models."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from geeks.admin import links
from geeks.admin.filters import AuditAction
from geeks.admin.finding import newest_ids, number_in
from geeks.admin.lists import HistoryAdmin
from geeks.models import (
    Acceptance,
    Audit,
    Change,
    Closure,
    Deletion,
    Kind,
    Lock,
    Outbox,
    PostTally,
    Protection,
    Reputation,
    Revision,
    Vote,
)


@admin.register(Audit)
class AuditAdmin(HistoryAdmin):
    list_display = ("created", "action", links.actor, links.post, "comment_number", "about", "details")
    fields = ("created", "action", links.actor, links.post, "comment_number", "about", "details")
    list_filter = (AuditAction,)
    orderings = {"post__id__exact": ("-created", "-id"), "actor__id__exact": ("-created", "-id")}
    people_columns = ("actor", "user")
    extra_lookups = frozenset({"user__id__exact"})

    @admin.display(description="person")
    def about(self, row: Audit) -> str:
        return links.to_person(row.user)

    @admin.display(description="comment")
    def comment_number(self, row: Audit) -> str:
        return str(row.comment_id or "-")

    @admin.display(description="detail")
    def details(self, row: Audit) -> str:
        return detail_of(row)


@admin.register(Revision)
class RevisionAdmin(HistoryAdmin):
    list_display = ("created", links.post, "number", links.editor, "comment")
    fields = (links.post, "number", links.editor, "created", "comment", "title", "tags", "category", "body")
    people_columns = ("editor",)
    put_off = ("body",)
    extra_lookups = frozenset({"post__id__exact"})


class StateAdmin(HistoryAdmin):
    list_display = ("created", links.post, links.user, "reason", "ended", "end_by")
    fields = (links.post, "created", links.user, "reason", "ended", "end_by")
    people_columns = ("user", "ended_by")
    extra_lookups = frozenset({"post__id__exact"})

    @admin.display(description="ended by")
    def end_by(self, row: Any) -> str:
        return links.to_person(row.ended_by)


@admin.register(Deletion, Lock, Protection)
class PlainStateAdmin(StateAdmin):
    pass


@admin.register(Closure)
class ClosureAdmin(StateAdmin):
    list_display = (*StateAdmin.list_display, "note", "repeats")
    fields = (*StateAdmin.fields, "note", "repeats")
    post_columns = ("post", "duplicate_of")

    @admin.display(description="duplicate of")
    def repeats(self, row: Closure) -> str:
        return links.to_post(row.duplicate_of)


@admin.register(Acceptance)
class AcceptanceAdmin(HistoryAdmin):
    list_display = ("created", "to_question", "to_answer", links.user)
    fields = ("created", "to_question", "to_answer", links.user)
    post_columns = ("question", "answer")

    @admin.display(description="question")
    def to_question(self, row: Acceptance) -> str:
        return links.to_post(row.question)

    @admin.display(description="answer")
    def to_answer(self, row: Acceptance) -> str:
        return links.to_post(row.answer)


@admin.register(Vote)
class VoteAdmin(HistoryAdmin):
    list_display = ("created", "value", links.post, links.user)
    fields = ("created", "value", links.post, links.user)
    extra_lookups = frozenset({"post__id__exact", "user__id__exact"})


@admin.register(Reputation)
class ReputationAdmin(HistoryAdmin):
    list_display = ("created", "whose", "amount", "kind", links.post, links.actor)
    fields = ("created", "whose", "amount", "kind", links.post, links.actor)
    people_columns = ("user", "actor")
    orderings = {"user__id__exact": ("-created", "-id")}

    @admin.display(description="person")
    def whose(self, row: Reputation) -> str:
        return links.to_person(row.user)


@admin.register(PostTally)
class PostTallyAdmin(HistoryAdmin):
    list_display = ("whose", "kind_name", "count")
    fields = ("whose", "kind_name", "count")
    people_columns, post_columns = ("author",), ()

    @admin.display(description="person")
    def whose(self, row: PostTally) -> str:
        return links.to_person(row.author)

    @admin.display(description="kind")
    def kind_name(self, row: PostTally) -> str:
        return Kind(row.kind).label


@admin.register(Outbox)
class OutboxAdmin(HistoryAdmin):
    list_display = ("id", "post_id", "created")
    fields = ("id", "post_id", "created")
    search_help_text = "The number of a post, among the newest announcements."

    def light(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def find(self, request: HttpRequest, words: str) -> set[int]:
        number = number_in(words)
        newest = Outbox.objects.filter(pk__in=Outbox.objects.order_by("-pk").values("pk")[:20_000])
        return newest_ids(newest, Q(post_id=number)) if number is not None else set()


@admin.register(Change)
class ChangeAdmin(HistoryAdmin):
    list_display = ("id", "key", "mark")
    fields = ("id", "key", "mark")
    search_help_text = "A key, such as p12 for the post 12, among the newest changes."

    def light(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def find(self, request: HttpRequest, words: str) -> set[int]:
        newest = Change.objects.filter(pk__in=Change.objects.order_by("-pk").values("pk")[:20_000])
        return newest_ids(newest, Q(key=words.strip()[:24]))


def detail_of(row: Audit) -> str:
    """The detail of an audit row as one line: `reason: spam; before: Web`."""
    return "; ".join(
        f"{name.replace('_', ' ')}: {value}" for name, value in row.detail.items() if value not in ("", None)
    )
