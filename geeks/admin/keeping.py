"""What people keep for themselves: bookmarks, saved searches, notices, access tokens and the forms they sent lately.
Seen here when somebody asks for help with them; never changed, but that a token can be revoked. The secret of a saved
search's feed is not shown."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from geeks.admin import links
from geeks.admin.acting import each
from geeks.admin.lists import HistoryAdmin
from geeks.models import AccessToken, Bookmark, Notification, SavedSearch, Submission


@admin.register(Bookmark)
class BookmarkAdmin(HistoryAdmin):
    list_display = ("created", links.post, links.user)
    fields = list_display


@admin.register(SavedSearch)
class SavedSearchAdmin(HistoryAdmin):
    list_display = ("created", "name", "text", "tab", links.user)
    fields = list_display
    post_columns = ()
    search_help_text = "A user name."


@admin.register(Notification)
class NotificationAdmin(HistoryAdmin):
    list_display = ("created", "text", "read", links.user, links.post)
    fields = list_display


@admin.register(AccessToken)
class AccessTokenAdmin(HistoryAdmin):
    list_display = ("created", "name", "scopes", links.user, "last_used", "revoked")
    fields = list_display
    post_columns = ()
    search_help_text = "A user name."
    actions = ("revoke",)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[AccessToken]) -> None:
        each(request, queryset.select_related("user"), lambda token: token.revoke(request.user), "Revoked")


@admin.register(Submission)
class SubmissionAdmin(HistoryAdmin):
    list_display = ("created", links.user, links.post, "comment_number")
    fields = list_display

    @admin.display(description="comment")
    def comment_number(self, row: Submission) -> str:
        return f"#{row.comment_id}" if row.comment_id else "-"
