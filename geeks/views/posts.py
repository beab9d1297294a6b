"""What is done to any post: editing, voting, commenting, deleting, locking."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from geeks.forms.posts import CommentForm, EditAnswerForm, EditForm
from geeks.jinja.responses import render
from geeks.models import Post, Revision
from geeks.views.access import back_to, comment_for, known_id, post_for, question_row, signed_in
from geeks.views.articles import page_of_article
from geeks.views.questions import page_of_question
from geeks.views.threads import place_of_answer


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, post_id: int) -> HttpResponse:
    revision = Revision.objects.newest_number(known_id(post_id))  # first: the text may be newer, never older
    post = post_for(request, post_id)
    kind = EditAnswerForm if post.is_answer else EditForm
    if request.method == "POST":  # the model's method asks whether it may be done, and the text stays in the form
        form = kind(request.POST)
        if form.is_valid() and form.try_to(post.edit, request.user, **form.cleaned_data) is not None:
            return HttpResponseRedirect(place_of(post))
        post.refresh_from_db()
    else:
        post.demand_edit(request.user)
        form = kind(initial={**_as_it_stands(post), "revision": revision})
    return render(request, "posts/edit.html", {"form": form, "post": post}, status=form.status)


def _as_it_stands(post: Post) -> dict[str, Any]:
    if post.is_answer:
        return {"body": post.body}
    names = post.taggings.values_list("tag__name", flat=True)
    return {"title": post.title, "body": post.body, "category": post.category.slug, "tags": " ".join(names)}


@require_POST
@signed_in
def vote(request: HttpRequest, post_id: int) -> HttpResponse:
    post = post_for(request, post_id)
    value = request.POST.get("value", "")
    if value not in ("1", "-1", "0"):
        raise ValidationError("A vote is 1, -1 or 0.")
    score = post.votes.cast(request.user, int(value))
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"score": score, "value": int(value)})
    return HttpResponseRedirect(place_of(post))


@require_POST
@signed_in
def comment(request: HttpRequest, post_id: int) -> HttpResponse:
    post = post_for(request, post_id)
    form = CommentForm(request.POST)
    if form.is_valid():
        made = form.try_to(post.comments.write, request.user, form.cleaned_data["text"], form=form.key)
        if made:
            return HttpResponseRedirect(f"{thread_url(post)}#comment-{made.pk}")
    draft = {"post_id": post.pk, "text": request.POST.get("text", ""), "error": " ".join(sum(form.errors.values(), []))}
    if post.is_article:
        return page_of_article(request, post, draft=draft, status=form.status)
    return page_of_question(request, question_row(request, post.thread_id), draft=draft, status=form.status)


@require_POST
@signed_in
def delete_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """POST deletes; with `undo` it restores."""
    found = comment_for(request, comment_id)
    (found.restore_by if request.POST.get("undo") else found.delete_by)(request.user)
    return back_to(request, place_of(found.post), "The comment was restored." if request.POST.get("undo") else "")


@require_POST
@signed_in
def delete(request: HttpRequest, post_id: int) -> HttpResponse:
    """POST deletes softly; with `undo` it restores."""
    post = post_for(request, post_id)
    if request.POST.get("undo"):
        post.restore_by(request.user)
        return back_to(request, place_of(post), "The post is back.")
    post.delete_by(request.user, request.POST.get("reason", "")[:500])
    sentence = "The post is deleted. It can be restored, and only you and moderators see it."
    return back_to(request, place_of(post), sentence)


@require_POST
@signed_in
def lock(request: HttpRequest, post_id: int) -> HttpResponse:
    """POST locks; with `undo` it unlocks."""
    post = post_for(request, post_id)
    if request.POST.get("undo"):
        post.unlock(request.user)
    else:
        post.lock(request.user, request.POST.get("reason", "")[:500])
    return back_to(request, place_of(post))


def thread_url(post: Post) -> str:
    return (post.parent if post.is_answer else post).get_absolute_url()


def place_of(post: Post) -> str:
    """Where a post stands on its page."""
    return place_of_answer(post.parent, post) if post.is_answer else thread_url(post)
