"""What one has written, to take along: one JSON file, made while it is sent, so that a hundred thousand posts need no
more memory than ten. Nothing in it was written by anybody else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from geeks import policy
from geeks.models.post import Kind
from geeks.views.access import signed_in

BATCH = 200


@require_safe
@signed_in
def show(request: HttpRequest, user_id: int) -> HttpResponse | StreamingHttpResponse:
    if request.user.pk != user_id:
        raise PermissionDenied("You can download your own posts only.")
    response = StreamingHttpResponse(written_by(request.user), content_type="application/json")
    name = f"{request.user.slug}-{timezone.localdate():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def written_by(person: Any) -> Iterator[str]:
    """{"site", "person", "posts", "comments", "votes"}, an item a line."""
    yield f'{{"site": {_json(_site())},\n"person": {_json(_person(person))}'
    posts = person.posts.select_related("source").prefetch_related("tags").order_by("pk")
    unread = ("body_html", "text", "excerpt", "excerpt_html", "title_html")
    yield from _list("posts", (_post(post) for post in posts.defer(*unread).iterator(BATCH)))
    yield from _list("comments", (_comment(comment) for comment in person.comments.order_by("pk").iterator(BATCH)))
    yield from _list("votes", (_vote(vote) for vote in person.votes.order_by("pk").iterator(BATCH)))
    yield "}\n"


def _list(name: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield f',\n"{name}": ['
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{_json(row)}"
    yield "]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _site() -> dict[str, str]:
    return {"name": settings.SITE_NAME, "url": settings.SITE_URL, "downloaded": timezone.now().isoformat()}


def _person(person: Any) -> dict[str, Any]:
    own = {name: getattr(person, name) for name in ("display_name", "about", "location", "website", "reputation")}
    return {"id": person.pk, "username": person.username, "joined": _date(person.date_joined), **own}


def _post(post: Any) -> dict[str, Any]:
    return {
        "id": post.pk,
        "kind": Kind(post.kind).label,
        "url": settings.SITE_URL + post.get_absolute_url(),
        "question_id": post.parent_id,
        "title": post.title,
        "tags": [tag.name for tag in post.tags.all()],
        "markdown": post.body,
        "licence": post.licence or policy.LICENCE,
        "imported_from": post.source.host if post.source_id else None,
        "score": post.score,
        "created": _date(post.created),
        "edited": _date(post.edited),
        "deleted": _date(post.deleted_at),
    }


def _comment(comment: Any) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "post_id": comment.post_id,
        "markdown": comment.text,
        "licence": comment.licence or policy.LICENCE,
        "created": _date(comment.created),
        "edited": _date(comment.edited),
        "deleted": _date(comment.deleted_at),
    }


def _vote(vote: Any) -> dict[str, Any]:
    return {"post_id": vote.post_id, "value": vote.value, "created": _date(vote.created)}


def _date(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
