"""The pages that stand by themselves."""

from __future__ import annotations

import pytest

from geeks.views import pages

PATHS = ["/about", "/help", "/help/maths"]


@pytest.mark.parametrize("path", PATHS)
def test_the_page_opens_without_database_session_or_script(client, settings, path):
    page = client.get(path)
    assert page.status_code == 200
    assert not page.cookies
    assert f'<link rel="canonical" href="{settings.SITE_URL}{path}">' in page.content.decode()


def test_every_example_of_the_help_is_typeset_by_the_code_that_stores_posts(client):
    pages.example.cache_clear()
    text = client.get("/help/maths").content.decode()
    assert pages.example.cache_info().currsize >= 12
    assert text.count('<span class="math') >= 15
    assert "<math" in text
    assert text.count("math-error") == 1, "the example of a slip, and no other"


def test_the_examples_are_made_once_in_a_process(client):
    client.get("/help/maths")
    made = pages.example.cache_info().misses
    client.get("/help/maths")
    assert pages.example.cache_info().misses == made


def test_the_help_tells_the_numbers_of_the_policy(client):
    text = client.get("/help").content.decode()
    assert "2,000" in text
    assert "30,000" in text
