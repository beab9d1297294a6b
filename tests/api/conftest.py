"""A caller of the API, without limits unless a test asks for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from geeks.tasks import indexing


@pytest.fixture(autouse=True)
def _without_limits(settings):
    settings.API_DAILY_QUOTA = 0


@pytest.fixture
def call(db):
    """`call("questions", sort="votes")`: the answer of a method as it is parsed; a refusal is a failed test unless
    `status=400` is asked for."""
    client = Client()

    def get(method: str, status: int = 200, **parameters: Any) -> dict[str, Any]:
        response = client.get(f"/api/2.3/{method}", parameters)
        assert response.status_code == status, response.content
        return response.json()

    return get


@pytest.fixture
def items(call):
    return lambda method, **parameters: call(method, **parameters)["items"]


@pytest.fixture
def index(db):
    """Call it to bring the index in step with the database."""
    backend = indexing.writer()
    yield lambda: indexing.rebuild(backend)
    backend.close()
