"""How much a new person may post in an hour; everybody else, and moderators, post freely."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from geeks import policy
from geeks.models.reputation import hold_ledgers


def demand_room(user: Any, what: str, most: int) -> None:
    """Raise PermissionDenied when a newcomer has sent `most` of `what` ("posts", "comments", "uploads": the rows that
    hang off a person under this name) within the last hour."""
    if user.can("skip_newcomer_limits"):
        return
    if getattr(user, what).filter(created__gte=timezone.now() - timedelta(hours=1)).count() >= most:
        raise PermissionDenied(
            f"New people may send {most} {what} an hour. Your text is not lost: wait a little{_way_out()}."
        )


def hold_room(user: Any, what: str, most: int) -> None:
    """`demand_room` in the transaction that stores one more. Whoever sends many at once is served one after the other,
    and each counts those before it; who has no limit holds nothing. Posts are held before it, as before all ledgers."""
    if not user.can("skip_newcomer_limits"):
        hold_ledgers(user.pk)
        demand_room(user, what, most)


def _way_out() -> str:
    needed = policy.PRIVILEGES["skip_newcomer_limits"]
    return f", or earn {needed} reputation" if needed else ""
