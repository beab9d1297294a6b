"""Saved searches: a query under a name, with a feed of its own and a notice when something new is found.

The feed's address holds a secret, so that feed readers need no sign-in and nobody else can guess it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.http import urlencode

from geeks import policy
from geeks.models.notification import Notification
from geeks.models.post import Post
from geeks.models.reputation import hold_ledgers
from geeks.rendering.source import clean_part

TABS = ("relevance", "newest", "active", "score")


def new_token() -> str:
    return secrets.token_urlsafe(18)


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    @transaction.atomic
    def save_for(self, user: Any, name: str, text: str, tab: str = "relevance") -> SavedSearch:
        """Keep a search; without a name it is called by its text. Raises ValidationError naming the field."""
        if not user.is_active:
            raise PermissionDenied("This account is switched off, so it cannot save searches.")
        text = " ".join(clean_part(text).split())
        name = _short(" ".join(clean_part(name).split()) or text, policy.SEARCH_NAME_MAX)
        if not text:
            raise ValidationError({"q": "Write what to search for, then save it."})
        if len(text) > policy.SEARCH_TEXT_MAX:
            raise ValidationError({"q": f"Shorten the search to {policy.SEARCH_TEXT_MAX:,} characters to save it."})
        hold_ledgers(user.pk)  # who saves many at once is served one after the other
        mine = self.filter(user=user)
        if kept := mine.filter(text=text).first():
            raise ValidationError({"q": f"You have saved this search already, as “{kept.name}”."})
        if mine.count() >= policy.SAVED_SEARCHES_MOST:
            most = policy.SAVED_SEARCHES_MOST
            raise ValidationError({"q": f"You have {most} saved searches, which is all there is room for. Remove one."})
        newest = Post.objects.aggregate(last=Max("pk"))["last"] or 0
        return self.create(user=user, name=name, text=text, tab=tab if tab in TABS else TABS[0], last_post_id=newest)


class SavedSearch(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches", db_index=False)
    name = models.CharField(max_length=policy.SEARCH_NAME_MAX)
    text = models.TextField()
    tab = models.CharField(max_length=12, default="relevance")
    token = models.CharField(max_length=40, default=new_token, editable=False)
    created = models.DateTimeField(default=timezone.now)
    # What is younger than this has not been told of yet.
    last_post_id = models.BigIntegerField(default=0)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        indexes = [models.Index(fields=["user", "-created"], name="saved_search_by_user")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The search itself."""
        return f"/search?{urlencode({'q': self.text, 'tab': self.tab})}"

    @property
    def newest_url(self) -> str:
        return f"/search?{urlencode({'q': self.text, 'tab': 'newest'})}"

    @property
    def feed_url(self) -> str:
        return f"/searches/{self.pk}/feed?token={self.token}"

    @transaction.atomic
    def tell(self, posts: Sequence[Post]) -> bool:
        """Notify the owner of these posts, once: of several workers that find the same, one tells. `posts` are all
        that were found beyond `last_post_id`, in any order; the owner's own are passed over in silence."""
        if not posts:
            return False
        last = max(post.pk for post in posts)
        mine = SavedSearch.objects.filter(pk=self.pk, last_post_id=self.last_post_id)
        if not mine.update(last_post_id=last):
            return False
        self.last_post_id = last
        others = [post for post in posts if post.author_id != self.user_id]
        if others:
            Notification.objects.found(self, max(others, key=lambda post: post.pk), len(others))
        return bool(others)


def _short(text: str, most: int) -> str:
    """The beginning of a text, never cut inside a formula."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if kept.count("$") % 2:
        kept = kept[: kept.rindex("$")]
    return f"{kept.rstrip() or 'Formula'}…"
