"""Every form that anybody sees, with nasty values in each of its fields: never a fault, nothing stored of what is
refused, counters right after what is taken, and what was typed comes back with the refusal."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geeks.models.counters import differences
from tests.hostile.forms import Form, all_forms, given_back
from tests.hostile.site import Site, rows
from tests.hostile.values import EVERYTHING, NASTY, some

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
PARTS = 40 if EVERYTHING else 4
SHARE = 1  # values for each field in a normal run


def send(site: Site, form: Form, data: dict[str, list[str]], field: str = "") -> None:
    before = stored(site)
    body = urlencode(data, doseq=True, errors="surrogatepass")
    typed = data[field][0] if field in form.typed and data.get(field) else ""
    what = f"{form.role} {form.method} {form.action} {field}={typed[:60]!r}"

    def then(response: Any) -> None:
        if site.written and response.status_code >= 400 and rows() != before:
            site.fault(f"{response.status_code}, but something was stored: {what}")
        if site.written and (found := list(differences())):
            site.fault(f"counters are wrong, {found[:3]}: {what}")
        if typed and form.method == "POST" and _lost(response, field, typed):
            site.fault(f"{response.status_code}, and what was typed is lost: {what}")

    if form.method == "GET":
        site.attack(form.role, "GET", f"{form.action}?{body}", then=then)
    else:
        site.attack(form.role, "POST", form.action, body, FORM, then=then)


def _lost(response: Any, field: str, typed: str) -> bool:
    if response.status_code not in (200, 400, 403, 409) or not response.headers["Content-Type"].startswith("text/html"):
        return False
    if escape(typed).encode("utf-8", "replace") in response.content:
        return False
    texts = given_back(response.content, field)
    return texts is not None and _shown(typed) not in map(_shown, texts)


def _shown(text: str) -> str:
    """A text without what no page can hold or a field gives back in another form."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())


@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_in_any_field_of_any_form_is_a_fault(site, part):
    forms = known_forms(site)
    assert len(forms) > 100
    fields = [(form, field) for form in forms for field in form.names]
    for turn, (form, field) in enumerate(fields[part::PARTS]):
        for value in some(NASTY, turn, SHARE):
            send(site, form, {**form.data(), field: [value]}, field)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_field_that_is_missing_doubled_an_array_or_a_file_is_no_fault(site, part):
    turn = 0
    for form in [form for form in known_forms(site) if form.method == "POST"][part::PARTS]:
        send(site, form, {"nothing": ["that", "it", "knows"]})
        for field in form.names:
            data = form.data()
            value = data.pop(field, ["a text"])
            turn += 1
            doubled = {**data, field: [*value, *value, "more"]}
            array = {**data, f"{field}[]": value, f"{field}[0]": value, f"{field}[a]": value}
            for sent in some([data, doubled, array], turn, 1):
                send(site, form, sent)
            body = encode_multipart(BOUNDARY, {**data, field: b"no file"})
            body = body.replace(f'name="{field}"'.encode(), f'name="{field}"; filename="a.txt"'.encode())
            site.ask(form.role, "POST", form.action, body, MULTIPART_CONTENT)


@given(data=st.data())
@hypothesis_settings(max_examples=2_000 if EVERYTHING else 20, suppress_health_check=list(HealthCheck))
def test_no_combination_of_values_is_a_fault(site, data):
    forms = [form for form in known_forms(site) if form.names]
    form = data.draw(st.sampled_from(forms), "form")
    texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.from_regex(r"\A[-+]?[0-9]{1,25}\Z"))
    held = form.data()
    for field in data.draw(st.lists(st.sampled_from(form.names), unique=True, min_size=1), "fields"):
        held[field] = data.draw(st.lists(texts, max_size=2), field)
    send(site, form, held)


_known: dict[int, tuple[list[Form], dict[str, int]]] = {}


def known_forms(site: Site) -> list[Form]:
    return _known_of(site)[0]


def stored(site: Site) -> dict[str, int]:
    """The rows of each table before every request."""
    return _known_of(site)[1]


def _known_of(site: Site) -> tuple[list[Form], dict[str, int]]:
    if id(site) not in _known:
        _known[id(site)] = all_forms(site), rows()
    return _known[id(site)]
