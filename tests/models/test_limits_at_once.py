"""Limits hold for whoever sends everything at once, on both databases."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from geeks import policy
from geeks.models import Article, Comment, Post, Question, SavedSearch, Upload, upload
from tests import make
from tests.models.together import at_once, one_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def all_get_as_far(monkeypatch):
    """`all_get_as_far(n, of, name)`: `of.name` is left only when n have come to it, so all passed what is before it."""

    def patch(number: int, of: Any, name: str) -> None:
        gate, real = threading.Barrier(number, timeout=60), getattr(of, name)

        def together(*given: Any) -> Any:
            gate.wait()
            return real(*given)

        monkeypatch.setattr(of, name, together)

    return patch


def stored_of(folder, acts: list[Callable[[], object]], rows: Any) -> tuple[int, list[type]]:
    """How many of `rows` there are after the acts were done at once, and the types of what they raised."""
    found: list[int] = []
    with one_database(folder):
        raised = at_once(*acts)
        assert at_once(lambda: found.append(rows.count())) == []
    return found[0], [type(error) for error in raised]


def test_36_posts_at_once_of_somebody_new_are_20_posts(newcomer, tmp_path, all_get_as_far):
    thread, category = make.question(), make.category()
    given = (make.PLAIN, category, ["sums"])
    acts: list[Callable[[], object]] = []
    for n in range(12):
        acts += [
            lambda n=n: Question.objects.ask(newcomer, f"Why do sums pair up, part {n}?", *given),
            lambda n=n: Article.objects.write(newcomer, f"How sums pair up, part {n}", *given),
            lambda: Question.objects.get(pk=thread.pk).give_answer(newcomer, make.PLAIN),
        ]
    all_get_as_far(len(acts), Post, "render")
    stored, raised = stored_of(tmp_path, acts, Post.objects.filter(author=newcomer))
    assert (stored, raised) == (20, [PermissionDenied] * 16)


def test_comments_at_once_of_somebody_new(newcomer, tmp_path, all_get_as_far, monkeypatch):
    monkeypatch.setattr(policy, "NEWCOMER_COMMENTS_AN_HOUR", 3)
    posts = [make.question(newcomer) for _ in range(6)]
    all_get_as_far(len(posts), Comment, "render")
    acts = [lambda p=post: p.comments.write(newcomer, "A remark of mine.") for post in posts]
    assert stored_of(tmp_path, acts, Comment.objects) == (3, [PermissionDenied] * 3)


def test_pictures_at_once_of_somebody_new(newcomer, tmp_path, settings, all_get_as_far, monkeypatch):
    monkeypatch.setattr(policy, "UPLOADS_AN_HOUR", 3)
    acts: list[Callable[[], object]] = []
    for n in range(6):
        out = io.BytesIO()
        Image.new("RGB", (8, 8 + n), "teal").save(out, "PNG")
        acts.append(lambda out=out: Upload.objects.receive(newcomer, ContentFile(out.getvalue())))
    all_get_as_far(len(acts), upload, "reencode")
    assert stored_of(tmp_path, acts, Upload.objects) == (3, [PermissionDenied] * 3)
    assert len(list(settings.MEDIA_ROOT.rglob("*.webp"))) == 3, "what was refused leaves no file"


def test_saved_searches_at_once(ada, tmp_path, monkeypatch):
    monkeypatch.setattr(policy, "SAVED_SEARCHES_MOST", 3)
    acts = [lambda n=n: SavedSearch.objects.save_for(ada, "", f"sums {n}") for n in range(12)]
    assert stored_of(tmp_path, acts, SavedSearch.objects) == (3, [ValidationError] * 9)


def test_one_search_saved_twice_at_once_is_saved_once(ada, tmp_path):
    acts = [lambda: SavedSearch.objects.save_for(ada, "", "sums")] * 8
    assert stored_of(tmp_path, acts, SavedSearch.objects) == (1, [ValidationError] * 7)
