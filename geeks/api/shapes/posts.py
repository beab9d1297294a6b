"""Posts, comments on them, their versions, their tags, and pieces of them that a search finds."""

from __future__ import annotations

from typing import Literal

from geeks.api.shapes.base import Shape, more
from geeks.api.shapes.people import ShallowUser


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


class Content(Shape):
    """What stands in every post, and only for those who ask for it."""

    body: str | None = more()
    body_markdown: str | None = more()
    comments: list[Comment] | None = more()
    comment_count: int | None = more()
    up_vote_count: int | None = more()
    down_vote_count: int | None = more()
    last_editor: ShallowUser | None = more()
    share_link: str | None = more()


class Answer(Content):
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
    awarded_bounty_amount: int | None = more()
    link: str | None = more()


class OriginalQuestion(Shape):
    question_id: int | None = None
    title: str | None = None


class ClosedDetails(Shape):
    reason: str | None = None
    description: str | None = None
    on_hold: bool | None = None
    by_users: list[ShallowUser] | None = None
    original_questions: list[OriginalQuestion] | None = None


class Question(Content):
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
    answers: list[Answer] | None = more()
    favorite_count: int | None = more()
    closed_details: ClosedDetails | None = more()


class Post(Content):
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
