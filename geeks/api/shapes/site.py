"""The site, and what the API says of itself."""

from __future__ import annotations

from typing import Literal

from ninja import Schema

from geeks.api.shapes.base import Shape, more


class Styling(Shape):
    link_color: str | None = None
    tag_foreground_color: str | None = None
    tag_background_color: str | None = None


class Site(Shape):
    api_site_parameter: str | None = None
    name: str | None = None
    site_url: str | None = None
    audience: str | None = None
    site_type: Literal["main_site", "meta_site"] | None = None
    site_state: Literal["normal", "closed_beta", "open_beta", "linked_meta"] | None = None
    markdown_extensions: list[str] | None = None
    icon_url: str | None = None
    logo_url: str | None = None
    favicon_url: str | None = None
    launch_date: int | None = None
    styling: Styling | None = None


class Info(Shape):
    total_questions: int | None = None
    total_unanswered: int | None = None
    total_accepted: int | None = None
    total_answers: int | None = None
    total_comments: int | None = None
    total_votes: int | None = None
    total_badges: int | None = None
    total_users: int | None = None
    questions_per_minute: float | None = None
    answers_per_minute: float | None = None
    badges_per_minute: float | None = None
    new_active_users: int | None = None
    api_revision: str | None = None
    site: Site | None = more()


class FilterObject(Shape):
    filter: str | None = None
    filter_type: Literal["safe", "unsafe", "invalid"] | None = None
    included_fields: list[str] | None = None


class ErrorObject(Shape):
    error_id: int | None = None
    error_name: str | None = None
    description: str | None = None


class Error(Schema):
    error_id: int
    error_name: str
    error_message: str
    backoff: int | None = None
