"""What is true of every answer: its security headers, and that each URL has one form."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

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
KEEP_SLASH = ("/admin/", "/static/", "/media/", "/api/")


def security_headers(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
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
            right = request.build_absolute_uri(target)
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{right}?{query}" if query else right)
        if path == "/admin":
            return HttpResponsePermanentRedirect("/admin/")
        return get_response(request)

    return middleware
