"""Every page, feed, method of the API and list of the admin is read along indexes: nothing reads or sorts a table that
grows with the site."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.urls import URLPattern, resolve, reverse
from django.utils import timezone

from geeks import policy, urls
from geeks.models import Badge, Bookmark, Notification, PostEvent, PostLink, Question, SavedSearch
from geeks.models.tag import names_of
from geeks.tasks import indexing
from geeks.views import lists, tags, users
from tests import make, plans

pytestmark = pytest.mark.django_db

FEW = 2  # rows a page, so that there is a next one
# Statements that say one of these may put in order what they find: what hangs off one post, what one person wrote as
# those see it who see deleted posts, too, and what a call of the API names by number.
FEW_ARE_LEFT = (
    *("geeks_postlink", '"parent_id" = %s', '"author_id" = %s AND "geeks_post"."kind" = %s'),
    *('"author_id" IN (', '."id" IN (%s', '"geeks_tag"."name" IN ('),
)
# In the names of what is posted to.
WRITES = re.compile("^account_|deletion|votes|comments$|answers$|closure|acceptance|lock$|bookmark$|revocation")
# Forms, files, what machines read, short addresses, and what shows one thing alone. (The list of categories counts, and
# keeps what it counted.)
NO_LISTS = """
    about api api_docs api_openapi article article_named article_new categories favicon healthz help help_maths media
    notification old_address opensearch post_edit preview question question_ask readyz robots saved_search_feed
    short_answer short_question similar_questions source user user_download user_edit
"""
READ_BY_NUMBER = """
    questions/{ids} questions/{ids}/answers questions/{ids}/comments questions/{ids}/linked questions/{ids}/related
    answers/{ids} answers/{ids}/comments answers/{ids}/questions posts/{ids} posts/{ids}/revisions comments/{ids}
    users/{ids} users/moderators tags/{tags}/info sites
