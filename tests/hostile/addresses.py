"""Every address of the site, found in the resolver: the pages', the API's, the admin's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.urls import URLPattern, get_resolver
from django.utils.regex_helper import normalize

from geeks.api.routes import ROUTES
from tests.hostile.site import Site


@dataclass(frozen=True)
class Address:
    """`form` is the address with `%(name)s` for each of `names`."""

    name: str
    form: str
    names: tuple[str, ...]

    def good(self, site: Site) -> dict[str, str]:
        """A value for each parameter that leads to something. Raises KeyError for a name that nobody knows."""
        return {name: self._one(site, name) for name in self.names}

    def _one(self, site: Site, name: str) -> str:
        parts = self.form.split("/")
        if name in ("object_id", "id") and parts[1] == "admin" and parts[2] != "r":
            row = apps.get_model(parts[2], parts[3])._base_manager.order_by("pk").first()
            return quote(str(row.pk)) if row else "1"
        if name == "object_id":
            return str(apps.get_model("geeks", "tag").objects.first().pk)
        if name == "id" and "/answers/" in self.form.split("%")[0]:
            return site.good["answer_id"]
        if name == "id" and "/comments/" in self.form.split("%")[0]:
            return site.good["comment_id"]
        return site.good[name]

    def filled(self, values: dict[str, str]) -> str:
        return self.form % values


def all_addresses() -> list[Address]:
    """Once each, in the order of the map."""
    found = [*_below(get_resolver(), "/"), *_below(ROUTES, "/api/2.3/")]
    return list(dict.fromkeys(found))


def _below(resolver: Any, start: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        form, names = normalize(pattern.pattern.regex.pattern)[0]
        if not isinstance(pattern, URLPattern):
            yield from _below(pattern, start + form)
        else:
            yield Address(pattern.name or "", start + form, tuple(names))
