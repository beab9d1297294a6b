"""Acceptance: the asker's mark on the answer that helped, with who set it and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Acceptance(models.Model):
    question = models.OneToOneField("geeks.Post", models.CASCADE, related_name="acceptance")
    answer = models.OneToOneField("geeks.Post", models.CASCADE, related_name="accepted_by")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"answer {self.answer_id} accepted for question {self.question_id}"
