"""Lists of questions and articles: every row on exactly one page, and cursors that somebody changed."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(ada):
    """Fifty in one category with one tag, many alike in score and time."""
    first = make.question(ada, body=make.PLAIN)
    tag = first.tags.get()
    Post.objects.bulk_create(
        Post(
            kind=1,
            author=ada,
            category=first.category,
            title=f"Question {n}",
            slug="question",
            body="x",
            created=first.created,
            last_activity=first.created,
            score=n % 3,
            answered=n % 2 == 0,
            hotness=n % 5,
        )
        for n in range(49)
    )
    tag.taggings.model.objects.bulk_create(
        tag.taggings.model(tag=tag, post=post) for post in Post.objects.exclude(pk=first.pk)
    )
    return set(Post.objects.values_list("pk", flat=True))


def walk(browser, address, direction="next") -> tuple[list[int], str]:
    """The ids of all rows met, page by page, and the address of the last page."""
    seen: list[int] = []
    while True:
        page = browser.get(address).content.decode()
        seen += [int(pk) for pk in re.findall(r'id="summary-(\d+)"', page)]
        found = re.search(rf'rel="{direction}" href="(\?[^"]+)"', page)
        if not found:
            return seen, address
        address = address.split("?")[0] + found[1].replace("&amp;", "&")


@pytest.mark.parametrize("address", ["/", "/questions", "/c/data-science", "/questions/tagged/sums"])
@pytest.mark.parametrize("tab", ["active", "newest", "score", "hot", "unanswered"])
def test_every_row_is_on_exactly_one_page_forward_and_back(stranger, questions, address, tab):
    wanted = questions if tab != "unanswered" else set(Post.objects.filter(answered=False).values_list("pk", flat=True))
    seen, last = walk(stranger, f"{address}?tab={tab}")
    assert sorted(seen) == sorted(wanted)
    back, _ = walk(stranger, last, "prev")
    assert sorted(back) == sorted(wanted)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=st.text(min_size=1, max_size=60))
@example(cursor="\x00")
@example(cursor="W10")
@example(cursor="WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwxXQ")
def test_a_changed_cursor_is_a_400_page_with_a_sentence(stranger, cursor):
    for address, tab in (("/", ""), ("/tags", "name"), ("/users", "")):
        for name in ("after", "before"):
            response = stranger.get(address, {"tab": tab, name: cursor})
            assert response.status_code == 400
            assert "Start again from the first page." in response.content.decode()


def test_after_and_before_together_are_a_400(stranger):
    assert stranger.get("/questions?after=x&before=y").status_code == 400


def test_the_first_page_needs_no_cursor(stranger, questions):
    assert stranger.get("/questions?after=&before=").status_code == 200
