"""Questions: the list, the page of one, asking, short links."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from geeks.forms.posts import BodyForm, PostForm
from geeks.jinja.fragments import Keyed, remembered
from geeks.jinja.responses import render
from geeks.models import Question
from geeks.models.prepared import Read
from geeks.models.view_tally import tally
from geeks.views.access import moved, question_for, question_row, signed_in
from geeks.views.kept import shows
from geeks.views.lists import CATEGORIES, QUESTIONS, listing
from geeks.views.pieces import Pieces
from geeks.views.reader import reader
from geeks.views.suggestions import related
from geeks.views.threads import answers_page, around, bounties, keys_of, linked, may_answer, states

EMPTY = Keyed((), BodyForm)  # an empty form is the same for everybody, but for its holes
TABS = ("newest", "active", "score", "unanswered", "hot")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab, page = listing(request, QUESTIONS(), TABS)
    context = {"page": page, "tab": tab, "categories": CATEGORIES().reads(), **canonical(request)}
    return shows(request, render(request, "questions/index.html", context))


@require_safe
def show(request: HttpRequest, question_id: int, slug: str = "") -> HttpResponse:
    row = question_row(request, question_id)
    if slug != row.column("slug"):
        return moved(request, row.object.get_absolute_url())
    tally.add(row.pk)
    return page_of_question(request, row)


def page_of_question(
    request: HttpRequest, row: Read, *, form: Any = None, draft: Any = None, status: int = 200
) -> HttpResponse:
    """The question's page; `form` or `draft` carry what was typed and refused back to where it was typed."""
    question: Question = row.object
    sort, page = answers_page(request, question)
    user = reader(request)
    if form is None and may_answer(user, question):
        form = EMPTY
    row.beside["tag_names"] = question.tag_names
    beside = around(request, (question.pk, *(answer.pk for answer in page.rows)))
    offered, won = bounties(question)
    pieces = Pieces(row, page.rows, beside, user, won)
    context = {
        "question": question,
        "page": page,
        "pieces": pieces,
        "sort": sort,
        "answer_form": form,
        "comment_draft": draft,
        "canonical": settings.SITE_URL + question.get_absolute_url(),
        "description": question.excerpt,
        "json_ld": remembered(*pieces.json_ld),
        "related": related(question),
        "linked": linked(question),
        "offered": offered,
        **states(question),
    }
    others = [*context["related"], *context["linked"], *context["originals"]]
    people = [tuple(map(one.column, ("pk", "author_id", "editor_id"))) for one in (row, *page.rows)]
    response = render(request, "questions/show.html", context, status=status)
    return shows(request, response, keys_of(people, beside, context, others), viewed=question.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = PostForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            words = given["title"], given["body"], given["category"], given["tags"]
            asked = form.try_to(Question.objects.ask, request.user, *words, form=form.key)
            if asked:
                return HttpResponseRedirect(asked.get_absolute_url())
    else:
        form = PostForm(initial={name: request.GET.get(name, "") for name in ("category", "title", "tags")})
    return render(request, "questions/new.html", {"form": form}, status=form.status)


@require_safe
def short(request: HttpRequest, question_id: int) -> HttpResponse:
    return moved(request, question_for(request, question_id).get_absolute_url())


def canonical(request: HttpRequest) -> dict[str, str]:
    """The address search engines should keep: without cursors and tracking, with the tab."""
    tab = request.GET.get("tab", "")
    here = settings.SITE_URL + quote(request.path)
    return {"canonical": f"{here}?tab={tab}" if tab.isascii() and tab.isalpha() else here}
