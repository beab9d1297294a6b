"""What is true of every answer: its security headers, its compression, and that each URL has one form."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from copy import copy

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path

from geeks.rendering.parts import Woven
from geeks.unavailable import API

Handler = Callable[[HttpRequest], HttpResponse]

# No inline script or style, nothing foreign. `data:` pictures are what browsers need for their own form controls
# drawn from CSS; user HTML never gets one past the sanitiser.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
KEEP_SLASH = ("/admin/", "/static/", "/media/", *API)


def security_headers(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            # Strangers' pages ask for no session, so nothing else says that signed-in people get another page.
            patch_vary_headers(response, ("Cookie",))
        return response

    return middleware


def one_form_of_each_url(get_response: Handler) -> Handler:
    """Our URLs end without a slash; the other form is sent to the right one for good."""

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if (
            len(path) > 1
            and path.endswith("/")
            and not path.startswith(KEEP_SLASH)
            and request.method in ("GET", "HEAD")
        ):
            # One leading slash only: "//example.org/" would send the reader to another site.
            target = "/" + path.strip("/")
            # Escaped again: the path is read, and "/questions/tagged/c#" would lead to the tag "c".
            right = request.build_absolute_uri(escape_uri_path(target))
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{right}?{query}" if query else right)
        if path == "/admin":
            return HttpResponsePermanentRedirect("/admin/")
        return get_response(request)

    return middleware


class Revalidation(ConditionalGetMiddleware):
    """Django's own, for answers that can come out the same twice. A signed-in person's page holds a token that is
    masked anew each time, so its mark would never match."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method in ("GET", "HEAD") and not response.streaming and self.needs_etag(response):
            if (woven := woven_of(response)) is not None:
                response.headers.setdefault("ETag", f'"{woven.mark}"')
            elif response.content:
                # Django takes MD5, which costs six times as much where the processor helps with SHA.
                response.headers.setdefault("ETag", f'"{hashlib.sha256(response.content).hexdigest()[:32]}"')
        if request.method == "HEAD":
            # The content is there, and the server takes it away; Django would look at a GET alone.
            request = copy(request)
            request.method = "GET"
        return super().process_response(request, response)

    def needs_etag(self, response: HttpResponse) -> bool:
        return "private" not in response.headers.get("Cache-Control", "") and super().needs_etag(response)


COMPRESSED = ("text/", "application/json", "application/xml", "application/atom+xml", "application/opensearch")
WORTH_IT = 500  # bytes; below this the headers cost more than is saved
# Of brotli at its quickest. What is kept and asked for again is packed better then (views/kept.py).
QUALITY = 1


def compressed(get_response: Handler) -> Handler:
    """Texts as brotli or gzip, whichever the client takes. Tokens in forms are masked anew for each answer by Django,
    so that compression does not give them away (BREACH)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.streaming or response.has_header("Content-Encoding"):
            return response
        woven = woven_of(response)
        size = woven.size if woven else len(response.content)
        # Stack Exchange's API compresses everything, and some of its clients count on it.
        if not size or (size < WORTH_IT and not request.path_info.startswith(API)):
            return response
        if not response.headers.get("Content-Type", "").startswith(COMPRESSED):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")  # `headers` would be made of all that came
        if woven is not None and woven.has_blocks and _accepts(accepted, "gzip"):
            # Brotli would be a tenth smaller, but most of this is compressed already.
            response.content, encoding = woven.gzipped(), "gzip"
        elif _accepts(accepted, "br"):
            response.content, encoding = brotli.compress(response.content, quality=QUALITY), "br"
        elif _accepts(accepted, "gzip"):
            response.content, encoding = gzip.compress(response.content, compresslevel=5, mtime=0), "gzip"
        else:
            return response
        response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(response.content))
        etag = response.headers.get("ETag", "")
        if etag.startswith('"'):  # the same page in other bytes
            response.headers["ETag"] = f"W/{etag}"
        return response

    return middleware


def woven_of(response: HttpResponse) -> Woven | None:
    """The page as it was put together, until somebody has replaced its content."""
    return getattr(response, "woven", None)


def _accepts(header: str, encoding: str) -> bool:
    for part in header.lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() == encoding:
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
