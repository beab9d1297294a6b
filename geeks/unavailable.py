"""503: what cannot be answered now and can be in a moment, said in the form that the asker reads.

Needs no session, no database and no template: those may be what is missing, and under load it must cost little.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

API = ("/api/", "/2.2/", "/2.3/")  # Stack Exchange's API, and its addresses without a name before them
RETRY_AFTER = 5  # seconds
YOUR_FORM = (
    "A form that you sent was not taken: go back with your browser's Back button, where your text still stands, and "
    "send it again."
)


def wants_json(request: HttpRequest) -> bool:
    """True for scripts that ask for JSON by name; browsers and `*/*` get pages."""
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def unavailable(request: HttpRequest, title: str, sentence: str) -> HttpResponse:
    """`title` and `sentence` are our own: they stand in the page as they are."""
    if request.path_info.startswith(API):
        refused = {"error_id": 503, "error_name": "temporarily_unavailable", "error_message": sentence}
        response: HttpResponse = JsonResponse(refused, status=503)
    elif wants_json(request):
        response = JsonResponse({"error": sentence}, status=503)
    else:
        response = HttpResponse(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width, initial-scale=1"><title>{title}</title></head><body><h1>{title}</h1>'
            f"<p>{sentence}</p><p>{YOUR_FORM}</p></body></html>",
            status=503,
        )
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response
