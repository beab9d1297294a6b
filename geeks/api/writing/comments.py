"""Commenting, correcting a comment, deleting it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Form, Router

from geeks.api import shapes
from geeks.api.methods import writes
from geeks.api.objects.comments import of_comments
from geeks.api.writing.acts import Texted, Written, comment_for, post_for, shown, tried, writer
from geeks.models import Post

router = Router(tags=["writing"])


@writes(router, "posts/{id}/comments/add", shapes.Comment)
def comment(request: HttpRequest, id: int, asked: Form[Texted]) -> HttpResponse:
    """Comment on a post."""
    person = writer(request, asked)
    written = tried(post_for(person, Post, id).comments.write, person, asked.body)
    return shown(request, asked, shapes.Comment, of_comments, written.pk)


@writes(router, "comments/{id}/edit", shapes.Comment)
def edit_comment(request: HttpRequest, id: int, asked: Form[Texted]) -> HttpResponse:
    """Correct one's own comment, within five minutes."""
    person = writer(request, asked)
    remark = comment_for(person, id)
    tried(remark.edit, person, asked.body)
    return shown(request, asked, shapes.Comment, of_comments, remark.pk)


@writes(router, "comments/{id}/delete", shapes.Comment)
def delete_comment(request: HttpRequest, id: int, asked: Form[Written]) -> HttpResponse:
    """Delete a comment. The answer holds no object."""
    person = writer(request, asked)
    tried(comment_for(person, id).delete_by, person)
    return shown(request, asked, shapes.Comment, of_comments)
