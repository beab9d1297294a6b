"""Links between posts: one names another in its text, or is its duplicate."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils import timezone

from geeks.models.change import Change, post_key
from geeks.rendering.addresses import posts_at


class PostLinkQuerySet(models.QuerySet["PostLink"]):
    def follow(self, post: Any, before: str = "") -> None:
        """Keep up with what the text of `post` links to; `before` is the HTML that it had.

        A link to an answer is one to its question. What an archive knows besides (links in comments there) stays."""
        host = urlsplit(settings.SITE_URL).netloc
        old, new = posts_at(before, host), posts_at(post.body_html, host)
        if old == new:
            return
        model: Any = PostLink._meta.get_field("related").related_model
        threads = dict(model.objects.without_wikis().filter(pk__among=old | new).values_list("pk", "parent"))
        were, are = ({threads[pk] or pk for pk in some if pk in threads} - {post.thread_id} for some in (old, new))
        self.filter(post=post, kind=PostLink.Kind.LINKED, related__in=were - are).delete()
        self.bulk_create(
            [PostLink(post=post, related_id=pk, kind=PostLink.Kind.LINKED) for pk in sorted(are - were)],
            ignore_conflicts=True,
        )
        if were != are:
            Change.objects.note(*map(post_key, were ^ are))

    def note_beside(self, post_id: int) -> None:
        """Say that a post is seen again beside those that name it and those it names. While it was away their pages
        knew nothing of it."""
        naming = self.filter(related=post_id).values_list("post", flat=True)
        named = self.filter(post=post_id).values_list("related", flat=True)
        Change.objects.note(*map(post_key, {*naming, *named}))


class PostLink(models.Model):
    class Kind(models.IntegerChoices):
        """Stack Exchange's own LinkTypeId."""

        LINKED = 1, "linked"
        DUPLICATE = 3, "duplicate"

    post = models.ForeignKey("geeks.Post", models.CASCADE, related_name="links", db_index=False)
    related = models.ForeignKey("geeks.Post", models.CASCADE, related_name="linked_from")
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    created = models.DateTimeField(default=timezone.now)

    objects = PostLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "related", "kind"], name="one_link_a_kind")]

    def __str__(self) -> str:
        return f"post {self.post_id} {self.get_kind_display()} {self.related_id}"
