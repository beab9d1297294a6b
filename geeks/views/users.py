"""People: the list, the page of one with what he or she wrote, editing one's own profile."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from geeks.forms.users import ProfileForm
from geeks.jinja.responses import render
from geeks.models import Badge, Kind, Origin, Post, PostTally, User
from geeks.models.post import sight_of
from geeks.models.prepared import Prepared
from geeks.views.access import back_to, known_id, moved, signed_in
from geeks.views.bookmarks import kept_page
from geeks.views.kept import shows
from geeks.views.lists import page_of
from geeks.views.questions import canonical
from geeks.views.reader import reader

PEOPLE_A_PAGE = 36
BEST_SHOWN = 10
BADGES_A_PAGE = 60
ORIGINS_SHOWN = 10
ORDERS = {"reputation": ("-reputation", "-id"), "newest": ("-date_joined", "-id")}
SORTS = {"score": ("-score", "-id"), "newest": ("-created", "-id")}
KINDS = {"answers": Kind.ANSWER, "questions": Kind.QUESTION, "articles": Kind.ARTICLE}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "")
    tab = tab if tab in ORDERS else "reputation"
    people = User.objects.filter(is_active=True).only(
        "id", "username", "display_name", "location", "reputation", "is_moderator", "date_joined"
    )
    page = page_of(request, people, ORDERS[tab], size=PEOPLE_A_PAGE)
    return shows(request, render(request, "users/index.html", {"page": page, "tab": tab, **canonical(request)}))


@require_safe
def show(request: HttpRequest, user_id: int, slug: str = "") -> HttpResponse:
    """The profile: the best few of each kind, or with `?tab=` all of one kind, page by page; one's own
    bookmarks are for oneself."""
    person = person_for(request, user_id)
    if person.merged_into_id:
        return moved(request, person.merged_into.get_absolute_url())
    if slug != person.slug:
        # Not permanent: a display name may change and change back, and browsers never forget a permanent redirect.
        query = request.META.get("QUERY_STRING", "")
        right = person.get_absolute_url()
        return HttpResponseRedirect(f"{right}?{query}" if query else right)
    ranks = person.badges.by_rank() if person.has_badges else {}
    context = {
        "person": person,
        "counts": counts_of(person),
        "badges": {name: ranks[rank] for rank, name in Badge.Rank.choices if rank in ranks},
        "origins": origins_of(person) if person.has_origins else [],
        "feed": reverse("user_feed", args=[person.pk]),
        **canonical(request),
    }
    tab = request.GET.get("tab", "")
    if tab in KINDS:
        found = {**context, "tab": tab, **posts_page(request, person, tab)}
        return shows(request, render(request, "users/posts.html", found))
    if tab == "bookmarks" and reader(request) == person:
        page = kept_page(request, person)
        return render(request, "users/posts.html", {**context, "tab": tab, "page": page})
    if tab == "badges":
        page = page_of(request, person.badges.all(), ("-date", "-id"), size=BADGES_A_PAGE)
        return shows(request, render(request, "users/badges.html", {**context, "tab": tab, "page": page}))
    asked = {name: asked_of(request, person, name) for name in KINDS}
    best = {name: BEST(*values, **shape).objects() for name, (values, shape) in asked.items()}
    return shows(request, render(request, "users/show.html", {**context, "tab": "", **best}))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, user_id: int) -> HttpResponse:
    if request.user.pk != user_id:
        raise PermissionDenied("You can change your own profile only.")
    # A row of its own: what is refused must not show in the page's head as if it had been stored.
    person = User.objects.get(pk=request.user.pk)
    fields = ("display_name", "about", "location", "website")
    if request.method == "POST":
        form = ProfileForm(request.POST)
        if form.is_valid():
            form.try_to(person.describe, **{name: form.cleaned_data[name] for name in fields})
            if not form.errors:
                return back_to(request, person.get_absolute_url(), "Your profile is saved.")
    else:
        form = ProfileForm(initial={name: getattr(person, name) for name in fields})
    context = {"person": request.user, "form": form}
    return render(request, "users/edit.html", context, status=400 if form.errors else 200)


def person_for(request: HttpRequest, user_id: int) -> User:
    """The person of a profile. Of a switched-off account only the name is shown, except to moderators."""
    person = PERSON(known_id(user_id)).first()
    if person is None:
        raise Http404("There is nobody with that number.")
    if not person.is_active and not getattr(reader(request), "moderates", False):
        person.about = person.about_html = person.location = person.website = ""
    return person


def origins_of(person: User) -> list[tuple[str, str]]:
    """(site, address) of the profiles that this person has on the sites whose archives brought something of his."""
    rows = Origin.objects.filter(kind=Origin.Kind.USER, our_id=person.pk).select_related("source").order_by("pk")
    return [(str(row.source), f"{row.source.url}/users/{row.their_id}") for row in rows[:ORIGINS_SHOWN]]


def counts_of(person: User) -> dict[str, int]:
    """How many visible posts of each kind, by the names in the page's tabs."""
    numbers = dict(COUNTS(person.pk).rows())
    return {name: numbers.get(kind, 0) for name, kind in KINDS.items()}


