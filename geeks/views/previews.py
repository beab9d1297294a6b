"""The preview: what a page would show of this Markdown once it is stored, by the very functions that store and show."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from geeks import policy
from geeks.models.link_titles import titles_at
from geeks.rendering import RenderRefused, render
from geeks.rendering.images import without_foreign_images
from geeks.throttle import too_many


@csrf_exempt  # it changes nothing, and the answer is not readable from another origin
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """POST `markdown` -> the fragment that goes inside `.post-body`; 400 with a sentence when it would be refused."""
    if too_many(request, "preview", policy.PREVIEWS_A_MINUTE):
        answer = HttpResponse("Too many previews in a minute; wait a little.", "text/plain; charset=utf-8", status=429)
        answer.headers["Retry-After"] = "30"
        return answer
    source = request.POST.get("markdown", "").replace("\r\n", "\n").replace("\x00", "").rstrip()
    if len(source) > policy.BODY_MAX:
        sentence = f"Shorten the text to {policy.BODY_MAX:,} characters; it has {len(source):,}."
        return HttpResponse(sentence, "text/plain; charset=utf-8", status=400)
    try:
        return HttpResponse(without_foreign_images(render(source, titles_at).html))
    except RenderRefused as refusal:
        return HttpResponse(str(refusal), "text/plain; charset=utf-8", status=400)
