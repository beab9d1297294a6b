"""Columns that several lists share: links from one row of the admin to another, and short dates."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

from geeks.admin.showing import title_of
from geeks.models.post import Kind


def to_post(post: Any) -> str:
    if post is None:
        return "-"
    if post.is_wiki:  # which has no page of its own here
        return str(post)
    url = reverse(f"admin:geeks_{Kind(post.kind).label}_change", args=[post.pk])
    return format_html('<a href="{}">{}</a>', url, title_of(post))


def to_person(person: Any) -> str:
    if person is None:
        return "-"
    return format_html('<a href="{}">{}</a>', reverse("admin:geeks_user_change", args=[person.pk]), person)


def to_list(model: str, **filters: Any) -> str:
    """The address of the list of `model` with these filters."""
    return f"{reverse(f'admin:geeks_{model}_changelist')}?{urlencode(filters)}"


@admin.display(description="post")
def post(row: Any) -> str:
    return to_post(row.post)


@admin.display(description="by")
def user(row: Any) -> str:
    return to_person(row.user)


@admin.display(description="author")
def author(row: Any) -> str:
    return to_person(row.author)


@admin.display(description="by")
def actor(row: Any) -> str:
    return to_person(row.actor)


@admin.display(description="date")
def posted(row: Any) -> str:
    return date_format(timezone.localtime(row.created), "j M Y")


@admin.display(description="editor")
def editor(row: Any) -> str:
    return to_person(row.editor)


def row_of_lists(*lists: tuple[str, str, dict[str, Any]]) -> str:
    """Links to lists, each given as its label, its model and its filters."""
    linked = ((to_list(model, **filters), label) for label, model, filters in lists)
    return format_html_join(" · ", '<a href="{}">{}</a>', linked)
