"""The wrapper round every answer, filters, and errors."""

import base64
import json
import zlib

import pytest

from geeks.api.errors import ERRORS
from tests import make

pytestmark = pytest.mark.django_db


def test_the_default_wrapper_has_items_more_and_the_quota(call, ada):
    make.question(ada)
    assert set(call("questions")) == {"items", "has_more", "quota_max", "quota_remaining"}


def test_total_alone_counts_the_whole_list(call, ada):
    for _ in range(3):
        make.question(ada)
    assert call("questions", filter="total", pagesize=1) == {"total": 3}
    assert call("questions", filter="total", pagesize=0) == {"total": 3}
    assert call("questions", filter="total", tagged="nothing") == {"total": 0}


def test_none_is_empty(call, ada):
    make.question(ada)
    assert call("questions", filter="none") == {}


def test_withbody_adds_the_body(items, ada):
    make.question(ada)
    assert "body" not in items("questions")[0]
    assert "math-container" in items("questions", filter="withbody")[0]["body"]


@pytest.mark.parametrize("name", ["!9_bDDxJY5", "!*L1*AY-85YllAr2)", "!-*f(6q3e0kcP", "!gm.broken", "!gm.", "whatever"])
def test_a_filter_made_elsewhere_is_default_and_body(items, ada, name):
    make.question(ada)
    assert set(items("questions", filter=name)[0]) == set(items("questions", filter="withbody")[0])


def test_a_filter_of_one_s_own_takes_in_and_leaves_out(call, items, ada):
    make.question(ada)
    (made,) = items("filters/create", include=".total;.page;.type;question.body", exclude="question.tags;.has_more")
    assert made["filter_type"] == "safe"
    assert "question.body" in made["included_fields"]
    assert "question.tags" not in made["included_fields"]
    answer = call("questions", filter=made["filter"])
    assert answer["total"] == 1
    assert (answer["page"], answer["type"]) == (1, "question")
    assert "has_more" not in answer
    assert "tags" not in answer["items"][0]
    assert "body" in answer["items"][0]


def test_a_filter_may_start_from_none_or_from_another(call, items, ada):
    make.question(ada)
    (few,) = items("filters/create", base="none", include=".items;question.title")
    assert call("questions", filter=few["filter"]) == {"items": [{"title": items("questions")[0]["title"]}]}
    (more,) = items("filters/create", base=few["filter"], include="question.score", exclude="question.title")
    assert call("questions", filter=more["filter"]) == {"items": [{"score": 0}]}


def test_the_same_filter_has_the_same_name(items):
    first = items("filters/create", include="question.body;.total")
    assert first == items("filters/create", include=".total;question.body")


def test_filters_are_described(items):
    described = {item["filter"]: item for item in items("filters/default;withbody;total;!foreign")}
    assert "question.title" in described["default"]["included_fields"]
    assert "question.body" not in described["default"]["included_fields"]
    assert "question.body" in described["withbody"]["included_fields"]
    assert described["total"]["included_fields"] == [".total"]
    assert described["!foreign"]["filter_type"] == "invalid"


@pytest.mark.parametrize("names", ["question.nothing", "nothing.body", "body", "question.", ".", "a.b.c"])
def test_a_field_that_is_not_there_cannot_be_asked_for(call, names):
    error = call("filters/create", 400, include=names)
    assert error["error_name"] == "bad_parameter"
    assert "`include`" in error["error_message"]


@pytest.mark.parametrize(
    "inside",
    [b"null", b"[1]", b"[1,2,3]", b'[0,[["a"]],[]]', b"[0,[" + b"[" * 5000 + b"]]", b"{}", b"[0,[{}],[]]"],
)
def test_a_forged_filter_is_one_made_elsewhere(items, ada, inside):
    make.question(ada)
    forged = "!gm." + base64.urlsafe_b64encode(zlib.compress(inside)).decode().rstrip("=")
    assert "body" in items("questions", filter=forged)[0]


def test_a_forged_filter_cannot_fill_the_memory(call, ada):
    make.question(ada)
    bomb = zlib.compress(json.dumps([0, ["question.body"] * 2_000_000, []]).encode(), 9)
    name = "!gm." + base64.urlsafe_b64encode(bomb).decode()
    assert call("questions", 400 if len(name) > 4_000 else 200, filter=name)


def test_errors_are_http_400_with_id_name_and_sentence(call):
    error = call("questions", 400, sort="sideways")
    assert error["error_id"] == 400
    assert error["error_name"] == "bad_parameter"
    assert error["error_message"].startswith("`sort`: ")
    assert set(error) == {"error_id", "error_name", "error_message"}


def test_errors_are_listed_and_can_be_tried(call, items):
    assert {item["error_id"] for item in items("errors")} == set(ERRORS)
    for number, (name, _) in ERRORS.items():
        error = call(f"errors/{number}", 400)
        assert (error["error_id"], error["error_name"]) == (number, name)
    assert call("errors/1", 400)["error_name"] == "bad_parameter"


def test_an_unknown_method_is_no_method(call):
    for method in ("nothing", "questions/1/nothing", "", "questions//answers", "questions/1/answers/2/x"):
        error = call(method, 400)
        assert (error["error_id"], error["error_name"]) == (404, "no_method")
