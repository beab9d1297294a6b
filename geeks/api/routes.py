"""What can be called: every method, by what it is about."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI

from geeks.api import answers, comments, posts, questions, related, search, site, tags, users

VERSION = "2.3"
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
