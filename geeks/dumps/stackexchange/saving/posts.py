"""Posts.xml, Comments.xml and PostLinks.xml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from geeks import policy
from geeks.dumps.stackexchange.saving.scope import Scope, each
from geeks.dumps.stackexchange.saving.xml import Values
from geeks.models import Closure, Comment, ImportedBody, PostLink, Tagging
from geeks.rendering.abroad import html_abroad


def posts(scope: Scope) -> Iterator[Values]:
    for batch in each(scope.posts.defer("text", "excerpt", "excerpt_html", "title_html", "body")):
        ids = [post.pk for post in batch]
        given = dict(ImportedBody.objects.filter(post__in=ids).values_list("post", "html"))
        tags: dict[int, list[str]] = {}
        taggings = Tagging.objects.filter(post__in=ids).order_by("post", "position", "pk")
        for post_id, name in taggings.values_list("post", "tag__name"):
            tags.setdefault(post_id, []).append(name)
        for post in batch:
            body = given.get(post.pk)
            if body is None:
                body = html_abroad(post.body_html, settings.SITE_URL)
            yield _post(post, body, tags.get(post.pk, []))


def _post(post: Any, body: str, tags: list[str]) -> Values:
    return {
        "Id": post.pk,
        "PostTypeId": post.kind,
        "AcceptedAnswerId": post.accepted_answer_id,
        "ParentId": post.parent_id,
        "CreationDate": post.created,
        "Score": post.score,
        "ViewCount": post.view_count if post.is_question or post.is_article else None,
        "Body": body,
        "OwnerUserId": post.author_id,
        "OwnerDisplayName": post.author_name,
        "LastEditorUserId": post.editor_id,
        "LastEditorDisplayName": post.editor_name,
        "LastEditDate": post.edited,
        "LastActivityDate": post.last_activity,
        "Title": post.title,
        "Tags": "".join(f"<{name}>" for name in tags),
        "AnswerCount": post.answer_count if post.is_question else None,
        "CommentCount": post.comment_count,
        "FavoriteCount": post.favorite_count,
        "ClosedDate": post.closed_at,
        "CommunityOwnedDate": post.wiki_at,
        "ContentLicense": post.licence or policy.LICENCE,
    }


def comments(scope: Scope) -> Iterator[Values]:
    for batch in each(Comment.objects.filter(scope.of_posts(), deleted_at=None).defer("html")):
        for comment in batch:
            yield {
                "Id": comment.pk,
                "PostId": comment.post_id,
                "Score": comment.score,
                "Text": comment.text,
                "CreationDate": comment.created,
                "UserDisplayName": comment.author_name,
                "UserId": comment.author_id,
                "ContentLicense": comment.licence or policy.LICENCE,
            }


def links(scope: Scope) -> Iterator[Values]:
    count = 0
    for batch in each(scope.posts.only("pk")):
        rows = list(
            PostLink.objects.filter(post__in=batch).order_by("pk").values_list("created", "post", "related", "kind")
        )
        known = {row[1:] for row in rows}
        repeated = Closure.objects.filter(post__in=batch, ended=None).exclude(duplicate_of=None).order_by("pk")
        for created, post, original in repeated.values_list("created", "post", "duplicate_of"):
            if (post, original, PostLink.Kind.DUPLICATE) not in known:
                rows.append((created, post, original, PostLink.Kind.DUPLICATE))
        here = scope.has({related for _, _, related, _ in rows})
        for created, post, related, kind in rows:
            if related in here:
                count += 1
                yield {
                    "Id": count,
                    "CreationDate": created,
                    "PostId": post,
                    "RelatedPostId": related,
                    "LinkTypeId": int(kind),
                }
