"""The ledger of reputation: one row for each gain or loss. Reputation is one plus the sum, at least one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Sum
from django.utils import timezone

from geeks import policy
from geeks.models.change import Change, person_key

IMPORTED = "imported"  # the kind of the one row that holds what an imported person had earned where he came from


class ReputationQuerySet(models.QuerySet["Reputation"]):
    """Reached as `user.reputations`, so that it knows whose ledger it is."""

    def earn(self, post: Any, kind: str, actor: Any) -> None:
        """Write `kind` (a key of policy.POINTS) for this person; once for each post and actor."""
        user = self._hints["instance"]
        row = Reputation(user=user, post_id=post.pk, actor=actor, kind=kind, amount=policy.POINTS[kind])
        self.bulk_create([row], ignore_conflicts=True)
        refresh_reputation(user)

    def undo(self, post: Any, kind: str, actor: Any = None) -> None:
        rows = self.filter(post_id=post.pk, kind=kind)
        if actor is not None:
            rows = rows.filter(actor=actor)
        if rows.delete()[0]:
            refresh_reputation(self._hints["instance"])


class Reputation(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reputations")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    post = models.ForeignKey("geeks.Post", models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=30)  # a key of policy.POINTS, or IMPORTED
    amount = models.IntegerField()
    created = models.DateTimeField(default=timezone.now)

    objects = ReputationQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "reputation"
        constraints = [
            models.UniqueConstraint(fields=["user", "post", "actor", "kind"], name="reputation_once_an_act"),
        ]
        indexes = [models.Index(fields=["user", "-created"], name="reputation_of_user")]

    def __str__(self) -> str:
        return f"{self.amount:+d} for {self.user_id} ({self.kind})"


def reputation_of(user_id: int) -> int:
    total = Reputation.objects.filter(user_id=user_id).aggregate(total=Sum("amount"))["total"] or 0
    return max(1, 1 + total)


def hold_ledgers(*user_ids: int | None) -> None:
    """Keep others from changing what these people have until the transaction ends; one order, so that no two wait
    for each other."""
    people = get_user_model().objects.filter(pk__in=[pk for pk in user_ids if pk]).order_by("pk")
    list(people.select_for_update(no_key=True).values_list("pk"))


def refresh_reputation(user: Any) -> None:
    """Bring the stored reputation in line with the ledger; whoever may be at it at the same time holds it first."""
    user.reputation = reputation_of(user.pk)
    get_user_model().objects.filter(pk=user.pk).update(reputation=user.reputation)
    Change.objects.note(person_key(user.pk))
