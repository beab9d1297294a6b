"""Every parameter that a view reads or a page links to, with nasty values, on every page: never a fault, and no address
in `next` leads off the site."""

from __future__ import annotations

import ast
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from geeks.api.documents import document
from tests.hostile.addresses import all_addresses
from tests.hostile.reading import Page
from tests.hostile.site import ROLES
from tests.hostile.values import EVERYTHING, NASTY, QUERIES, some

pytestmark = pytest.mark.django_db

HOUSE = Path(__file__).resolve().parents[2] / "geeks"
# What Django and its admin read by names of their own, and the API by its document.
OTHERS = {
    *(one["name"] for verbs in document()["paths"].values() for verb in verbs.values() for one in verb["parameters"]),
    *("o", "p", "e", "q", "all", "_popup", "_to_field", "_changelist_filters", "_facets", "_source_model"),
    *("_saved_values", "app_label", "model_name", "field_name", "term", "next", "state", "score", "date", "page"),
    *("author__password__startswith", "user__password__regex", "author__posts__author__username", "pk__in"),
    *("created__year", "created__date", "created__gte", "id__isnull", "category__id__exact", "post__id__exact"),
    *("author__id__exact", "parent__id__exact", "action__exact", "__", "a__b__c", "pk__", "id__exact__exact"),
}
PARTS = 60 if EVERYTHING else 4
OTHERWISE = 30  # in a normal run each so manieth parameter of a page that is unlikely to read it
ELSEWHERE = [
    *("https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example"),
    *("/\t/evil.example", "\r\n//evil.example", "//evil\u3002example/"),
    *("http:evil.example", "http:///evil.example", "https:/\\evil.example", "javascript:alert(1)", "data:text/html,x"),
    *("//testserver@evil.example/", "http://testserver.evil.example/", "http://[::1", "/%2F/evil.example"),
    *("/..//evil.example/", "/.//evil.example", "\x00//evil.example", "\u2044\u2044evil.example"),
]  # fmt: skip


def read_in(source: str) -> set[str]:
    """The names that code asks `….GET` for."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if asks and isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "GET" and node.args:
            names.add(node.args[0].value if isinstance(node.args[0], ast.Constant) else ast.unparse(node.args[0]))
    return names


def names_read() -> set[str]:
    return set().union(*(read_in(path.read_text(encoding="utf-8")) for path in HOUSE.rglob("*.py")))


@pytest.fixture(scope="module")
def known(_whole_site):
    """Each page that can be read, with who reads it; and the names of all parameters, also of those only linked to."""
    read, names = {}, names_read() | OTHERS
    for role in ("superuser", "member", "stranger"):
        for address in all_addresses():
            path = address.filled(address.good(_whole_site))
            response = _whole_site.ask(role, "GET", path) if path not in read else None
            if response is not None and response.status_code == 200:
                read[path] = role
                names |= linked(response)
    return read, sorted(names)


def linked(response: Any) -> set[str]:
    """The names of the parameters in a page's links."""
    if not response.headers["Content-Type"].startswith("text/html"):
        return set()
    queries = re.findall(r'href="[^"?]*\?([^"#]*)', response.content.decode())
    return {name for query in queries for name, _ in parse_qsl(unescape(query), keep_blank_values=True)}


def test_the_parameters_are_found(site, known):
    read, names = known
    assert {"after", "before", "q", "tab", "sort", "next", "within", "hl", "token", "as"} <= set(names)
    assert len(read) > 150


@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_of_any_parameter_of_any_page_is_a_fault(site, known, part):
    read, names = known
    turn = part
    for path, role in list(read.items())[part::PARTS]:
        if EVERYTHING:
            Page(site, role, path).try_all(names, NASTY)
            continue
        own_page = not path.startswith(("/admin/", "/api/"))
        for name in names:
            turn += 1
            if turn % OTHERWISE == 0 or (own_page and name not in OTHERS):
                for value in some(NASTY, turn, 1):
                    query = urlencode({name: value}, errors="surrogatepass")
                    site.attack(role, "GET", f"{path}?{query}")


def test_no_form_of_a_query_is_a_fault(site, known):
    for number, (path, role) in enumerate(known[0].items()):
        for query in some(QUERIES, number, 1):
            site.attack(role, "GET", f"{path}?{quote(query, safe='%=&?;[]$+')}")


def test_nothing_is_told_of_what_a_moderator_may_not_see(site, known):
    for name in ("author__password__startswith", "user__password__regex", "author__posts__author__username"):
        for path in (path for path in known[0] if path.startswith("/admin/geeks/") and path.count("/") == 4):
            answers = [site.ask("moderator", "GET", f"{path}?{name}={value}") for value in ("md5", "nothing")]
            assert {answer.status_code for answer in answers} <= {302, 400}, path


@pytest.mark.parametrize("role", ROLES)
def test_no_next_leads_off_the_site(site, role):
    """`ask` looks at every redirect."""
    for number, address in enumerate(all_addresses()):
        path = address.filled(address.good(site))
        turns_away = "login" in path or "logout" in path
        if not (EVERYTHING or turns_away or number % len(ROLES) == ROLES.index(role)):
            continue
        for place in ELSEWHERE if turns_away else some(ELSEWHERE, number, 1):
            where = urlencode({"next": place})
            site.ask(role, "GET", f"{path}?{where}")
            site.ask(role, "POST", f"{path}?{where}", where, "application/x-www-form-urlencoded")


def test_no_sign_in_leads_off_the_site(site):
    for path in ("/accounts/login", "/accounts/reauthenticate", "/accounts/signup"):
        role = "member" if path.endswith("reauthenticate") else "stranger"
        for place in ELSEWHERE:
            typed = {
                "login": "ada",
                "username": "newcomer",
                "password": "correct horse",
                "password1": "battery staple 7",
            }
            body = urlencode({**typed, "next": place})
            response = site.ask(
                role, "POST", f"{path}?{urlencode({'next': place})}", body, "application/x-www-form-urlencoded"
            )
            assert response.status_code == 302, (path, place)
