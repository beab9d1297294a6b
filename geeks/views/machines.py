"""Pages for machines: robots.txt, the search description, and whether this process lives and may take requests."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from geeks.models import Outbox
from geeks.tasks import indexing
from geeks.tasks.searching import backend

log = logging.getLogger(__name__)

LAG_SECONDS = 60
COUNTED = 1_000  # announcements counted at most

# Nothing to find there, or the same things in another order.
KEPT_FROM_ROBOTS = (
    "/accounts/confirm-email",
    "/accounts/password",
    "/admin/",
    "/2.",
    "/api/2.",
    "/articles/new",
    "/posts/",
    "/preview",
    "/search/suggestions",
    "/searches",
    "/uploads",
    "/*?*sort=",
)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_FROM_ROBOTS)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def opensearch(request: HttpRequest) -> HttpResponse:
    """Lets browsers offer the site's search beside their own."""
    return render(
        request,
        "machines/opensearch.xml",
        {"search": f"{settings.SITE_URL}/search", "here": settings.SITE_URL + request.path},
        content_type="application/opensearchdescription+xml",
    )


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look when a page (a feed, a picture) names no icon."""
    return HttpResponseRedirect(staticfiles_storage.url("img/favicon.svg"))


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. Says nothing about anything it needs, so that a database's rest restarts no process."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """{name: "ok", "ok: a remark" or what is wrong} of each of `CHECKS`; 503 unless all are well."""
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check() or "ok"
        except Exception:
            # The cause is for the log: this page answers to everybody.
            log.exception("readiness check %s failed", name)
            found[name] = "failed; see the log"
    well = all(said == "ok" or said.startswith("ok: ") for said in found.values())
    return JsonResponse(found, status=200 if well else 503)


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.warning("the database cannot be reached", exc_info=True)
        return "cannot be reached"
    return ""


def migrations() -> str:
    missing = sorted(shipped_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    return f"{len(missing)} not applied: run manage.py migrate" if missing else ""


@lru_cache(maxsize=1)
def shipped_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this version of the code; they do not change while a process lives."""
    return frozenset(MigrationLoader(None).disk_migrations)


def search_index() -> str:
    """How far this host's index is behind the database, and how many posts it cannot hold. A minute is far too long: a
    new post is found in a second."""
    index = backend()
    aside = len(index.aside())
    remarks = [f"{aside:,} {'post is' if aside == 1 else 'posts are'} not searchable; see the log"] if aside else []
    # Beyond the checkpoint the index may already hold what came after a hole in the outbox's numbers.
    waiting = Outbox.objects.filter(pk__gt=index.checkpoint(), created__gt=indexing.followed_until())
    oldest = waiting.order_by("pk").values_list("created", flat=True).first()
    if oldest is not None:
        seconds = max(0.0, (timezone.now() - oldest).total_seconds())
        count = len(waiting.values_list("pk")[:COUNTED])
        changes = "1 change" if count == 1 else f"{count:,}{'+' if count == COUNTED else ''} changes"
        lag = f"{changes} behind, the oldest by {seconds:.0f} s"
        if seconds > LAG_SECONDS:
            return lag
        remarks.insert(0, lag)
    return f"ok: {'; '.join(remarks)}" if remarks else ""


# What must be well before requests are sent here: a name, and a function that returns "", "ok: a remark" or what is
# wrong.
CHECKS: dict[str, Callable[[], str]] = {"database": database, "migrations": migrations, "search": search_index}
