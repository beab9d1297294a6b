"""Closing and reopening a question."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from geeks.models import Question
from geeks.models.paging import LARGEST
from geeks.views.access import back_to, question_for, signed_in


@require_POST
@signed_in
def create(request: HttpRequest, question_id: int) -> HttpResponse:
    """POST closes; with `undo` it reopens."""
    question = question_for(request, question_id)
    if request.POST.get("undo"):
        question.reopen(request.user)
        return back_to(request, question.get_absolute_url(), "The question is open again.")
    original = _named(request.POST.get("duplicate_of", ""))
    question.close(request.user, request.POST.get("reason", ""), request.POST.get("note", "")[:500], original)
    return back_to(request, question.get_absolute_url(), "The question is closed.")


def _named(text: str) -> Question | None:
    """The question that a number or an address of this site names; None when nothing was typed."""
    text = text.strip()
    if not text:
        return None
    number = re.fullmatch(r"(\d{1,19})|.*/(?:q|questions)/(\d{1,19})(?:/.*)?", text)
    digits = number and (number[1] or number[2])
    if digits and int(digits) <= LARGEST:
        found = Question.objects.visible().filter(pk=int(digits)).first()
        if found:
            return found
    raise ValidationError(f"“{text[:80]}” names no question here. Give its number or its address.")
