"""Locking and unlocking by form."""

import pytest

from geeks.models import Lock, Post
from tests import make

pytestmark = pytest.mark.django_db


def test_a_moderator_locks_and_unlocks(browser_of, stranger, mod):
    question = make.question()
    url = f"/posts/{question.pk}/lock"
    assert browser_of(mod).post(url, {"reason": "Heated."})["Location"] == question.get_absolute_url()
    assert "Heated." in stranger.get(question.get_absolute_url()).content.decode()
    browser_of(mod).post(url, {"undo": "1"})
    assert Post.objects.get().locked_at is None
    assert Lock.objects.get().ended_by == mod


def test_nobody_else_locks(browser_of, ada):
    response = browser_of(ada).post(f"/posts/{make.question(ada).pk}/lock")
    assert response.status_code == 403
    assert "Only a moderator can lock posts." in response.content.decode()


def test_locking_twice_is_a_400_with_its_sentence(browser_of, mod):
    question = make.question()
    question.lock(mod)
    response = browser_of(mod).post(f"/posts/{question.pk}/lock")
    assert response.status_code == 400
    assert "locked already" in response.content.decode()
