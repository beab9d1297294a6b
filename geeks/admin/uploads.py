"""Pictures: seen by moderators, and removed for good when they must not stay."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from geeks.admin import links
from geeks.admin.finding import newest_ids, number_in, people_named
from geeks.admin.lists import PERSON_TEXTS, ModeratorAdmin
from geeks.models import Audit, Upload


@admin.register(Upload)
class UploadAdmin(ModeratorAdmin):
    list_display = ("number", "picture", "size", links.user, "created")
    fields = ("picture", "size", "address", "sha256", links.user, "created")
    readonly_fields = fields
    neighbours = ("user",)
    put_off = tuple(f"user__{column}" for column in PERSON_TEXTS)
    search_fields = ("pk",)  # shows the search box; `find` does the work
    search_help_text = "The number of a picture, or a user name."

    class Media:
        css = {"all": ("css/admin.css",)}

    def has_change_permission(self, request: HttpRequest, obj: Upload | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Upload | None = None) -> bool:
        return self.has_module_permission(request)

    def find(self, request: HttpRequest, words: str) -> set[int]:
        number, people = number_in(words), people_named(words)
        conditions = [Q(pk=number)] if number is not None else []
        return newest_ids(Upload.objects.all(), *conditions, *([Q(user_id__in=people)] if people else []))

    @admin.display(description="upload")
    def number(self, upload: Upload) -> str:
        return f"#{upload.pk}"

    @admin.display(description="picture")
    def picture(self, upload: Upload) -> str:
        return format_html('<img class="upload" src="{}" alt="" loading="lazy">', upload.url)

    @admin.display(description="address")
    def address(self, upload: Upload) -> str:
        return format_html('<a href="{0}">{0}</a>', upload.url)

    @admin.display(description="size")
    def size(self, upload: Upload) -> str:
        return f"{upload.width} × {upload.height}"

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        """The row now; the file once that is certain."""
        with transaction.atomic():
            Audit.objects.record(request.user, "delete upload", user=obj.user, file=obj.file.name, sha256=obj.sha256)
            obj.delete()
            transaction.on_commit(partial(obj.file.storage.delete, obj.file.name))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Upload]) -> None:
        for upload in queryset:
            self.delete_model(request, upload)
