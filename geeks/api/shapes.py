"""What comes back: Stack Exchange's object types, field by field, as the OpenAPI document describes them.

A field that has no value for an object is left out, as Stack Exchange does. `more()` marks the fields that the filter
`default` leaves out; `filters` reads that mark. Dates are Unix seconds, titles and names are HTML-escaped.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import Field

NOT_DEFAULT = "x-not-in-default-filter"


def more() -> Any:
    return Field(None, json_schema_extra={NOT_DEFAULT: True})


class Shape(Schema):
    @classmethod
    def default_fields(cls) -> tuple[str, ...]:
        return tuple(name for name, field in cls.model_fields.items() if not field.json_schema_extra)

    @classmethod
    def all_fields(cls) -> tuple[str, ...]:
        return tuple(cls.model_fields)


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


class Comment(Shape):
    comment_id: int | None = None
    post_id: int | None = None
    owner: ShallowUser | None = None
    score: int | None = None
    edited: bool | None = None
    creation_date: int | None = None
    content_license: str | None = None
    body: str | None = more()
    body_markdown: str | None = more()
    link: str | None = more()
    post_type: str | None = more()


class Answer(Shape):
    answer_id: int | None = None
    question_id: int | None = None
    owner: ShallowUser | None = None
    is_accepted: bool | None = None
    score: int | None = None
    creation_date: int | None = None
    last_activity_date: int | None = None
    last_edit_date: int | None = None
    community_owned_date: int | None = None
    locked_date: int | None = None
    content_license: str | None = None
    category: str | None = None
    title: str | None = more()
    tags: list[str] | None = more()
    body: str | None = more()
    body_markdown: str | None = more()
    comments: list[Comment] | None = more()
    comment_count: int | None = more()
    up_vote_count: int | None = more()
    down_vote_count: int | None = more()
    last_editor: ShallowUser | None = more()
    awarded_bounty_amount: int | None = more()
    link: str | None = more()
    share_link: str | None = more()


class OriginalQuestion(Shape):
    question_id: int | None = None
    title: str | None = None


class ClosedDetails(Shape):
    reason: str | None = None
    description: str | None = None
    on_hold: bool | None = None
    by_users: list[ShallowUser] | None = None
    original_questions: list[OriginalQuestion] | None = None


class Question(Shape):
    question_id: int | None = None
    title: str | None = None
    link: str | None = None
    tags: list[str] | None = None
    category: str | None = None
    owner: ShallowUser | None = None
    is_answered: bool | None = None
    accepted_answer_id: int | None = None
    answer_count: int | None = None
    score: int | None = None
    view_count: int | None = None
    creation_date: int | None = None
    last_activity_date: int | None = None
    last_edit_date: int | None = None
    bounty_amount: int | None = None
    bounty_closes_date: int | None = None
    closed_date: int | None = None
    closed_reason: str | None = None
    community_owned_date: int | None = None
    locked_date: int | None = None
    protected_date: int | None = None
    content_license: str | None = None
    body: str | None = more()
    body_markdown: str | None = more()
    answers: list[Answer] | None = more()
    comments: list[Comment] | None = more()
    comment_count: int | None = more()
    up_vote_count: int | None = more()
    down_vote_count: int | None = more()
    favorite_count: int | None = more()
    closed_details: ClosedDetails | None = more()
    last_editor: ShallowUser | None = more()
    share_link: str | None = more()


class Post(Shape):
    post_id: int | None = None
    post_type: Literal["question", "answer", "article"] | None = None
    owner: ShallowUser | None = None
    score: int | None = None
    creation_date: int | None = None
    last_activity_date: int | None = None
    last_edit_date: int | None = None
    link: str | None = None
    content_license: str | None = None
    category: str | None = None
    title: str | None = more()
    tags: list[str] | None = more()
    body: str | None = more()
    body_markdown: str | None = more()
    comments: list[Comment] | None = more()
    comment_count: int | None = more()
    up_vote_count: int | None = more()
    down_vote_count: int | None = more()
    last_editor: ShallowUser | None = more()
    share_link: str | None = more()


class Revision(Shape):
    revision_guid: str | None = None
    revision_number: int | None = None
    revision_type: Literal["single_user", "vote_based"] | None = None
    post_id: int | None = None
    post_type: Literal["question", "answer", "article"] | None = None
    user: ShallowUser | None = None
    creation_date: int | None = None
    comment: str | None = None
    title: str | None = None
    last_title: str | None = None
    tags: list[str] | None = None
    last_tags: list[str] | None = None
    is_rollback: bool | None = None
    set_community_wiki: bool | None = None
    content_license: str | None = None
    body: str | None = more()
    last_body: str | None = more()


class Tag(Shape):
    name: str | None = None
    count: int | None = None
    has_synonyms: bool | None = None
    is_moderator_only: bool | None = None
    is_required: bool | None = None
    last_activity_date: int | None = more()


class SearchExcerpt(Shape):
    item_type: Literal["question", "answer"] | None = None
    question_id: int | None = None
    answer_id: int | None = None
    title: str | None = None
    excerpt: str | None = None
    body: str | None = None
    tags: list[str] | None = None
    category: str | None = None
    score: int | None = None
    question_score: int | None = None
    answer_count: int | None = None
    has_accepted_answer: bool | None = None
    is_answered: bool | None = None
    is_accepted: bool | None = None
    creation_date: int | None = None
    last_activity_date: int | None = None
    closed_date: int | None = None
    locked_date: int | None = None


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


Item = TypeVar("Item")


class Wrapper(Shape, Generic[Item]):
    items: list[Item] | None = None
    has_more: bool | None = None
    quota_max: int | None = None
    quota_remaining: int | None = None
    backoff: int | None = None
    page: int | None = more()
    page_size: int | None = more()
    total: int | None = more()
    type: str | None = more()


class Error(Schema):
    error_id: int
    error_name: str
    error_message: str
    backoff: int | None = None


# How filters and the wrapper's `type` name them.
TYPES: dict[str, type[Shape]] = {
    "question": Question,
    "answer": Answer,
    "post": Post,
    "comment": Comment,
    "user": User,
    "shallow_user": ShallowUser,
    "badge_count": BadgeCount,
    "closed_details": ClosedDetails,
    "original_question": OriginalQuestion,
    "revision": Revision,
    "tag": Tag,
    "search_excerpt": SearchExcerpt,
    "site": Site,
    "styling": Styling,
    "info": Info,
    "filter": FilterObject,
    "error": ErrorObject,
    "": Wrapper,
}
