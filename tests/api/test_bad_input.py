"""Parameters that make no sense are refused with a sentence; none breaks the API."""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geeks.api.documents import document
from tests import make

pytestmark = pytest.mark.django_db

TEXTS = [
    "\x00",
    "\ud800",
    "'",
    '"<b>',
    "%00\\",
    "*",
    "[",
    ";;",
    "-",
    "$",
    "x" * 5_000,
    "\u202e\U0001f600",
    'title:"',
    "$\\frac{$",
]
NUMBERS = ["0", "-1", "1.5", "1e9", "\u0661\u0662", "NaN", "9223372036854775808", "9" * 5_000, "253402300799", " 1 "]
NASTY = [*TEXTS, *NUMBERS]
# Those that share their parameters with others stand for them.
METHODS = [
    "questions",
    "comments",
    "users",
    "tags",
    "search/advanced",
    "search/excerpts",
    "similar",
    "sites",
    "filters/create",
]
SHARED = {"site", "key", "filter", "page", "pagesize", "fromdate", "todate", "order"}
PATHS = {path.removeprefix("/api/2.3/"): verbs["get"] for path, verbs in document()["paths"].items() if "get" in verbs}


@pytest.fixture
def ready(index):
    question = make.question()
    make.comment(make.answer(question))
    index()


@pytest.mark.parametrize("method", METHODS)
def test_no_value_of_any_parameter_is_a_fault(ready, method):
    client = Client()
    names = {one["name"] for one in PATHS[method]["parameters"]} - (SHARED if method != "questions" else set())
    needed = {"title": "sums"} if method == "similar" else {}
    for name in sorted(names):
        for value in NASTY:
            response = client.get(f"/api/2.3/{method}", {**needed, name: value.encode("utf-8", "surrogatepass")})
            assert response.status_code in (200, 400), (name, value)
            answer = response.json()
            assert "items" in answer or answer["error_message"]


@pytest.mark.parametrize("path", [path for path in PATHS if "{" in path])
def test_no_id_is_a_fault(ready, path):
    client = Client()
    name = path[path.index("{") : path.index("}") + 1]
    for value in (*NASTY, "-1;5", "1;2;x", ";1;", "1,2"):
        response = client.get("/api/2.3/" + path.replace(name, quote(value, errors="surrogatepass", safe=";")))
        assert response.status_code in (200, 400), value
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"


@given(
    method=st.sampled_from(["questions", "search/advanced", "search/excerpts", "users", "tags", "similar"]),
    names=st.lists(st.sampled_from(["q", "tagged", "title", "min", "max", "sort", "filter", "page", "inname"])),
    value=st.text(max_size=60),
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_no_text_is_a_fault(ready, method, names, value):
    query = {name: value.encode("utf-8", "surrogatepass") for name in names}
    assert Client().get(f"/api/2.3/{method}", query).status_code in (200, 400)


def test_a_query_of_broken_bytes_is_no_fault(ready):
    for path in ("questions?tagged=%ff%fe&filter=%80", "questions/%ff", "search/advanced?q=%c3%28", "tags/%f0%28/info"):
        assert Client().get(f"/api/2.3/{path}").status_code in (200, 400)


@pytest.mark.parametrize("path", ["questions/1%0a", "questions/%0d%0a/answers", "nothing%0a", "%0a"])
def test_a_line_break_in_an_address_is_refused_as_all_else_is(ready, path):
    response = Client().get(f"/api/2.3/{path}")
    assert response.status_code == 400
    assert response.json()["error_name"] in ("bad_parameter", "no_method")


@pytest.mark.parametrize(
    "kind",
    [
        *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"),
        *("multipart/form-data; boundary=\xff", "application/x-www-form-urlencoded; charset=utf-16"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_as_all_else_is(ready, kind):
    body = b'--x\r\nContent-Disposition: form-data; name="title"\r\n'
    response = Client().generic("POST", "/api/2.3/questions/add", body, kind)
    assert response.status_code == 400
    assert response.json()["error_name"] in ("bad_parameter", "access_token_required")


def test_too_many_parameters_are_refused_as_all_else_is(ready):
    many = "&".join(f"a{number}=1" for number in range(1_500))
    response = Client().get(f"/api/2.3/questions?{many}")
    assert response.status_code == 400
    assert response.json()["error_name"] == "bad_parameter"


def test_a_name_that_the_site_does_not_answer_to_is_refused_as_all_else_is(ready):
    response = Client().get("/api/2.3/questions", headers={"Host": "elsewhere.example"})
    assert (response.status_code, response.json()["error_id"]) == (400, 400)
    assert "does not answer under that name" in response.json()["error_message"]
