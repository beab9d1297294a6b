"""What moderators do to posts, from a list or from a post's own page: delete, restore, lock, move, close and undo.
Every act is the model's method with the moderator as the actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from geeks import policy
from geeks.admin.acting import answered, ask, each
from geeks.models import Category, Question

Answered = HttpResponse | None


class MoveForm(forms.Form):
    category = forms.ModelChoiceField(Category.objects.all(), empty_label=None)


class CloseForm(forms.Form):
    reason = forms.ChoiceField(choices=[(key, name) for key, (_, name) in policy.CLOSE_REASONS.items()])
    note = forms.CharField(
        required=False, max_length=policy.REASON_MAX, help_text="For the author: what would make the question fit."
    )
    duplicate_of = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        label="Duplicate of",
        help_text="The number of the other question, as in its address. Only for duplicates.",
    )

    def clean_duplicate_of(self) -> Question | None:
        number = self.cleaned_data["duplicate_of"]
        question = Question.objects.filter(pk=number).first() if number else None
        if number and question is None:
            raise forms.ValidationError(f"There is no question {number}.")
        return question


class PostActions:
    """Mixed into the admin of posts; the methods are the actions."""

    model: Any

    @admin.action(description="Delete")
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Answered:
        # Named as Django's own action, which removes rows for good and must not be offered beside it.
        reason = request.POST.get("reason", "").strip()
        return self._do(request, queryset, lambda post: post.delete_by(request.user, reason), "Deleted")

    @admin.action(description="Restore")
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Answered:
        return self._do(request, queryset, lambda post: post.restore_by(request.user), "Restored")

    @admin.action(description="Lock")
    def lock_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Answered:
        reason = request.POST.get("reason", "").strip()
        return self._do(request, queryset, lambda post: post.lock(request.user, reason), "Locked")

    @admin.action(description="Unlock")
    def unlock_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Answered:
        return self._do(request, queryset, lambda post: post.unlock(request.user), "Unlocked")

    @admin.action(description="Move to category…")
    def move_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Answered:
        form = MoveForm(request.POST if answered(request) else None)
        if form.is_valid():
            category = form.cleaned_data["category"]
            return self._do(request, queryset, lambda post: post.move(request.user, category), "Moved")
        title = f"Move {self.model._meta.verbose_name_plural} to a category"
        return ask(self, request, queryset, form, action="move_selected", title=title, button="Move")

    @admin.action(description="Close…")
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Answered:
        form = CloseForm(request.POST if answered(request) else None)
        if form.is_valid():
            given = form.cleaned_data
            if each(request, queryset, lambda question: question.close(request.user, **given), "Closed"):
                return self._back(request, queryset)
        # Also after a refusal of every question, so that what was typed is not lost.
        return ask(self, request, queryset, form, action="close_selected", title="Close questions", button="Close")

    @admin.action(description="Reopen")
    def reopen_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Answered:
        return self._do(request, queryset, lambda question: question.reopen(request.user), "Reopened")

    def _do(
        self, request: HttpRequest, queryset: QuerySet[Any], act: Callable[[Any], object], done: str
    ) -> HttpResponse | None:
        if len(request.POST.get("reason", "").strip()) > policy.REASON_MAX:
            messages.error(request, f"Shorten the reason to {policy.REASON_MAX} characters. Nothing was changed.")
        else:
            each(request, queryset, act, done)
        return self._back(request, queryset)

    def _back(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """To the post's own page when the act began there; None: to the list."""
        one = request.POST.get("one", "")
        if not (one.isdecimal() and len(one) <= 19):
            return None
        return HttpResponseRedirect(reverse(f"admin:geeks_{self.model._meta.model_name}_change", args=[one]))
