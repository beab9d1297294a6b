"""What a person was told while away: the list, reading one, reading all."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from geeks.jinja.responses import render
from geeks.models import Notification
from geeks.rendering import RenderRefused, render_title
from geeks.views.access import known_id, signed_in
from geeks.views.lists import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """GET lists; POST marks all as read."""
    mine = Notification.objects.filter(user=request.user)
    if request.method == "POST":
        mine.mark_read()
        return HttpResponseRedirect(reverse("notifications"))
    page = page_of(request, mine.select_related("search"), ("-created", "-id"))
    for notice in page.rows:
        notice.html = typeset(notice.text)
    return render(request, "notifications/index.html", {"page": page})


@require_POST
@signed_in
def read(request: HttpRequest, notification_id: int) -> HttpResponse:
    """POST marks one as read and leads to what it is about."""
    mine = Notification.objects.filter(user=request.user, pk=known_id(notification_id))
    notice = mine.select_related("search", "post", "post__parent").first()
    if notice is None:
        raise Http404("There is no such notice, or it is not yours.")
    mine.mark_read()
    return HttpResponseRedirect(target_of(notice))


def target_of(notice: Any) -> str:
    if notice.search_id:
        return notice.search.newest_url
    return notice.post.get_absolute_url() if notice.post_id else reverse("notifications")


def typeset(text: str) -> str:
    """A line of plain text with its formulas drawn, as safe HTML."""
    try:
        return render_title(text).html
    except RenderRefused as refusal:
        return refusal.html
