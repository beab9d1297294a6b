"""Tags.xml, Users.xml and Badges.xml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from geeks.dumps.stackexchange.saving.scope import Scope, each
from geeks.dumps.stackexchange.saving.xml import Values
from geeks.models import Badge, Tagging, User, Vote
from geeks.models.post import Kind
from geeks.rendering.abroad import html_abroad


def tags(scope: Scope) -> Iterator[Values]:
    for batch in each(scope.tags):
        asked = Tagging.objects.filter(tag__in=batch, post__kind=Kind.QUESTION, post__deleted_at=None)
        if scope.category:
            asked = asked.filter(post__category=scope.category)
        counts = dict(asked.order_by().values_list("tag").annotate(Count("pk")))
        texts = {pk for tag in batch for pk in (tag.excerpt_post_id, tag.wiki_post_id) if pk}
        here = scope.has(texts)
        for tag in batch:
            yield {
                "Id": tag.pk,
                "TagName": tag.name,
                "Count": counts.get(tag.pk, 0),
                "ExcerptPostId": tag.excerpt_post_id if tag.excerpt_post_id in here else None,
                "WikiPostId": tag.wiki_post_id if tag.wiki_post_id in here else None,
                "IsModeratorOnly": tag.is_moderator_only or None,
                "IsRequired": tag.is_required or None,
            }


def users(scope: Scope) -> Iterator[Values]:
    for batch in each(scope.people):
        cast = _votes_cast(batch)
        for user in batch:
            up, down = cast.get(user.pk, (0, 0))
            yield {
                "Id": user.pk,
                "Reputation": user.reputation,
                "CreationDate": user.date_joined,
                "DisplayName": str(user),
                "LastAccessDate": user.last_seen,
                "WebsiteUrl": user.website,
                "Location": user.location,
                "AboutMe": user.about if user.ghost else html_abroad(user.about_html, settings.SITE_URL),
                "Views": user.view_count,
                "UpVotes": user.up_votes + up,
                "DownVotes": user.down_votes + down,
                "ProfileImageUrl": user.image_url,
                "AccountId": user.network_id,
            }


def _votes_cast(people: list[User]) -> dict[int, tuple[int, int]]:
    """How many each has cast, up and down: that, and not for what, is on the profile of a person too."""
    votes = Vote.objects.filter(user__in=people).order_by().values_list("user")
    counted: Any = votes.annotate(up=Count("pk", filter=Q(value=1)), down=Count("pk", filter=Q(value=-1)))
    return {user: (up, down) for user, up, down in counted}


def badges(scope: Scope) -> Iterator[Values]:
    number = 0
    for people in each(scope.people.only("pk")):
        for badge in Badge.objects.filter(user__in=people).order_by("user", "pk").iterator(chunk_size=2_000):
            number += 1
            yield {
                "Id": number,
                "UserId": badge.user_id,
                "Name": badge.name,
                "Date": badge.date,
                "Class": badge.rank,
                "TagBased": badge.tag_based,
            }
