"""Answers: posts that hang off a question."""

from __future__ import annotations

from django.db import models

from geeks.models.post import Kind, Post, PostQuerySet


class AnswerManager(models.Manager.from_queryset(PostQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().filter(kind=self.model.OWN_KIND)


class Answer(Post):
    OWN_KIND = Kind.ANSWER

    objects = AnswerManager()

    class Meta:
        proxy = True
