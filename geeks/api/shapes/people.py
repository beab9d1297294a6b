"""People, and how they stand beside what they wrote."""

from __future__ import annotations

from typing import Literal

from geeks.api.shapes.base import Shape, more

UserType = Literal["unregistered", "registered", "moderator", "team_admin", "does_not_exist"]


class BadgeCount(Shape):
    bronze: int | None = None
    silver: int | None = None
    gold: int | None = None


class ShallowUser(Shape):
    account_id: int | None = None
    user_id: int | None = None
    user_type: UserType | None = None
    display_name: str | None = None
    reputation: int | None = None
    profile_image: str | None = None
    link: str | None = None
    badge_counts: BadgeCount | None = more()


class User(Shape):
    user_id: int | None = None
    account_id: int | None = None
    display_name: str | None = None
    user_type: UserType | None = None
    reputation: int | None = None
    reputation_change_day: int | None = None
    reputation_change_week: int | None = None
    reputation_change_month: int | None = None
    reputation_change_quarter: int | None = None
    reputation_change_year: int | None = None
    badge_counts: BadgeCount | None = None
    creation_date: int | None = None
    last_access_date: int | None = None
    is_employee: bool | None = None
    location: str | None = None
    website_url: str | None = None
    link: str | None = None
    profile_image: str | None = None
    about_me: str | None = more()
    answer_count: int | None = more()
    question_count: int | None = more()
    view_count: int | None = more()
    up_vote_count: int | None = more()
    down_vote_count: int | None = more()
