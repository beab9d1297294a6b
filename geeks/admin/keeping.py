"""What people keep for themselves: bookmarks, saved searches and notices. Seen here when somebody asks for help with
them; never changed, and the secret of a saved search's feed is not shown."""

from __future__ import annotations

from django.contrib import admin

from geeks.admin import links
from geeks.admin.lists import HistoryAdmin
from geeks.models import Bookmark, Notification, SavedSearch


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
