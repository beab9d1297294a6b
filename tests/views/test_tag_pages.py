"""Tags: the list with its filter, and the questions of one or several."""

import pytest

from geeks.models import Tag
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(db):
    return {
        "c": make.question(tags=["c"]),
        "c++": make.question(tags=["c++"]),
        "both": make.question(tags=["c++", "sums"]),
        "sums": make.question(tags=["sums"]),
    }


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("c", {"c"}),
        ("c++", {"c++", "both"}),
        ("c%2B%2B", {"c++", "both"}),
        ("C%2B%2B", {"c++", "both"}),
        ("sums", {"sums", "both"}),
        ("sums+c++", {"both"}),
        ("c%2B%2B+sums", {"both"}),
        ("c++%2Bsums", {"both"}),
        ("c+sums", set()),
    ],
)
def test_a_tag_page_lists_the_questions_that_carry_all_of_its_tags(stranger, questions, address, shown):
    page = stranger.get(f"/questions/tagged/{address}").content.decode()
    assert {name for name, question in questions.items() if question.get_absolute_url() in page} == shown


@pytest.mark.parametrize(
    "address", ["nothing", "sums+nothing", "%00", "sums%00", "+", "%2B", "a" * 3000, "%FF%FE", ".."]
)
def test_a_tag_that_is_not_there_is_a_404(stranger, questions, address):
    assert stranger.get(f"/questions/tagged/{address}").status_code == 404


@pytest.mark.parametrize("tab", ["newest", "active", "score", "unanswered", "hot", "nonsense"])
def test_a_tag_page_has_tabs(stranger, questions, tab):
    assert stranger.get("/questions/tagged/sums", {"tab": tab}).status_code == 200


@pytest.mark.parametrize("tab", ["popular", "name", "new", "nonsense"])
def test_the_list_of_tags_has_tabs(stranger, questions, tab):
    page = stranger.get("/tags", {"tab": tab}).content.decode()
    assert page.count("/questions/tagged/") >= 3


def test_the_list_of_tags_is_filtered_by_how_a_name_begins(stranger, questions):
    page = stranger.get("/tags", {"q": " C"}).content.decode()
    assert "/questions/tagged/c%2B%2B" in page
    assert "/questions/tagged/sums" not in page


@pytest.mark.parametrize("text", ["%", "_", "\\", "\x00", "'", '"><script>', "x" * 5000, "\u202e"])
def test_odd_filters_find_nothing_and_break_nothing(stranger, questions, text):
    response = stranger.get("/tags", {"q": text})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()
    if text != "\x00":
        assert "/questions/tagged/sums" not in response.content.decode()


def test_all_tags_are_reached_page_by_page(stranger):
    Tag.objects.bulk_create(Tag(name=f"t{n:03}", question_count=n % 7) for n in range(120))
    for tab in ("popular", "name", "new"):
        seen, after = [], ""
        while after is not None:
            response = stranger.get("/tags", {"tab": tab, **({"after": after} if after else {})})
            page = response.content.decode()
            seen += [name for name in (f"t{n:03}" for n in range(120)) if f'"/questions/tagged/{name}"' in page]
            after = page.split("after=")[1].split('"')[0].split("&")[0] if 'rel="next"' in page else None
        assert sorted(seen) == [f"t{n:03}" for n in range(120)]
