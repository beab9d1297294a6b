"""The readable end of an address."""

import re

import pytest

from geeks.models.slugs import OTHER_PAGES, slug_of
from geeks.urls import urlpatterns
from tests import make


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Why do sums pair up?", "why-do-sums-pair-up"),
        ("Σ", "post"),
        ("Answers...", "post-answers"),
        ("x" * 90, "x" * 80),
        (f"{'x' * 79} y", "x" * 79),
    ],
)
def test_a_slug_is_short_and_ascii(text, slug):
    assert slug_of(text, "post") == slug


def test_every_other_page_of_a_question_an_article_or_a_person_is_kept_free():
    found = [re.fullmatch(r"(?:questions|articles|users)/<\w+:\w+>/(\w+)", str(part.pattern)) for part in urlpatterns]
    assert {match[1] for match in found if match} == OTHER_PAGES


@pytest.mark.django_db
@pytest.mark.parametrize("word", sorted(OTHER_PAGES))
def test_a_title_or_a_name_that_reads_like_another_page_hides_nothing(stranger, word):
    question, article, person = (
        make.question(title=f"{word}!!!!!!!"),
        make.article(title=f"{word}!!!!!!!"),
        make.person(display_name=word.title()),
    )
    for thing in (question, article, person):
        response = stranger.get(thing.get_absolute_url())
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/html")
