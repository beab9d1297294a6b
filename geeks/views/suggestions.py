"""What the index has to offer unasked: titles, tags and people while somebody types into the search box, similar
questions while he asks one, related questions beside one. All of it may be missing without harm to the page."""

from __future__ import annotations

import logging
import re
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from geeks import policy
from geeks.jinja.responses import render
from geeks.models import Post, Question, Tag, User
from geeks.models.prepared import Prepared, Read, objects
from geeks.rendering import RenderRefused, render_title
from geeks.search import Formula, SearchError, Word, parse
from geeks.tasks.searching import backend, related_ids
from geeks.throttle import too_many

log = logging.getLogger("geeks.search")

LONGEST = 300  # characters of a query that is completed; longer ones nobody types word by word
TITLES, TAGS, PEOPLE, FORMULAS = 6, 5, 3, 3
SIMILAR, RELATED = 5, 8
REMEMBERED_SECONDS = 60
# Only the best known are looked through, along their index, so that a keystroke costs the same on every site.
TAGS_KNOWN, PEOPLE_KNOWN = 20_000, 2_000
# The word that is being typed, perhaps after the beginning of an operator.
LAST = re.compile(r"(?:^|(?<=\s))(?P<before>-?\[|-?user:|)(?P<word>[^\s\[\]\"$:*]{1,40})$", re.IGNORECASE)
TITLE_COLUMNS = ("id", "kind", "title_html", "slug", "score", "answered", "accepted_answer_id")


def _titled(ids: tuple[int, ...], answers: bool) -> Any:
    # Who does not show how many answers there are must not read it: a page is made anew when a row of it changes.
    columns = (*TITLE_COLUMNS, "answer_count") if answers else TITLE_COLUMNS
    return Post.objects.visible().titled().filter(pk__in=ids).only(*columns)


TITLED = Prepared(Post, _titled, lasting=True)


@require_safe
@cache_control(max_age=REMEMBERED_SECONDS)
def index(request: HttpRequest) -> HttpResponse:
    """GET `q` -> {titles: [{title_html, url}], tags: [{name, count, query}], people: [{name, reputation, url}],
    formulas: [html]}. `query` is what the box holds once the tag is chosen. Errors and limits: empty lists."""
    q = request.GET.get("q", "").replace("\x00", "").lstrip()
    if not q.strip() or len(q) > LONGEST:
        return JsonResponse(NOTHING)
    if too_many(request, "suggestions", policy.SUGGESTIONS_A_MINUTE):
        return JsonResponse(NOTHING, status=429, headers={"Retry-After": "30"})
    key = "suggestions:" + sha256(q.encode("utf-8", "replace")).hexdigest()[:32]
    found = cache.get(key)
    if found is None:
        found = {"titles": titles(q), "tags": tags(q), "people": people(q), "formulas": formulas(q)}
        cache.set(key, found, REMEMBERED_SECONDS)
    return JsonResponse(found)


NOTHING: dict[str, list[Any]] = {"titles": [], "tags": [], "people": [], "formulas": []}


def titles(q: str) -> list[dict[str, str]]:
    last = LAST.search(q)
    whole = q[: last.start()] if last and last["before"] else q  # less an operator that is not finished yet
    words = " ".join(term.text for term in parse(whole).should if isinstance(term, Word))
    if len(words) < 2:
        return []
    posts = titled(asked(lambda: backend().suggest(words, TITLES)))
    return [{"title_html": post.title_html, "url": post.get_absolute_url()} for post in posts]


def tags(q: str) -> list[dict[str, Any]]:
    last = LAST.search(q)
    if last is None or last["before"].lower().endswith("user:"):
        return []
    known = Tag.objects.filter(pk__in=best(Tag, "-question_count", TAGS_KNOWN), question_count__gt=0)
    found = known.filter(name__startswith=last["word"].lower()).order_by("-question_count", "-id")[:TAGS]
    head, minus = q[: last.start()], "-" if last["before"].startswith("-") else ""
    return [{"name": tag.name, "count": tag.question_count, "query": f"{head}{minus}[{tag.name}] "} for tag in found]


def people(q: str) -> list[dict[str, Any]]:
    last = LAST.search(q)
    if last is None or last["before"].endswith("[") or len(last["word"]) < 2:
        return []
    known = User.objects.filter(pk__in=best(User, "-reputation", PEOPLE_KNOWN), is_active=True)
    begins = Q(display_name__istartswith=last["word"]) | Q(display_name__icontains=f" {last['word']}")
    found = known.filter(begins).order_by("-reputation", "-id").only("id", "display_name", "reputation")[:PEOPLE]
    head, operator = q[: last.start()], last["before"]
    return [
        {
            "name": person.display_name,
            "reputation": person.reputation,
            "url": person.get_absolute_url(),
            "query": f"{head}{operator}{person.pk} " if operator else "",
        }
        for person in found
    ]


def best(model: Any, order: str, most: int) -> Any:
    return model.objects.order_by(order, "-id").values("pk")[:most]


def formulas(q: str) -> list[str]:
    """The formulas of the query as they would be typeset, so that a slip is seen before searching."""
    found = [clause.term.tex for clause in parse(q).clauses if isinstance(clause.term, Formula)]
    shown = []
    for tex in found[:FORMULAS]:
        try:
            shown.append(render_title(f"${' '.join(tex.split())}$").html)
        except RenderRefused:
            continue
    return shown


@csrf_exempt  # it changes nothing, and the answer is not readable from another origin
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """POST `title`, `body` of a draft -> a list of up to five questions as HTML, empty when there are none."""
    if too_many(request, "similar", policy.SIMILAR_A_MINUTE):
        return HttpResponse("", status=429, headers={"Retry-After": "30"})
    title = request.POST.get("title", "").replace("\x00", "")[: policy.TITLE_MAX]
    body = request.POST.get("body", "").replace("\x00", "")[: policy.BODY_MAX]
    hits = asked(lambda: backend().similar(body, SIMILAR, title=title)) if len(title.strip()) > 2 else []
    return render(request, "searches/_similar.html", {"posts": titled(hits)})


def related(question: Question) -> list[Read]:
    """Questions about the same thing as they were read, best first, in one query; none while the index cannot be
    asked."""
    return titles_of(related_ids(question))[:RELATED]


def asked(ask: Any) -> list[int]:
    """The ids the index answers; none when there is no index yet."""
    try:
        return [hit.id for hit in ask()]
    except SearchError as error:
        log.info("suggestions: %s", error)
        return []


def titled(ids: list[int]) -> list[Post]:
    """These questions and articles in this order, those a stranger may see, with the columns of a line of a title."""
    return objects(titles_of(ids, answers=True))


def titles_of(ids: list[int], answers: bool = False) -> list[Read]:
    """The same as they were read; with how many `answers` they have, where that is shown."""
    by_id = {row.pk: row for row in TITLED(tuple(ids), answers=answers).reads()}
    return [by_id[number] for number in ids if number in by_id]
