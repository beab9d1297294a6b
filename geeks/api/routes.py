"""What can be called: every method, by what it is about."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI

from geeks.api import answers, comments, me, posts, questions, related, search, site, tags, users
from geeks.api.writing import comments as commenting
from geeks.api.writing import posts as writing
from geeks.api.writing import votes as voting

VERSION = "2.3"
ABOUT = (
    "The read part of Stack Exchange's API 2.3, and writing with a personal access token. Every error is an HTTP 400 "
    "with `error_id`, `error_name` and `error_message`. Dates are Unix seconds in UTC; titles and names are "
    'HTML-escaped; formulas in bodies are TeX in `<span class="math-container">`.'
)

API = NinjaAPI(title=f"{settings.SITE_NAME} API", version=VERSION, description=ABOUT, openapi_url=None, docs_url=None)
READING = (questions, related, answers, posts, comments, users, tags, search, site, me)
# What is written to has longer addresses than what is read: questions/add is no question called add.
for module in (writing, voting, commenting, *READING):
    API.add_router("", module.router)

# The API's own map, asked by `calls` with what stands behind the version.
ROUTES = URLResolver(RegexPattern(r"^"), [path for path in API.urls[0] if path.name != "api-root"])
