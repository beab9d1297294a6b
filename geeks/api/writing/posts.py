"""Asking, answering, editing and deleting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Form, Router
from pydantic import Field

from geeks.api import shapes
from geeks.api.errors import bad
from geeks.api.methods import writes
from geeks.api.objects.posts import of_answers, of_questions
from geeks.api.parameters import TEXT_MOST
from geeks.api.writing.acts import Texted, Written, post_for, shown, tried, writer
from geeks.models import Answer, Category, Question

router = Router(tags=["writing"])


class Asking(Texted):
    title: str = Field(max_length=TEXT_MOST)
    tags: str = Field(max_length=TEXT_MOST, description="Joined by `;`")
    category: str = Field("", max_length=200, description="A slug; needed where the site has several categories")


class Editing(Texted):
    comment: str = Field("", max_length=TEXT_MOST, description="What was changed, for the history")


class EditingQuestion(Editing):
    title: str | None = Field(None, max_length=TEXT_MOST)
    tags: str | None = Field(None, max_length=TEXT_MOST, description="Joined by `;`")


@writes(router, "questions/add", shapes.Question)
def ask(request: HttpRequest, asked: Form[Asking]) -> HttpResponse:
    """Ask a question."""
    person = writer(request, asked)
    question = tried(Question.objects.ask, person, asked.title, asked.body, category_of(asked), asked.tags)
    return shown(request, asked, shapes.Question, of_questions, question.pk)


@writes(router, "questions/{id}/edit", shapes.Question)
def edit_question(request: HttpRequest, id: int, asked: Form[EditingQuestion]) -> HttpResponse:
    """Change a question. What is not given stays."""
    person = writer(request, asked)
    question = post_for(person, Question, id)
    tried(question.edit, person, body=asked.body, title=asked.title, tags=asked.tags, comment=asked.comment)
    return shown(request, asked, shapes.Question, of_questions, question.pk)


@writes(router, "questions/{id}/delete", shapes.Question)
def delete_question(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
    """Delete a question. It is hidden, not gone; the answer holds no object."""
    return deleted(request, asked, Question, id, shapes.Question)


@writes(router, "questions/{id}/answers/add", shapes.Answer)
def answer(request: HttpRequest, id: int, asked: Form[Texted]) -> HttpResponse:
    """Answer a question."""
    person = writer(request, asked)
    given = tried(post_for(person, Question, id).give_answer, person, asked.body)
    return shown(request, asked, shapes.Answer, of_answers, given.pk)


@writes(router, "answers/{id}/edit", shapes.Answer)
def edit_answer(request: HttpRequest, id: int, asked: Form[Editing]) -> HttpResponse:
    """Change an answer."""
    person = writer(request, asked)
    given = post_for(person, Answer, id)
    tried(given.edit, person, body=asked.body, comment=asked.comment)
    return shown(request, asked, shapes.Answer, of_answers, given.pk)


@writes(router, "answers/{id}/delete", shapes.Answer)
def delete_answer(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
    """Delete an answer. It is hidden, not gone; the answer to this call holds no object."""
    return deleted(request, asked, Answer, id, shapes.Answer)


def deleted(
    request: HttpRequest, asked: Written, kind: type[Any], number: int, shape: type[shapes.Shape]
) -> HttpResponse:
    person = writer(request, asked)
    tried(post_for(person, kind, number).delete_by, person)
    return shown(request, asked, shape, of_questions)


def category_of(asked: Asking) -> Category:
    """The category that `category`, else `site` names; the only one where there is but one. Raises Refused."""
    known = {category.slug: category for category in Category.objects.all()}
    named = asked.category.lower() or asked.site.lower()
    if named in known:
        return known[named]
    if not asked.category and len(known) == 1:
        return next(iter(known.values()))
    raise bad(f"`category` names no category. There are: {', '.join(known)}.")
