"""The form of a post in the admin. Checking it *is* the edit: `post.edit` runs once, in a savepoint, so that every
refusal stands at its field and the rules are not written a second time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from geeks import policy
from geeks.forms.posts import RevisionNumber
from geeks.models import Category, EditConflict, Post, Revision


class PostForm(forms.ModelForm):
    """`editor` is set on a subclass by the admin. Nothing is left to save once the form is valid."""

    editor: Any = None

    title = forms.CharField(required=False, widget=forms.TextInput(attrs={"class": "vTextField", "size": 80}))
    body = forms.CharField(
        required=False,
        strip=False,
        label="Body (Markdown)",
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 18}),
    )
    tag_names = forms.CharField(
        required=False,
        label="Tags",
        help_text=f"{policy.TAGS_MIN} to {policy.TAGS_MAX} tags with spaces between them.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    category = forms.ModelChoiceField(Category.objects.all(), required=False)
    comment = forms.CharField(
        required=False,
        max_length=policy.REASON_MAX,
        label="What was changed",
        help_text="Stands beside the revision.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    revision = RevisionNumber()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = self.instance.taggings.values_list("tag__name", flat=True)
        if "tag_names" in self.fields:
            self.initial["tag_names"] = " ".join(names)
        self.initial["revision"] = Revision.objects.newest_number(self.instance.pk)

    def clean_body(self) -> str:
        return self.cleaned_data["body"].replace("\r\n", "\n")

    def clean(self) -> None:
        if self.errors or self.editor is None:
            return
        given = self.cleaned_data
        post = type(self.instance).objects.get(pk=self.instance.pk)
        try:
            with transaction.atomic():
                if given.get("category"):
                    self._move(post, given["category"])
                post.edit(
                    self.editor,
                    title=given.get("title"),
                    body=given["body"],
                    tags=given.get("tag_names"),
                    comment=given["comment"],
                    revision=given.get("revision"),
                )
        except EditConflict as conflict:
            self.data = {**self.data.dict(), "revision": conflict.revision.number}
            self.add_error(None, conflict)
        except ValidationError as refusal:
            self._stand_at_fields(refusal)
        except PermissionDenied as refusal:
            self.add_error(None, str(refusal))

    def _move(self, post: Post, category: Category) -> None:
        if category.pk != post.category_id:
            post.move(self.editor, category)

    def _stand_at_fields(self, refusal: ValidationError) -> None:
        problems = refusal.message_dict if hasattr(refusal, "error_dict") else {"tag_names": refusal.messages}
        for name, sentences in problems.items():
            name = "tag_names" if name == "tags" else name
            self.add_error(name if name in self.fields else None, sentences)


class AnswerForm(PostForm):
    """An answer has no title, tags or category of its own."""

    title = tag_names = category = None
