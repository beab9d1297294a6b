"""What can be called, and the OpenAPI document that says so."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI

from geeks.api import answers, comments, posts, questions, related, search, site, tags, users
from geeks.api.errors import ERRORS

VERSION = "2.3"
PREFIX = f"api/{VERSION}/"
ABOUT = (
    "The read part of Stack Exchange's API 2.3, and writing with a personal access token. Every error is an HTTP 400 "
    "with `error_id`, `error_name` and `error_message`. Dates are Unix seconds in UTC; titles and names are "
    'HTML-escaped; formulas in bodies are TeX in `<span class="math-container">`.'
)

API = NinjaAPI(title=f"{settings.SITE_NAME} API", version=VERSION, description=ABOUT, openapi_url=None, docs_url=None)
for module in (questions, answers, posts, comments, users, tags, search, related, site):
    API.add_router("", module.router)

# The API's own map, asked by `calls` with what stands behind the version.
ROUTES = URLResolver(RegexPattern(r"^"), [path for path in API.urls[0] if path.name != "api-root"])


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    made = dict(API.get_openapi_schema(path_prefix=PREFIX))
    made["servers"] = [{"url": settings.SITE_URL}]
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A personal access token of your profile"}
    }
    made["x-errors"] = [
        {"error_id": number, "error_name": name, "description": about} for number, (name, about) in ERRORS.items()
    ]
    return _tidied(made)


def _tidied(part: Any) -> Any:
    """Without the null that stands for "not given"."""
    if isinstance(part, list):
        return [_tidied(one) for one in part]
    if not isinstance(part, dict):
        return part
    choices = [one for one in part.get("anyOf", ()) if one != {"type": "null"}]
    if choices:
        rest = {name: value for name, value in part.items() if name != "anyOf"}
        part = rest | (choices[0] if len(choices) == 1 else {"anyOf": choices})
    return {name: _tidied(value) for name, value in part.items() if not (name == "default" and value is None)}
