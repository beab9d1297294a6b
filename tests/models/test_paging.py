"""Keyed paging: all pages together are the whole list, and no cursor breaks anything."""

import base64
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geeks.models import BadCursor, Post, Tag, paginate
from tests import make

pytestmark = pytest.mark.django_db

ORDERS = [
    ("-last_activity", "-id"),
    ("-created", "-id"),
    ("-score", "-id"),
    ("-hotness", "-id"),
    ("created", "id"),
    ("score", "id"),
    ("-id",),
    ("id",),
]


@pytest.fixture
def posts(ada):
    """Eleven, in groups that share every key but the id."""
    now, category = timezone.now(), make.category()
    Post.objects.bulk_create(
        Post(
            kind=1,
            author=ada,
            category=category,
            title=f"Post {i}",
            body="x",
            created=now - timedelta(days=i // 3),
            last_activity=now - timedelta(days=i // 4),
            score=i % 3 - 1,
            hotness=(i % 4) / 7,
        )
        for i in range(11)
    )
    return Post.objects.all()


def forward(posts, order, size):
    pages, after = [], ""
    while True:
        page = paginate(posts, order, after=after, size=size)
        pages.append(page)
        if not page.next:
            return pages
        after = page.next


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 10, 11, 12])
def test_all_pages_forward_and_back_are_the_whole_list(posts, order, size):
    whole = [post.pk for post in posts.order_by(*order)]
    pages = forward(posts, order, size)
    assert [post.pk for page in pages for post in page] == whole
    assert not pages[0].previous
    page, back = pages[-1], [pages[-1].rows]
    while page.previous:
        page = paginate(posts, order, before=page.previous, size=size)
        back.insert(0, page.rows)
    assert [post.pk for rows in back for post in rows] == whole


def test_a_list_without_rows_has_one_empty_page(db):
    page = paginate(Post.objects.all(), ("-score", "-id"))
    assert (list(page), page.next, page.previous) == ([], "", "")


def test_a_cursor_still_works_when_its_row_is_gone(posts):
    order = ("-score", "-id")
    first = paginate(posts, order, size=4)
    rest = [post.pk for post in posts.order_by(*order)][4:]
    Post.objects.filter(pk=first.rows[-1].pk).delete()
    assert [post.pk for post in paginate(posts, order, after=first.next, size=20)] == rest


def test_a_cursor_behind_the_last_row_gives_an_empty_page(posts):
    cursor = written([-(2**40), 0])
    page = paginate(posts, ("-score", "-id"), after=cursor)
    assert (list(page), page.next, page.previous) == ([], "", "")


def written(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def read_or_refused(queryset, order, cursor) -> None:
    for direction in ("after", "before"):
        with suppress(BadCursor):
            list(paginate(queryset, order, **{direction: cursor}))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**60, max_value=2**70),
    st.floats(),
    st.text(max_size=10),
    st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01", "2026-13-01T00:00:00Z"]),
    st.datetimes(timezones=st.just(timezone.get_fixed_timezone(60))).map(lambda moment: moment.isoformat()),
)
ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY
@given(values=st.lists(VALUES, max_size=4), order=st.sampled_from(ORDERS))
@example(values=["0001-01-01T00:00:00+23:59", 1], order=("-created", "-id"))
@example(values=["9999-12-31T23:59:59-23:59", 1], order=("-created", "-id"))
@example(values=[10**400, 1], order=("-hotness", "-id"))
@example(values=[float("inf"), 1], order=("-hotness", "-id"))
@example(values=[1, 2**63], order=("-score", "-id"))
@example(values=[2**63 - 1, 2**63 - 1], order=("-score", "-id"))
@example(values=["1", "1"], order=("-score", "-id"))
@example(values=[True, True], order=("-score", "-id"))
def test_a_cursor_written_by_somebody_else_is_read_or_refused(db, values, order):
    read_or_refused(Post.objects.all(), order, written(values))


@ANY
@given(name=st.text(alphabet=st.characters(exclude_categories=[]), max_size=5))
@example(name="\ud800")
@example(name="\x00")
@example(name="x" * 400)
def test_a_text_in_a_cursor_is_read_or_refused(db, name):
    read_or_refused(Tag.objects.all(), ("name",), written([name]))


@ANY
@given(cursor=st.text(min_size=1, max_size=80))
@example(cursor="W" * 5000)
@example(cursor="=")
@example(cursor="ø")
@example(cursor=written("x")[:-1])
@example(cursor=base64.urlsafe_b64encode(b"[" * 3000).decode())
def test_a_cursor_that_is_no_cursor_is_refused(db, cursor):
    for order in ORDERS[:2]:
        with pytest.raises(BadCursor, match="Start again from the first page"):
            paginate(Post.objects.all(), order, after=cursor)