"""
SORTS = {
    "questions": ("activity", "creation", "votes", "hot"),
    "questions/unanswered": ("activity", "creation", "votes"),
    "questions/no-answers": ("activity", "creation", "votes"),
    "answers": ("activity", "creation", "votes"),
    "posts": ("activity", "creation", "votes"),
    "comments": ("creation", "votes"),
    "users": ("reputation", "creation", "name", "modified"),
    "tags": ("popular", "name"),
    "users/{ids}/questions": ("activity", "creation", "votes"),
    "users/{ids}/answers": ("activity", "creation", "votes"),
    "users/{ids}/comments": ("creation", "votes"),
    "posts/{ids}/comments": ("creation", "votes"),
}
BOUNDED = (
    "questions?tagged=sums&sort=activity",
    "questions?tagged=sums;primes&sort=votes&order=asc",
    "questions?tagged=sums&min=1&max=4000000000&sort=creation",
    "questions/unanswered?tagged=sums&sort=creation",
    *(f"questions?category=data-science&sort={sort}" for sort in ("activity", "creation", "votes", "hot")),
    "questions/unanswered?category=data-science&sort=creation",
    "questions?fromdate=1000000000&todate=4000000000&sort=creation",
    *(f"questions?min=1&max=4000000000&sort={sort}" for sort in ("activity", "creation", "votes")),
    "users?min=1&max=10000&sort=reputation",
    "comments?min=0&max=10&sort=votes",
)


@pytest.fixture
def site(ada, ben, mod, monkeypatch):
    """A question with some of everything, two of which fill a page."""
    for where, name in ((policy, "PAGE_SIZE"), (policy, "ANSWERS_A_PAGE"), (tags, "TAGS_A_PAGE")):
        monkeypatch.setattr(where, name, FEW)
    monkeypatch.setattr(users, "PEOPLE_A_PAGE", FEW)
    monkeypatch.setattr(users, "BADGES_A_PAGE", FEW)
    monkeypatch.setattr(lists.page_of, "__defaults__", (FEW,))
    question, *others = (make.question(ada, body=make.PLAIN, tags=["sums", "primes", f"tag{n}"]) for n in range(4))
    search = SavedSearch.objects.save_for(ada, "", "sums")
    for number in range(4):
        answer = make.answer(question, ben)
        make.article(ada, body=make.PLAIN)
        question.comments.write(ben, f"A plain remark {number}.")
        question.edit(ada, body=f"{make.PLAIN} {number}")
        Badge.objects.create(user=ada, name="Teacher", rank=3, date=timezone.now())
        PostEvent.objects.create(post=question, kind=10, created=timezone.now())
        Notification.objects.create(user=ada, text="Something new", search=search)
    answer.votes.cast(ada, 1)
    question.accept(answer, ada)
    PostLink.objects.create(post=others[0], related=question, kind=1, created=timezone.now())
    make.origin(ada, 7)
    Bookmark.objects.bulk_create(Bookmark(user=ada, post=post) for post in others)
    others[1].close(mod, "unclear")
    others[2].delete_by(mod)
    backend = indexing.writer()
    indexing.rebuild(backend)
    backend.close()
    return question


def problems(browser, *addresses: str) -> str:
    """Of all that these pages ask, and those that follow them."""
    found: dict[str, object] = {}
    waiting = list(addresses)
    while waiting:
        address = waiting.pop()
        cache.clear()  # in which calls of an address are counted
        with plans.asked() as asked:
            response = browser.get(address)
            text = b"".join(response).decode()
        assert response.status_code == 200, address
        found.update(asked)
        if "after=" not in address and (further := re.search(r'rel="next" href="([^"]+)"', text)):
            waiting.append(address.partition("?")[0] + further[1].replace("&amp;", "&"))
    few = {sql: parameters for sql, parameters in found.items() if any(name in sql for name in FEW_ARE_LEFT)}
    others = {sql: parameters for sql, parameters in found.items() if sql not in few}
    return "\n".join([*plans.problems_of(others.items()), *plans.problems_of(few.items(), sorts=True)])


def pages_of(question) -> list[str]:
    profile, category = question.author.get_absolute_url(), question.category.get_absolute_url()
    tabs = ("newest", "active", "score", "unanswered", "hot")
    tabbed = ("/", "/questions", "/articles", category, "/questions/tagged/sums", "/questions/tagged/sums+primes")
    return [
        *(f"{address}?tab={tab}" for address in tabbed for tab in tabs),
        *(f"/tags?tab={tab}" for tab in ("popular", "name", "new")),
        *(f"/users?tab={tab}" for tab in ("reputation", "newest")),
        *(f"{question.get_absolute_url()}?sort={sort}" for sort in ("score", "newest", "oldest", "active")),
        *(f"{profile}?tab={tab}&sort={sort}" for tab in users.KINDS for sort in users.SORTS),
        *(profile, f"{profile}?tab=badges", f"/posts/{question.pk}/revisions"),
        *("/feeds", f"{category}/feed", "/questions/tagged/sums/feed", f"/questions/{question.pk}/feed"),
        *(f"/users/{question.author_id}/feed", "/sitemap.xml", "/sitemap-questions.xml"),
        *("/search?q=sums", "/search/suggestions?q=sum"),
    ]


def own_pages_of(question) -> list[str]:
    profile = question.author.get_absolute_url()
    return [
        *("/", question.get_absolute_url(), f"{profile}?tab=bookmarks", "/notifications", "/searches", "/uploads"),
        *("/accounts/tokens", "/search?q=sums", profile),
    ]


def test_no_page_of_a_stranger_reads_or_sorts_what_grows(stranger, site):
    found = problems(stranger, *pages_of(site))
    assert not found, found


def test_no_page_of_one_who_signed_in_reads_or_sorts_what_grows(browser_of, ada, site):
    found = problems(browser_of(ada), *own_pages_of(site))
    assert not found, found


def test_no_page_of_a_moderator_reads_or_sorts_what_grows(browser_of, mod, site):
    found = problems(browser_of(mod), *pages_of(site))
    assert not found, found


def test_every_page_is_among_them(site):
    known = {resolve(page.partition("?")[0]).url_name for page in (*pages_of(site), *own_pages_of(site))}
    served = {one.name for one in urls.urlpatterns if isinstance(one, URLPattern) and one.name}
    assert {name for name in served - known - set(NO_LISTS.split()) if not WRITES.search(name)} == set()


def test_no_method_of_the_api_reads_or_sorts_what_grows(stranger, site):
    calls = [f"{path}?sort={sort}" for path, sorts in SORTS.items() for sort in sorts]
    calls += [*(f"{call}&order=asc" for call in calls), *BOUNDED, *(f"{path}?" for path in READ_BY_NUMBER.split())]
    numbers = f"{site.pk};{site.author_id}"
    pages = [f"/api/2.3/{call.format(ids=numbers, tags='sums;primes')}&pagesize={FEW}" for call in calls]
    found = problems(stranger, *pages)
    assert not found, found


def test_no_list_of_the_admin_reads_or_sorts_what_grows(browser_of, mod, site):
    mod.is_superuser = mod.is_staff = True
    mod.save()
    models = [model._meta for model in admin.site._registry if model._meta.app_label == "geeks"]
    found = problems(browser_of(mod), *(reverse(f"admin:geeks_{meta.model_name}_changelist") for meta in models))
    assert not found, found


@pytest.mark.parametrize(
    ("posts", "problem"),
    [
        (lambda: Question.objects.visible().order_by("-view_count")[:5], "sorts"),
        (lambda: Question.objects.visible().filter(view_count=3), "reads all of geeks_post"),
        (lambda: Question.objects.filter(pk__in=PostLink.objects.filter(kind=1).values("post")), "reads all of"),
        (lambda: Question.objects.visible().order_by("-created", "-id")[:5], ""),
        (lambda: Question.objects.visible().filter(author=3), ""),
    ],
)
def test_what_grows_is_told(site, posts, problem):
    found = plans.problems_of([posts().query.sql_with_params()])
    assert any(one.startswith(problem) for one in found) if problem else not found


def test_names_of_tags_are_looked_up_one_by_one_however_few_tags_there_are(site):
    """For a join PostgreSQL would read a table of some thousand tags whole, for the sixty of a page."""
    with plans.asked() as statements:
        names_of(Question.objects.values_list("pk", flat=True))
    statement = next(asked for asked in statements if "geeks_tagging" in asked[0])
    assert " JOIN " not in statement[0]
    assert not plans.problems_of([statement], sorts=True)
