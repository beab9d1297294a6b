"""Browsers of the admin: a moderator's and a superuser's, each already signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests import make


@pytest.fixture
def boss(db: None) -> Any:
    return make.person("boss", is_superuser=True, is_staff=True)


@pytest.fixture
def desk(mod: Any) -> Client:
    """The moderator's browser."""
    client = Client()
    client.force_login(mod)
    return client


@pytest.fixture
def throne(boss: Any) -> Client:
    """The superuser's browser."""
    client = Client()
    client.force_login(boss)
    return client
