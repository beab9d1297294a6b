"""Voting, accepting, keeping bookmarks; each has its undoing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Form, Router

from geeks.api import shapes
from geeks.api.errors import WRITE_FAILED, Refused
from geeks.api.methods import writes
from geeks.api.objects.posts import of_answers, of_questions
from geeks.api.shapes import Shape
from geeks.api.writing.acts import Written, post_for, shown, tried, writer
from geeks.models import Answer, Question

router = Router(tags=["writing"])


def declare(noun: str, article: str, kind: type[Any], shape: type[Shape], word: str, value: int) -> None:
    """The two methods for votes of this value on posts of this kind."""

    def vote(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
        return cast(request, asked, kind, id, value)

    def undo(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
        return taken_back(request, asked, kind, id, value)

    vote.__name__, vote.__doc__ = f"{word}vote_{noun}", f"Vote {article} {noun} {word}."
    undo.__name__, undo.__doc__ = f"undo_{word}vote_of_{noun}", f"Take a vote {word} for {article} {noun} back."
    writes(router, f"{noun}s/{{id}}/{word}vote", shape)(vote)
    writes(router, f"{noun}s/{{id}}/{word}vote/undo", shape)(undo)


for word, value in (("up", 1), ("down", -1)):
    declare("question", "a", Question, shapes.Question, word, value)
    declare("answer", "an", Answer, shapes.Answer, word, value)


@writes(router, "answers/{id}/accept", shapes.Answer)
def accept_answer(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
    """Accept an answer to one's own question."""
    person = writer(request, asked)
    answer = post_for(person, Answer, id)
    tried(post_for(person, Question, answer.parent_id).accept, answer, person)
    return shown(request, asked, shapes.Answer, of_answers, answer.pk)


@writes(router, "answers/{id}/accept/undo", shapes.Answer)
def undo_acceptance(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
    """Take the acceptance of an answer back."""
    person = writer(request, asked)
    answer = post_for(person, Answer, id)
    tried(post_for(person, Question, answer.parent_id).unaccept, answer, person)
    return shown(request, asked, shapes.Answer, of_answers, answer.pk)


@writes(router, "questions/{id}/favorite", shapes.Question)
def keep_question(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
    """Bookmark a question. Nobody else sees it."""
    person = writer(request, asked)
    question = post_for(person, Question, id)
    tried(question.bookmarks.keep, person)
    return shown(request, asked, shapes.Question, of_questions, question.pk)


@writes(router, "questions/{id}/favorite/undo", shapes.Question)
def drop_question(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
    """Take a bookmark away."""
    person = writer(request, asked)
    question = post_for(person, Question, id)
    question.bookmarks.drop(person)
    return shown(request, asked, shapes.Question, of_questions, question.pk)


def cast(request: HttpRequest, asked: Written, kind: type[Any], number: int, value: int) -> HttpResponse:
    person = writer(request, asked)
    post = post_for(person, kind, number)
    tried(post.votes.cast, person, value)
    return as_it_is(request, asked, post)


def taken_back(request: HttpRequest, asked: Written, kind: type[Any], number: int, value: int) -> HttpResponse:
    person = writer(request, asked)
    post = post_for(person, kind, number)
    if not post.votes.filter(user=person, value=value).exists():
        raise Refused(WRITE_FAILED, "There is no such vote of yours to take back.")
    tried(post.votes.cast, person, 0)
    return as_it_is(request, asked, post)


def as_it_is(request: HttpRequest, asked: Written, post: Any) -> HttpResponse:
    if post.is_answer:
        return shown(request, asked, shapes.Answer, of_answers, post.pk)
    return shown(request, asked, shapes.Question, of_questions, post.pk)
