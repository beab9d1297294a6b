"""A site that keeps what it made, and a thread on it."""

from __future__ import annotations

import pytest

from geeks.models import view_tally
from tests import make


@pytest.fixture
def keeping(settings, monkeypatch):
    """A site that keeps pages: a client's first request builds the middleware, so each client has pages of its own."""
    settings.PAGE_CACHE_MB = 8
    monkeypatch.setattr(view_tally, "FLUSH_SECONDS", 3600.0)  # no write of views among the queries that are counted


@pytest.fixture
def thread(ada, ben):
    """A question with two answers, comments on both, a category and a tag."""
    question = make.question(ada, title="Why is the variance never negative?", tags="variance")
    question.answers_made = [make.answer(question, ben), make.answer(question, ben)]
    question.comments.write(ada, "A remark on the question")
    question.answers_made[0].comments.write(ada, "A remark on the answer")
    return question
