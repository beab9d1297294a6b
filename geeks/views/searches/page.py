"""The search page. The index says which posts and in what order; the database says what they are, and whether this
reader may still see them."""

from __future__ import annotations

import logging
import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from geeks.jinja.responses import render
from geeks.search import SORTS, SearchError
from geeks.tasks.searching import read, state
from geeks.views.kept import shows
from geeks.views.reader import reader
from geeks.views.searches.chips import chips_of
from geeks.views.searches.results import results

log = logging.getLogger("geeks.search")

QUERY_LENGTH = 4_000
# What the boxes beside a question and a category send along; in the search itself it is an operator like any other.
WITHIN = re.compile(r"(?:inquestion:\d{1,19}|category:[\w-]{1,60})", re.ASCII)
CUT = f"Only the first {QUERY_LENGTH:,} characters were searched for."
THIS_QUESTION = re.compile(r"\binquestion:this\b", re.IGNORECASE)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").replace("\x00", "").strip()
    tab = request.GET.get("tab", "")
    tab = tab if tab in SORTS else SORTS[0]
    within = request.GET.get("within", "")
    if WITHIN.fullmatch(within):
        return HttpResponseRedirect(f"{request.path}?{urlencode({'q': f'{within} {q}'.strip(), 'tab': tab})}")
    cut = len(q) - QUERY_LENGTH
    q = q[:QUERY_LENGTH]
    context: dict[str, Any] = {"q": q, "tab": tab}
    if question := question_before(request, q):
        resolved = THIS_QUESTION.sub(f"inquestion:{question}", q)
        return HttpResponseRedirect(f"{request.path}?{urlencode({'q': resolved, 'tab': tab})}")
    if q:
        index = state()
        as_text = request.GET.get("as") == "text"
        query = read(q, reader(request), tab, bare=not as_text)
        notes = [CUT, *query.notes] if cut > 0 else query.notes
        context.update(parsed=query, notes=notes, chips=chips_of(query), as_text=as_text)
        try:
            context.update(results(request, query))
        except SearchError as error:
            log.error("search: %s", error)
            context["problem"] = "Search is not ready: its index is being built. Try again in a minute."
            return render(request, "searches/show.html", context, status=503)
        page = render(request, "searches/show.html", context)
        # What comes of "this" depends on where the reader comes from.
        return page if index is None or THIS_QUESTION.search(q) else shows(request, page, index=index)
    return render(request, "searches/show.html", context)


def question_before(request: HttpRequest, q: str) -> str:
    """The number of the question whose page sent this search, where the search says `inquestion:this`."""
    if not THIS_QUESTION.search(q):
        return ""
    page = f"{request.scheme}://{request.get_host()}/questions/"
    found = re.match(rf"{re.escape(page)}(\d{{1,19}})(?:[/?]|$)", request.headers.get("Referer", ""), re.ASCII)
    return found[1] if found else ""