def posts_of(request: HttpRequest, person: User, name: str) -> Any:
    """What `person` wrote of one kind, as far as this reader may see it."""
    values, shape = asked_of(request, person, name)
    return _written(*values, **shape)


def asked_of(request: HttpRequest, person: User, name: str) -> tuple[tuple[int, ...], dict[str, Any]]:
    """What `_written` needs to know of them, for a prepared query: values, and what makes another query."""
    user = reader(request)
    sight, *own = sight_of(user)
    return (person.pk, *own), {"name": name, "sight": sight, "moderates": getattr(user, "moderates", False)}


def _written(person: int, *own: int, name: str, sight: str, moderates: bool) -> Any:
    posts = Post.objects.in_sight(sight, *own).filter(author=person, kind=KINDS[name])
    return posts.filter(parent__deleted_at=None) if KINDS[name] == Kind.ANSWER and not moderates else posts


def titles_of(posts: Any) -> Any:
    """The best first, with the columns that a line of a title and a score needs."""
    own = ("id", "kind", "author_id", "title_html", "slug", "score", "answered", "accepted_answer_id", "deleted_at")
    theirs = (f"parent__{name}" for name in ("kind", "title_html", "slug", "accepted_answer_id"))
    return posts.select_related("parent").only(*own, *theirs).order_by(*SORTS["score"])


def _person(pk: int) -> Any:
    origins = Origin.objects.filter(kind=Origin.Kind.USER, our_id=OuterRef("pk"))
    brought = {"has_badges": Exists(Badge.objects.filter(user=OuterRef("pk"))), "has_origins": Exists(origins)}
    return User.objects.filter(pk=pk).annotate(**brought)[:1]


PERSON = Prepared(User, _person, lasting=True)
COUNTS = Prepared(
    PostTally,
    lambda person: PostTally.objects.filter(author=person).values_list("kind", "count"),
    lasting=True,
)
BEST = Prepared(Post, lambda *values, **shape: titles_of(_written(*values, **shape))[:BEST_SHOWN], lasting=True)


def posts_page(request: HttpRequest, person: User, name: str) -> dict[str, Any]:
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "score"
    posts = posts_of(request, person, name)
    if KINDS[name] == Kind.ANSWER:
        unread = ("body", "body_html", "text", "author__about", "author__about_html")
        theirs = (f"parent__{name}" for name in ("body", "body_html", "text", "excerpt", "excerpt_html"))
        posts = posts.select_related("author", "parent", "parent__category").defer(*unread, *theirs)
        posts = posts.prefetch_related("parent__tags")
    else:
        posts = posts.for_lists()
    return {"sort": sort, "page": page_of(request, posts, SORTS[sort])}
