"""Pictures: taking them in (a plain form, or JSON for the editor) and serving what was taken."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from geeks import policy
from geeks.forms.uploads import PictureForm
from geeks.jinja.responses import render
from geeks.models import Upload
from geeks.views.access import signed_in
from geeks.views.errors import wants_json

STORED = re.compile(r"uploads/([0-9a-f]{2})/([0-9a-f]{32})(?:_\w{1,20})?\.webp")
A_YEAR = 365 * 24 * 60 * 60


class Capped(FileUploadHandler):
    """Turns away at once what is far beyond the limit, before any of it is written to a disk. What is only a little
    too large goes on to the model, whose sentence stands at the field."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > 4 * policy.UPLOAD_BYTES:
            raise RequestDataTooBig(f"{content_length} bytes were sent")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: the picture in the field `image`; answers JSON to those who ask for it."""
    if wants_json(request) and not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in to upload images."}, status=403)
    return _page(request)


@signed_in
def _page(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "uploads/new.html", {"form": PictureForm()})
    form = PictureForm(request.POST, _under_our_name(request.FILES))
    upload = None
    if form.is_valid():
        upload = form.try_to(Upload.objects.receive, request.user, form.cleaned_data["image"])
    if wants_json(request):
        if upload is None:
            return JsonResponse({"error": " ".join(sum(form.errors.values(), []))}, status=form.status)
        return JsonResponse({"url": upload.url, "markdown": upload.markdown})
    return render(request, "uploads/new.html", {"form": form, "upload": upload}, status=form.status)


def _under_our_name(files: Any) -> Any:
    """The editor's script calls the field `file`, as such scripts do."""
    if "image" not in files and "file" in files:
        files = files.copy()
        files["image"] = files["file"]
    return files


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A stored picture; names that no upload has are a 404, so nothing else under the folder can be reached."""
    match = STORED.fullmatch(name)
    upload = _stored(match[1] + match[2], name) if match else None
    if upload is None:
        raise Http404("There is no such picture.")
    try:
        content = upload.file.open("rb")
    except OSError:
        raise Http404("This picture is missing.") from None
    response = FileResponse(content, content_type="image/webp")
    # A name holds a hash of the content, so it never means another picture.
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response["ETag"] = f'"{upload.sha256[:32]}"'
    response["X-Content-Type-Options"] = "nosniff"
    # Feed readers and mail show posts, with their pictures, on pages of their own.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _stored(start: str, name: str) -> Upload | None:
    """By the range of hashes that begin so: the unique index finds it, where a LIKE might not use it."""
    found = Upload.objects.filter(sha256__gte=start, sha256__lt=start + "g").only("sha256", "file")[:2]
    return next((upload for upload in found if upload.file.name == name), None)
