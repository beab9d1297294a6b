"""People: the short form beside what they wrote, and the whole profile."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from geeks.api import shapes
from geeks.api.filters import Filter
from geeks.api.objects.base import Objects, address, body, favicon, in_order, text
from geeks.api.parameters import seconds
from geeks.models import Badge, Kind, Post, Reputation, User

# What the short form is made of; `read beside` in `only()`.
SHORT = (
    *("id", "username", "display_name", "reputation", "network_id"),
    *("is_active", "is_moderator", "is_superuser"),
)
RANKS = {rank.label: rank.value for rank in reversed(Badge.Rank)}
PERIODS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


def beside(*relations: str) -> list[str]:
    """The columns of people read beside other rows, for `only()`."""
    return [f"{relation}__{column}" for relation in relations for column in SHORT]


def user_type(person: User) -> str:
    return "moderator" if person.moderates else "registered"


def account_id(person: User) -> int:
    """Stack Exchange's number of a person of its network; there is no network here, so else the person's own."""
    return int(person.network_id or person.pk)


def shallow(person: User | None, wanted: Filter, name: str = "") -> dict[str, Any] | None:
    """The `shallow_user` of a person; of nobody, or of somebody who is gone, the `name` that is left."""
    if person is None:
        made = {"user_type": "does_not_exist", "display_name": text(name) or None}
    else:
        made = {
            "account_id": account_id(person),
            "user_id": person.pk,
            "user_type": user_type(person),
            "display_name": text(person.display_name),
            "reputation": person.reputation,
            "profile_image": favicon(),
            "link": address(person.get_absolute_url()),
        }
    fields = wanted.fields(shapes.ShallowUser)
    return {field: made[field] for field in fields if made.get(field) is not None}


class Users(Objects):
    shape = shapes.User

    def user_id(self, person: User) -> int:
        return int(person.pk)

    def account_id(self, person: User) -> int:
        return account_id(person)

    def display_name(self, person: User) -> str:
        return text(person.display_name)

    def user_type(self, person: User) -> str:
        return user_type(person)

    def reputation(self, person: User) -> int:
        return person.reputation

    def reputation_change_day(self, person: User) -> int:
        return self._changes[person.pk]["day"]

    def reputation_change_week(self, person: User) -> int:
        return self._changes[person.pk]["week"]

    def reputation_change_month(self, person: User) -> int:
        return self._changes[person.pk]["month"]

    def reputation_change_quarter(self, person: User) -> int:
        return self._changes[person.pk]["quarter"]

    def reputation_change_year(self, person: User) -> int:
        return self._changes[person.pk]["year"]

    def badge_counts(self, person: User) -> dict[str, int]:
        return {rank: self._badges.get((person.pk, number), 0) for rank, number in RANKS.items()}

    def creation_date(self, person: User) -> int | None:
        return seconds(person.date_joined)

    def last_access_date(self, person: User) -> int | None:
        return seconds(person.last_seen)

    def is_employee(self, person: User) -> bool:
        return False

    def location(self, person: User) -> str | None:
        return text(person.location) or None

    def website_url(self, person: User) -> str | None:
        return person.website or None

    def link(self, person: User) -> str:
        return address(person.get_absolute_url())

    def profile_image(self, person: User) -> str:
        return favicon()

    def about_me(self, person: User) -> str | None:
        return body(person.about_html) or None

    def answer_count(self, person: User) -> int:
        return self._written.get((person.pk, Kind.ANSWER), 0)

    def question_count(self, person: User) -> int:
        return self._written.get((person.pk, Kind.QUESTION), 0)

    def view_count(self, person: User) -> int:
        return person.view_count

    def up_vote_count(self, person: User) -> int:
        return person.up_votes

    def down_vote_count(self, person: User) -> int:
        return person.down_votes

    @cached_property
    def _badges(self) -> dict[tuple[int, int], int]:
        rows = Badge.objects.filter(user__in=[person.pk for person in self.rows]).order_by()
        counted = rows.values_list("user", "rank").annotate(Count("pk"))
        return {(user, rank): number for user, rank, number in counted}

    @cached_property
    def _changes(self) -> dict[int, dict[str, int]]:
        """What each person gained or lost within each period, in one query for all."""
        now = timezone.now()
        since = {name: now - timedelta(days=days) for name, days in PERIODS.items()}
        rows = Reputation.objects.filter(user__in=[person.pk for person in self.rows], created__gte=since["year"])
        sums = {name: Sum("amount", filter=Q(created__gte=begin), default=0) for name, begin in since.items()}
        found = {row.pop("user"): row for row in rows.order_by().values("user").annotate(**sums)}
        nothing = dict.fromkeys(PERIODS, 0)
        return {person.pk: found.get(person.pk, nothing) for person in self.rows}

    @cached_property
    def _written(self) -> dict[tuple[int, int], int]:
        counted: dict[tuple[int, int], int] = {}
        posts = Post.objects.visible().filter(author__in=[person.pk for person in self.rows])
        for author, kind in posts.exclude(parent__deleted_at__isnull=False).values_list("author", "kind"):
            counted[author, kind] = counted.get((author, kind), 0) + 1
        return counted


def of_users(ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    unread = ("password", "email", "about", *(() if wanted.has("user.about_me") else ("about_html",)))
    return Users(in_order(User.objects.filter(pk__in=ids).defer(*unread), ids), wanted).all()
