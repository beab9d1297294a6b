"""One's own access tokens: the list, making one (its secret is shown this once), revoking one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from geeks.forms.tokens import TokenForm
from geeks.jinja.responses import render
from geeks.models import AccessToken
from geeks.views.access import back_to, known_id, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """GET lists; POST `name`, `scopes` makes a token and shows its secret, which is stored nowhere."""
    form = TokenForm(request.POST or None)
    secret = made = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if issued := form.try_to(AccessToken.objects.issue, request.user, given["name"], given["scopes"]):
            (made, secret), form = issued, TokenForm()
    tokens = request.user.access_tokens.filter(revoked=None).order_by("-created", "-id")
    context = {"tokens": tokens, "form": form, "made": made, "secret": secret}
    return render(request, "tokens/index.html", context, status=201 if made else form.status)


@require_POST
@signed_in
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    token = request.user.access_tokens.filter(pk=known_id(token_id)).first()
    if token is None:
        raise Http404("There is no such access token, or it is not yours.")
    token.revoke(request.user)
    return back_to(
        request, reverse("tokens"), f"“{token.name}” is revoked. Programs that use it are refused from now on."
    )
