"""Articles and tutorials: posts that answer no question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from geeks.models.post import Kind, Post, PostQuerySet
from geeks.models.question import publish_titled


class ArticleManager(models.Manager.from_queryset(PostQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().filter(kind=self.model.OWN_KIND)

    def write(
        self,
        author: Any,
        title: str,
        body: str,
        category: Any,
        tags: list[str] | str,
        created: datetime | None = None,
        form: str = "",
    ) -> Article:
        """Store a new article, or nothing: ValidationError (field -> sentences), PermissionDenied; SubmittedBefore
        when the `form` (a key of `Submission`) made one before."""
        article = self.model(kind=Kind.ARTICLE, author=author, category=category, created=created or timezone.now())
        return publish_titled(article, author, title, body, tags, form)


class Article(Post):
    OWN_KIND = Kind.ARTICLE

    objects = ArticleManager()

    class Meta:
        proxy = True
