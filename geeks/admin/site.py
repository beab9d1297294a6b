"""The admin site itself: moderators and superusers work here, sign in where everybody does, and find the models on
shelves named for the work."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

SHELVES = (
    ("Posts", ("Question", "Answer", "Article", "Comment")),
    ("Order", ("Category", "Tag")),
    (
        "People",
        (
            *("User", "Reputation", "PostTally", "Upload", "Bookmark", "SavedSearch", "Notification", "AccessToken"),
            "Submission",
        ),
    ),
    (
        "History",
        ("Audit", "Revision", "Deletion", "Closure", "Lock", "Protection", "Acceptance", "Vote", "Outbox", "Change"),
    ),
    (
        "Archives",
        ("Source", "ImportedFile", "Origin", "ImportedBody", "PostEvent", "VoteTally", "PostLink", "Bounty", "Badge"),
    ),
)


class ModeratingSite(admin.AdminSite):
    index_title = "Moderating"

    @property
    def site_header(self) -> str:
        return settings.SITE_NAME

    @property
    def site_title(self) -> str:
        return f"{settings.SITE_NAME} admin"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "moderates", False))

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One door for everybody: the site's own sign-in page, with its limits on guessing."""
        index = reverse("admin:index", current_app=self.name)
        wanted = request.GET.get("next", "")
        target = wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else index
        if self.has_permission(request):
            return HttpResponseRedirect(target)
        if request.user.is_authenticated:
            raise PermissionDenied("Only moderators can use the admin. Sign in as one.")
        return redirect_to_login(target, settings.LOGIN_URL)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        shelves = []
        for app in super().get_app_list(request, app_label):
            if app["app_label"] != "geeks":
                shelves.append(app)
                continue
            models = {model["object_name"]: model for model in app["models"]}
            ours = [
                {**app, "name": name, "models": [models.pop(n) for n in names if n in models]}
                for name, names in SHELVES
            ]
            if models:
                ours.append({**app, "name": "More", "models": list(models.values())})
            shelves = [shelf for shelf in ours if shelf["models"]] + shelves
        return shelves
