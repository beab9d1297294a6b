"""Categories and tags: the order things stand in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from geeks import policy
from geeks.admin.acting import answered, ask, each
from geeks.admin.finding import newest_ids
from geeks.admin.lists import ModeratorAdmin
from geeks.models import Audit, Category, Tag
from geeks.models.tag import clean_tag_names


class OrderAdmin(ModeratorAdmin):
    """What both share: changes leave an audit row, and only what nothing stands on can be removed."""

    def view_on_site(self, obj: Any) -> str:
        return obj.get_absolute_url()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        before = {name: form.initial.get(name) for name in form.changed_data} if change else {}
        super().save_model(request, obj, form, change)
        act = f"{'change' if change else 'add'} {self.opts.verbose_name}"
        Audit.objects.record(request.user, act, name=str(obj), before=before)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        name = str(obj)
        super().delete_model(request, obj)
        Audit.objects.record(request.user, f"delete {self.opts.verbose_name}", name=name)


@admin.register(Category)
class CategoryAdmin(OrderAdmin):
    ordering = ("position", "name")
    list_display = ("name", "slug", "description", "position")
    fields = ("name", "slug", "description", "position")
    prepopulated_fields = {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        return obj is not None and self.has_module_permission(request) and not obj.posts.exists()


class TagForm(forms.ModelForm):
    def clean_name(self) -> str:
        """A new tag's name follows the rules of tags typed under a question."""
        names = clean_tag_names(self.cleaned_data["name"])
        if len(names) != 1:
            raise ValidationError("Write one tag, without spaces or commas.")
        return names[0]


class MergeForm(forms.Form):
    into = forms.CharField(
        label="Into the tag",
        max_length=policy.TAG_LENGTH,
        help_text="Its name. The posts of the chosen tags get this one instead, and the chosen tags are removed.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_into(self) -> Tag:
        name = self.cleaned_data["into"].strip().strip("[]").lower()
        tag = Tag.objects.filter(name=name).first()
        if tag is None:
            raise ValidationError(f"There is no tag “{name}”. Write the name of a tag that exists.")
        return tag


@admin.register(Tag)
class TagAdmin(OrderAdmin):
    form = TagForm
    ordering = ("-question_count", "-id")
    list_display = ("name", "question_count", "excerpt")
    fields = ("name", "excerpt", "question_count")
    actions = ["merge_selected"]
    search_fields = ("pk",)  # shows the search box; `find` does the work
    search_help_text = "A part of the name."

    def get_readonly_fields(self, request: HttpRequest, obj: Tag | None = None) -> tuple[str, ...]:
        # A tag gets another name by being merged into it, so that the search index follows.
        return ("name", "question_count") if obj else ("question_count",)

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        return obj is not None and self.has_module_permission(request) and not obj.taggings.exists()

    def find(self, request: HttpRequest, words: str) -> set[int]:
        return newest_ids(Tag.objects.all(), Q(name__icontains=words), order=("-question_count", "-id"))

    @admin.action(description="Merge into another tag…")
    def merge_selected(self, request: HttpRequest, queryset: QuerySet[Tag]) -> HttpResponse | None:
        form = MergeForm(request.POST if answered(request) else None)
        if form.is_valid():
            target = form.cleaned_data["into"]
            others = queryset.exclude(pk=target.pk)
            if others.exists():
                each(request, others, lambda tag: tag.merge_into(target, request.user), f"Merged into “{target}”:")
                return None
            messages.error(request, f"Choose another tag: “{target}” cannot be merged into itself.")
        return ask(self, request, queryset, form, action="merge_selected", title="Merge tags", button="Merge")
