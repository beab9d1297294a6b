"""Saved searches: one's own list, saving one, removing one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from geeks.forms.searches import SavedSearchForm
from geeks.jinja.responses import render
from geeks.models import SavedSearch
from geeks.views.access import back_to, known_id, signed_in
from geeks.views.notifications import typeset


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """GET lists; POST `q`, `name`, `tab` saves and leads back to the results."""
    form = SavedSearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        saved = form.try_to(SavedSearch.objects.save_for, request.user, given["name"], given["q"], given["tab"])
        if saved:
            sentence = "The search is saved. You get a notice when something new matches it."
            return back_to(request, saved.get_absolute_url(), sentence)
    searches = list(request.user.saved_searches.order_by("-created", "-id"))
    for search in searches:
        search.html = typeset(search.name)
    return render(request, "searches/index.html", {"searches": searches, "form": form}, status=form.status)


@require_POST
@signed_in
def delete(request: HttpRequest, search_id: int) -> HttpResponse:
    search = request.user.saved_searches.filter(pk=known_id(search_id)).first()
    if search is None:
        raise Http404("There is no such saved search, or it is not yours.")
    search.delete()
    return back_to(request, reverse("saved_searches"), "The search is removed, and its feed has ended.")
