"""Pages: their size, what follows, and how deep a list can be walked."""

import pytest

from geeks.api import paging
from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven(ada):
    first = make.question(ada)
    rest = Post.objects.bulk_create(
        Post(kind=1, author=ada, category=first.category, title=f"Title {n}", slug="title", body="x", score=n % 3)
        for n in range(6)
    )
    return [first.pk, *(post.pk for post in rest)]


def ids(answer) -> list[int]:
    return [item["question_id"] for item in answer["items"]]


def test_a_page_says_whether_more_follows(call, seven):
    first = call("questions", pagesize=4)
    assert len(first["items"]) == 4
    assert first["has_more"] is True
    last = call("questions", pagesize=4, page=2)
    assert len(last["items"]) == 3
    assert last["has_more"] is False
    assert call("questions", pagesize=7)["has_more"] is False
    assert call("questions", pagesize=4, page=3)["items"] == []


@pytest.mark.parametrize("sort", ["activity", "creation", "votes", "hot"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_hold_everything_once(call, seven, sort, order):
    pages = [call("questions", pagesize=2, page=page, sort=sort, order=order) for page in (1, 2, 3, 4)]
    found = [number for page in pages for number in ids(page)]
    assert sorted(found) == seven
    assert found == ids(call("questions", sort=sort, order=order))


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_a_list_is_walked_to_its_end_beyond_the_deepest_offset(call, seven, monkeypatch, order):
    monkeypatch.setattr(paging, "DEEPEST", 2)
    pages = [call("questions", pagesize=1, page=page, sort="votes", order=order) for page in range(1, 8)]
    assert [number for page in pages for number in ids(page)] == ids(call("questions", sort="votes", order=order))
    assert [page["has_more"] for page in pages] == [True] * 6 + [False]


def test_nobody_jumps_beyond_the_deepest_offset(call, seven):
    for method in ("questions", "answers", "comments", "users", "tags", "posts", f"questions/{seven[0]}/answers"):
        error = call(method, 400, page=200, pagesize=100)
        assert "`page`" in error["error_message"], method
    assert call("questions", page=100, pagesize=100)["items"] == []


def test_the_mark_of_one_list_is_none_of_another(call, seven, monkeypatch):
    monkeypatch.setattr(paging, "DEEPEST", 2)
    call("questions", pagesize=1, page=2)
    assert call("questions", pagesize=1, page=3, key="x", filter="withbody")["items"]
    for other in ({"sort": "votes"}, {"pagesize": 2}, {"order": "asc"}, {"tagged": "sums"}, {"fromdate": 1}):
        call("questions", 400, **{"pagesize": 1, "page": 3, **other})


@pytest.mark.parametrize(("name", "value"), [("page", 0), ("page", -1), ("page", 10**30), ("page", "two")])
def test_a_page_begins_at_one(call, name, value):
    assert f"`{name}`" in call("questions", 400, **{name: value})["error_message"]


@pytest.mark.parametrize("size", [0, 101, -1, "all"])
def test_a_page_has_one_to_a_hundred_items(call, size):
    assert "`pagesize`" in call("questions", 400, pagesize=size)["error_message"]


def test_more_than_a_hundred_ids_are_too_many(call):
    assert call("questions/" + ";".join(map(str, range(100))))["items"] == []
    assert "`ids`" in call("questions/" + ";".join(map(str, range(101))), 400)["error_message"]


def test_the_page_is_told_when_a_filter_asks(call, items, seven):
    (made,) = items("filters/create", include=".page;.page_size;.total")
    answer = call("questions", filter=made["filter"], page=2, pagesize=3)
    assert (answer["page"], answer["page_size"], answer["total"]) == (2, 3, 7)
