"""The forms of the site, found in its pages: where they are sent, their fields, and what those hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, SoupStrainer, Tag

from tests.hostile.addresses import all_addresses
from tests.hostile.site import Site

# Where a role sees what those before it did not; the admin shows strangers and members the way out.
SEEN = {
    "member": ("/",),
    "superuser": ("/",),
    "moderator": ("/admin/", "/questions/", "/posts/"),
    "stranger": ("/accounts/",),
}
NO_FIELDS = ("csrfmiddlewaretoken",)
TYPED_INTO = ("text", "search", "email", "url", "number", "")  # the kinds of input whose text is given back


@dataclass(frozen=True)
class Form:
    role: str
    page: str
    action: str
    method: str
    held: tuple[tuple[str, str], ...]  # name and value of each field, as a browser would send them
    typed: frozenset[str]  # the fields that somebody types into
    files: frozenset[str]

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys([*(name for name, _ in self.held), *sorted(self.files)]))

    @property
    def kind(self) -> tuple[Any, ...]:
        """Forms of one kind differ in what they are about, not in what they send."""
        return self.method, re.sub(r"\d+", "#", self.action), tuple(self.names)

    def data(self) -> dict[str, list[str]]:
        sent: dict[str, list[str]] = {}
        for name, value in self.held:
            sent.setdefault(name, []).append(value)
        return sent


def all_forms(site: Site) -> list[Form]:
    """One form of each kind, of those that anybody sees on any page, opened with good values in its address."""
    found: dict[tuple[Any, ...], Form] = {}
    for role in ("member", "superuser", "moderator", "stranger"):
        for address in all_addresses():
            if address.form.startswith(SEEN[role]) and not address.form.startswith("/api/"):
                page = address.filled(address.good(site))
                for form in forms_of(site, role, page):
                    found.setdefault(form.kind, form)
    return list(found.values())


def forms_of(site: Site, role: str, page: str) -> list[Form]:
    response = site.ask(role, "GET", page)
    if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
        return []
    soup = BeautifulSoup(response.content, "html.parser", parse_only=SoupStrainer("form"))
    return [_form(role, page, element) for element in soup.find_all("form")]


def _form(role: str, page: str, element: Tag) -> Form:
    held, typed, files = [], set(), set()
    for field in element.find_all(["input", "textarea", "select", "button"]):
        name, kind = str(field.get("name", "")), str(field.get("type", ""))
        if not name or name in NO_FIELDS or field.has_attr("disabled"):
            continue
        if kind == "file":
            files.add(name)
            continue
        held += [(name, value) for value in _values(field, kind)]
        hidden = field.has_attr("hidden") or "hidden" in (field.get("class") or ())
        if not hidden and (field.name == "textarea" or (field.name == "input" and kind in TYPED_INTO)):
            typed.add(name)
    action = urlsplit(urljoin(f"http://testserver{page}", str(element.get("action") or page)))
    method = str(element.get("method", "get")).upper()
    where = action.path + (f"?{action.query}" if action.query and method == "POST" else "")
    return Form(role, page, where, method, tuple(held), frozenset(typed), frozenset(files))


def _values(field: Tag, kind: str) -> list[str]:
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n")]
    if field.name == "select":
        options = field.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        # Something is chosen, so that the other fields are looked at.
        chosen = chosen or [option for option in options if option.get("value")][:1]
        return [str(option.get("value", option.get_text())) for option in chosen]
    if kind in ("checkbox", "radio"):
        return [str(field.get("value", "on"))] if field.has_attr("checked") or kind == "checkbox" else []
    return [str(field.get("value", ""))]


def given_back(content: bytes, name: str) -> list[str] | None:
    """The texts that fields of this name hold in a page; None where it has no such field."""
    fields = BeautifulSoup(content, "html.parser").find_all(["input", "textarea"], attrs={"name": name})
    if not fields:
        return None
    return [_values(field, str(field.get("type", "")))[0] for field in fields if field.get("type") not in ("hidden",)]
