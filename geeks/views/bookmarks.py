"""Bookmarks: keeping a post, and one's own list of what is kept."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST

from geeks.models import Page
from geeks.tasks.searching import visible
from geeks.views.access import post_for, signed_in
from geeks.views.errors import wants_json
from geeks.views.lists import page_of
from geeks.views.posts import place_of


@require_POST
@signed_in
def create(request: HttpRequest, post_id: int) -> HttpResponse:
    """POST `value`: 1 keeps, 0 drops."""
    post = post_for(request, post_id)
    value = request.POST.get("value", "1")
    if value not in ("0", "1"):
        raise ValidationError("A bookmark is 1 to keep the post or 0 to drop it.")
    if value == "1":
        post.bookmarks.keep(request.user)
    else:
        post.bookmarks.drop(request.user)
    if wants_json(request):
        return JsonResponse({"value": int(value)})
    return HttpResponseRedirect(place_of(post))


def kept_page(request: HttpRequest, person: Any) -> Page:
    """One page of what `person` keeps and strangers may see, the newest bookmark first."""
    page = page_of(request, person.bookmarks.all(), ("-created", "-id"))
    return Page(visible(bookmark.post_id for bookmark in page.rows), page.next, page.previous)
