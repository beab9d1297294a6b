"""Acting on chosen rows: each for itself through its model's method, so that one refusal is a sentence and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import model_ngettext
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from geeks import policy
from geeks.admin.showing import outlines_once, title_of

AT_ONCE = 100  # rows acted on in one request
REFUSALS_SHOWN = 20


class ReasonForm(ActionForm):
    """The row above a list: the action, and a reason that deleting and locking keep."""

    reason = forms.CharField(
        required=False,
        label="Reason:",
        widget=forms.TextInput(attrs={"maxlength": policy.REASON_MAX, "size": 30, "autocomplete": "off"}),
    )


def each(request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object], done: str) -> int:
    """Do `act` to every row and say what came of it ("Deleted 3 questions."); returns how many it was done to."""
    chosen = list(rows[: AT_ONCE + 1])
    if len(chosen) > AT_ONCE:
        messages.error(request, f"Choose at most {AT_ONCE} at once. Nothing was changed.")
        return 0
    refused: list[str] = []
    count = 0
    for row in chosen:
        try:
            with transaction.atomic():
                act(row)
        except (ValidationError, PermissionDenied) as refusal:
            refused.append(f"{named(row)}: {' '.join(sentences(refusal))}")
        else:
            count += 1
    if count:
        messages.success(request, f"{done} {count} {model_ngettext(rows.model, count)}.")
    for sentence in refused[:REFUSALS_SHOWN]:
        messages.error(request, sentence)
    if len(refused) > REFUSALS_SHOWN:
        messages.error(request, f"{len(refused) - REFUSALS_SHOWN} more were refused.")
    return count


def named(row: Any) -> str:
    """How a message calls a row: the words people know it by, and its number."""
    return f"“{row}” (#{row.pk})"


def sentences(refusal: ValidationError | PermissionDenied) -> list[str]:
    return refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]


def ask(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    rows: QuerySet[Any],
    form: forms.Form,
    *,
    action: str,
    title: str,
    button: str,
) -> HttpResponse:
    """The page between choosing rows and acting on them; it posts the same choice again, with the form."""
    response = TemplateResponse(
        request,
        "admin/geeks/act.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": title,
            "opts": model_admin.opts,
            "rows": [(row.pk, title_of(row)) for row in rows[:AT_ONCE]],
            "form": form,
            "action": action,
            "button": button,
            "checkbox": ACTION_CHECKBOX_NAME,
            "one": request.POST.get("one", ""),
            "media": model_admin.media + form.media,
        },
    )
    return outlines_once(response)


def answered(request: HttpRequest) -> bool:
    """Whether the page between was filled in and sent."""
    return "apply" in request.POST
