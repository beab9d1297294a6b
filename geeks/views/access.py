"""May you see it? Every view that shows or changes one thing fetches it here: what the reader may not see is a 404.

Whether the reader may *do* something is the model's method to say (PermissionDenied, shown as a 403 page).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse

from geeks.models import Comment, Post, Question
from geeks.models.paging import LARGEST
from geeks.models.prepared import Prepared, Read
from geeks.models.user import unread_of
from geeks.views.errors import signed_out, typed

View = Callable[..., HttpResponse]

TEXTS = ("body", "body_html", "text", "excerpt", "excerpt_html")

QUESTION = Prepared(
    Question,
    lambda pk: (
        Question.objects.select_related("author", "category", "editor")
        .filter(pk=pk)
        .defer("body", "excerpt_html", *unread_of("author", "editor"))[:1]
    ),
    lasting=True,
)

# What acts ask of a question: not the texts of it, and nobody beside it.
BRIEF = Prepared(
    Question,
    lambda pk: Question.objects.filter(pk=pk).defer(*TEXTS)[:1],
)


def signed_in(view: View) -> View:
    """Strangers are sent to sign in and come back to where they were (after a POST: to the page they posted from). What
    they wrote in a form, while signed in no longer, is shown to them first: a redirect would lose it."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        here = request.get_full_path() if request.method in ("GET", "HEAD") else _posted_from(request)
        sign_in = f"{reverse('account_login')}?{urlencode({'next': here})}"
        return signed_out(request, sign_in) if typed(request) else HttpResponseRedirect(sign_in)

    return wrapper


def _posted_from(request: HttpRequest) -> str:
    """The path of the page that sent this form, if it is one of ours; else the front page."""
    referer = request.headers.get("Referer", "")
    prefix = f"{request.scheme}://{request.get_host()}/"
    return referer[len(prefix) - 1 :] if referer.startswith(prefix) else "/"


def post_for(request: HttpRequest, post_id: int, wikis: bool = False) -> Post:
    """The post, with its author, category and question, if this reader may see it (and the question of an answer).
    Texts of tags only with `wikis`: they have a history, and no page."""
    posts = Post.objects.visible_to(request.user)
    posts = (posts if wikis else posts.without_wikis()).select_related(
        "author", "category", "editor", "parent", "parent__author"
    )
    post = posts.filter(pk=known_id(post_id)).first()
    if post is None or (post.is_answer and post.parent.deleted_at and not sees_deleted(request, post.parent)):
        raise Http404("There is no such post, or it was deleted.")
    return post


def question_for(request: HttpRequest, question_id: int) -> Question:
    question: Question = question_row(request, question_id).object
    return question


def question_in_brief(request: HttpRequest, question_id: int) -> Question:
    """As `question_for`, for whoever shows nothing of it: its texts are read when they are asked for."""
    question: Question = _seen(BRIEF, request, question_id).object
    return question


def question_row(request: HttpRequest, question_id: int) -> Read:
    """The question as it was read, with its author, category and editor, if this reader may see it. Whoever may, it is
    the same row, which is then read once for all of them."""
    return _seen(QUESTION, request, question_id)


def _seen(questions: Prepared, request: HttpRequest, question_id: int) -> Read:
    row = questions(known_id(question_id)).first_read()
    if row is None or (row.column("deleted_at") and not sees_deleted(request, row.object)):
        raise Http404("There is no such question, or it was deleted.")
    return row


def comment_for(request: HttpRequest, comment_id: int) -> Comment:
    comment = Comment.objects.select_related("post", "author").filter(pk=known_id(comment_id)).first()
    if comment is None or (comment.deleted_at and not getattr(request.user, "moderates", False)):
        raise Http404("There is no such comment, or it was deleted.")
    post_for(request, comment.post_id)
    return comment


def sees_deleted(request: HttpRequest, post: Post) -> bool:
    user = request.user
    return user.is_authenticated and (user.can("see_deleted") or post.author_id == user.pk)


def known_id(number: int) -> int:
    """Ids beyond the database's integers name nothing."""
    if number > LARGEST:
        raise Http404("There is nothing with that number.")
    return number


def moved(request: HttpRequest, url: str) -> HttpResponse:
    """Permanently to the right address, with the query. Browsers are to ask again all the same: a title that changes
    and changes back would otherwise send them in a circle for ever."""
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)
    response.headers["Cache-Control"] = "no-cache"
    return response


def back_to(request: HttpRequest, url: str, sentence: str = "") -> HttpResponse:
    """After a change: to the page that shows it, with a sentence where one is due."""
    if sentence:
        messages.success(request, sentence)
    return HttpResponseRedirect(url)
