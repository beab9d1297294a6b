"""Answers: giving one, the short link to one, accepting."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from geeks.forms.posts import BodyForm
from geeks.views.access import back_to, post_for, question_for, question_in_brief, question_row, signed_in
from geeks.views.questions import page_of_question
from geeks.views.reader import reader
from geeks.views.threads import address_of_answer, place_of_answer


@require_POST
@signed_in
def create(request: HttpRequest, question_id: int) -> HttpResponse:
    question, form = question_in_brief(request, question_id), BodyForm(request.POST)
    if form.is_valid():
        answer = form.try_to(question.give_answer, reader(request), form.cleaned_data["body"], form=form.key)
        if answer:
            return HttpResponseRedirect(place_of_answer(question, answer))
    return page_of_question(request, question_row(request, question_id), form=form, status=form.status)


@require_safe
def short(request: HttpRequest, answer_id: int) -> HttpResponse:
    """`/a/<id>`: to the answer on its question's page, on the page of answers that holds it. `hl`, the formulas that a
    search found in it, go along."""
    answer = post_for(request, answer_id)
    if not answer.is_answer:
        raise Http404("There is no answer with that number.")
    page, _, place = address_of_answer(request, answer).partition("#")
    marks = urlencode([("hl", tex) for tex in request.GET.getlist("hl")[:3]])
    return HttpResponseRedirect(f"{page}{('&' if '?' in page else '?') + marks if marks else ''}#{place}")


@require_POST
@signed_in
def accept(request: HttpRequest, answer_id: int) -> HttpResponse:
    """POST accepts; with `undo` it takes the mark back."""
    answer = post_for(request, answer_id)
    if not answer.is_answer:
        raise Http404("There is no answer with that number.")
    question = question_for(request, answer.parent_id)
    (question.unaccept if request.POST.get("undo") else question.accept)(answer, request.user)
    return back_to(request, f"{question.get_absolute_url()}#answer-{answer.pk}")
