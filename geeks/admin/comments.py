"""Comments: short lists to clear away what does not belong, and a page to correct one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from geeks.admin import finding, links
from geeks.admin.acting import each
from geeks.admin.filters import CommentState
from geeks.admin.lists import PERSON_TEXTS, POST_TEXTS, ModeratorAdmin
from geeks.admin.showing import outlines_once, shown
from geeks.models import Audit, Comment


class CommentForm(forms.ModelForm):
    """As the form of a post: checking it is the edit."""

    editor: Any = None
    text = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 4}), label="Text"
    )

    def clean(self) -> None:
        if self.errors or self.editor is None or not self.has_changed():
            return
        comment = Comment.objects.select_related("post").get(pk=self.instance.pk)
        before = comment.text
        try:
            with transaction.atomic():
                comment.edit(self.editor, self.cleaned_data["text"])
                if comment.author_id != self.editor.pk:
                    Audit.objects.record(self.editor, "edit comment", post=comment.post, comment=comment, before=before)
        except ValidationError as refusal:
            self.add_error(None, refusal)
        except PermissionDenied as refusal:
            self.add_error(None, str(refusal))


@admin.register(Comment)
class CommentAdmin(ModeratorAdmin):
    form = CommentForm
    list_display = ("number", "words", links.author, links.post, "state", links.posted)
    list_filter = (CommentState,)
    orderings = {"post__id__exact": ("created", "id"), "author__id__exact": ("-created", "-id")}
    fields = ("text", "words", links.author, links.post, "created", "edited", "state")
    readonly_fields = ("words", links.author, links.post, "created", "edited", "state")
    neighbours = ("author", "post", "deleted_by")
    put_off = (
        *(f"post__{column}" for column in POST_TEXTS),
        *(f"author__{column}" for column in PERSON_TEXTS),
        *(f"deleted_by__{column}" for column in PERSON_TEXTS),
    )
    actions = ["delete_selected", "restore_selected"]
    search_fields = ("pk",)  # shows the search box; `find` does the work
    search_help_text = "The number of a comment or post, a user name, or words of the newest thousand comments."

    class Media:
        css = {"all": ("css/maths.css", "css/admin.css")}

    def view_on_site(self, obj: Comment) -> str:
        return obj.get_absolute_url()

    def find(self, request: HttpRequest, words: str) -> set[int]:
        return finding.comments(words)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"editor": request.user})

    def render_change_form(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return outlines_once(super().render_change_form(*args, **kwargs))

    def save_model(self, request: HttpRequest, obj: Comment, form: CommentForm, change: bool) -> None:
        """Nothing to do: the form's check was the edit, through the model."""

    @admin.display(description="comment")
    def number(self, comment: Comment) -> str:
        return f"#{comment.pk}"

    @admin.display(description="text")
    def words(self, comment: Comment) -> str:
        return shown(comment.html)

    @admin.display(description="state")
    def state(self, comment: Comment) -> str:
        return f"deleted by {comment.deleted_by}" if comment.deleted_at else "-"

    @admin.action(description="Delete")
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        each(request, queryset, lambda comment: comment.delete_by(request.user), "Deleted")

    @admin.action(description="Restore")
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        each(request, queryset, lambda comment: comment.restore_by(request.user), "Restored")
