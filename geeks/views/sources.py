"""Old addresses of sites that were imported: `/from/<host>/<path>` here, and the old host itself once its name leads to
this server. What is here of them is one permanent redirect away; what is not is a page that says so."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from geeks.models import Source
from geeks.models.old_addresses import place_of
from geeks.rendering.addresses import named
from geeks.views.errors import not_found

Handler = Callable[[HttpRequest], HttpResponse]

HOSTS, REMEMBERED_SECONDS = "source-hosts", 60  # the key in the cache, and how long it is good
# What is answered under an old name too: the parts of the page that says what is not here, and what machines ask.
ANSWERED = ("/static/", "/media/", "/healthz", "/readyz", "/robots.txt", "/favicon.ico")


@require_safe
def old(request: HttpRequest, host: str, path: str = "") -> HttpResponse:
    source = Source.objects.select_related("category").filter(host=host.lower().removeprefix("www.")).first()
    if source is None:
        raise Http404("Nothing was imported from a site of this name.")
    return HttpResponsePermanentRedirect(_place(source, "/" + path))


def old_hosts(get_response: Handler) -> Handler:
    """Middleware: requests to the host of a source, as far as ALLOWED_HOSTS lets them in, are sent to the same thing
    here."""
    own = urlsplit(settings.SITE_URL).hostname or ""

    def middleware(request: HttpRequest) -> HttpResponse:
        host = split_domain_port(request.get_host())[0].removeprefix("www.")
        if host == own or request.path_info.startswith(ANSWERED) or host not in _known_hosts():
            return get_response(request)
        source = Source.objects.select_related("category").get(host=host)
        try:
            return HttpResponsePermanentRedirect(settings.SITE_URL + _answer(request, source))
        except Http404 as missing:
            return not_found(request, missing)

    return middleware


def _known_hosts() -> list[str]:
    """Read once a minute: every request under a second name of this site comes by here."""
    return cache.get_or_set(HOSTS, _hosts, REMEMBERED_SECONDS)


def _hosts() -> list[str]:
    return list(Source.objects.values_list("host", flat=True))


def _answer(request: HttpRequest, source: Source) -> str:
    """Our path of what was asked of the old host; of what has no number of its own, the same path here."""
    if request.method not in ("GET", "HEAD"):
        raise Http404(f"{source} has moved here. Nothing can be sent to its old address.")
    try:
        return _place(source, request.path_info)
    except Http404:
        if any(named(f"https://{source.host}{_escaped(request.path_info)}", source.host)):
            raise
    try:
        resolve(request.path_info)
    except Resolver404:
        raise Http404(f"There was no such page on {source}, or it is not part of what was brought here.") from None
    query = request.META.get("QUERY_STRING", "")
    path = _escaped(request.path_info)
    return f"{path}?{query}" if query else path


def _place(source: Source, path: str) -> str:
    """Our path of `path` (not escaped) of a source. Raises Http404."""
    if path in ("", "/"):
        return source.category.get_absolute_url()
    place = place_of(source, _escaped(path))
    if place is None:
        raise Http404(f"This was an address of {source}, but what stood there is not here. Searching may find it.")
    return place


def _escaped(path: str) -> str:
    return quote(path, safe="/")
