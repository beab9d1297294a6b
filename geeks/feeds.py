"""Atom feeds: the whole site, a category, tags, one question with its answers, what one person writes.

Titles are text; the content is the stored HTML with its formulas as MathML, which feed readers show without our style
sheet (they drop SVG, and would show both where they do not). An entry's id is the short address that never changes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from geeks import policy
from geeks.models import Answer, Article, Category, Post, Question, SavedSearch, Tag, User
from geeks.models.paging import LARGEST, in_order
from geeks.rendering.images import without_foreign_images
from geeks.search import SearchError
from geeks.tasks.searching import backend, read

SIZE = 30
NEWEST = ("-created", "-id")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
OWN_ADDRESS = re.compile(r'(\s(?:href|src)=")/(?!/)')
PICTURE_EDGE = re.compile(r"(<svg\b[^>]*>|</svg>)")


class ContentFeed(Atom1Feed):
    """Atom with the whole post in `content`, and a date that an empty feed does not change at every reading."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(TypesetTitle(handler, item["typeset"]) if item["typeset"] else handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else LONG_AGO


class TypesetTitle:
    """A handler that writes the title of an entry as HTML: the library knows only plain ones."""

    def __init__(self, handler: SimplerXMLGenerator, html: str) -> None:
        self.handler, self.html = handler, html

    def __getattr__(self, name: str) -> Any:
        return getattr(self.handler, name)

    def addQuickElement(self, name: str, contents: Any = None, attrs: Any = None) -> None:
        if name == "title":
            contents, attrs = self.html, {"type": "html"}
        self.handler.addQuickElement(name, contents, attrs)


class PostFeed(Feed):
    """What all feeds share; each says in `items` which posts it holds."""

    feed_type = ContentFeed
    author_name = settings.SITE_NAME
    feed_copyright = f"{policy.LICENCE} {policy.LICENCES[policy.LICENCE]}"

    def link(self, obj: Any) -> str:
        return absolute(obj.get_absolute_url() if obj else "/")

    def feed_url(self, obj: Any) -> str:
        raise NotImplementedError

    def feed_guid(self, obj: Any) -> str:
        return self.feed_url(obj)

    def item_title(self, item: Post) -> str:
        title = item.title if not item.is_answer else f"Answer by {author_of(item)}: {item.parent.title}"
        return NOT_IN_XML.sub("", title)

    def item_description(self, item: Post) -> None:
        return None  # a summary beside the content would say everything twice

    def item_extra_kwargs(self, item: Post) -> dict[str, str]:
        return {"content": content_of(item), "typeset": typeset_title(item)}

    def item_link(self, item: Post) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Post) -> str:
        path = f"/q/{item.pk}" if item.is_question else f"/a/{item.pk}" if item.is_answer else f"/articles/{item.pk}"
        return absolute(path)

    def item_copyright(self, item: Post) -> str | None:
        """What came with an archive has terms of its own."""
        return f"{item.licence} {policy.LICENCES.get(item.licence, '')}".strip() if item.licence else None

    def item_author_name(self, item: Post) -> str:
        return NOT_IN_XML.sub("", author_of(item))

    def item_author_link(self, item: Post) -> str | None:
        return absolute(item.author.get_absolute_url()) if item.author else None

    def item_pubdate(self, item: Post) -> datetime:
        return item.created

    def item_updateddate(self, item: Post) -> datetime:
        return item.edited or item.created

    def item_categories(self, item: Post) -> list[str]:
        return [] if item.is_answer else [str(item.category), *(tag.name for tag in item.tags.all())]


class SiteFeed(PostFeed):
    title = settings.SITE_NAME
    subtitle = "The newest questions and articles"

    def feed_url(self, obj: None) -> str:
        return absolute(reverse("feeds"))

    def items(self, obj: None) -> list[Post]:
        return newest(Question.objects.visible(), Article.objects.visible())


class CategoryFeed(PostFeed):
    subtitle = "The newest questions and articles of one category"

    def get_object(self, request: HttpRequest, slug: str) -> Category:
        return Category.objects.get(slug=slug)

    def title(self, obj: Category) -> str:
        return f"{obj.name} - {settings.SITE_NAME}"

    def feed_url(self, obj: Category) -> str:
        return absolute(reverse("category_feed", args=[obj.slug]))

    def items(self, obj: Category) -> list[Post]:
        return newest(*(posts.visible().filter(category=obj) for posts in (Question.objects, Article.objects)))


class TagFeed(PostFeed):
    """Of one tag, or of what carries all of several (`a+b`), as the page of the same address."""

    subtitle = "The newest questions and articles with these tags"

    def get_object(self, request: HttpRequest, names: str) -> list[Tag]:
        return Tag.objects.in_url(names)

    def title(self, obj: list[Tag]) -> str:
        return f"{', '.join(tag.name for tag in obj)} - {settings.SITE_NAME}"

    def link(self, obj: list[Tag]) -> str:
        return absolute("+".join([obj[0].get_absolute_url(), *(last_part(tag) for tag in obj[1:])]))

    def feed_url(self, obj: list[Tag]) -> str:
        return f"{self.link(obj)}/feed"

    def items(self, obj: list[Tag]) -> list[Post]:
        return newest(*(posts.visible().tagged(*obj) for posts in (Question.objects, Article.objects)))


class QuestionFeed(PostFeed):
    subtitle = "A question and its newest answers"

    def get_object(self, request: HttpRequest, question_id: int) -> Post:
        question = with_neighbours(Question.objects.visible()).filter(pk=min(question_id, LARGEST)).first()
        if question is None:
            raise Http404("There is no such question, or it was deleted.")
        return question

    def title(self, obj: Post) -> str:
        return NOT_IN_XML.sub("", f"{obj.title} - {settings.SITE_NAME}")

    def feed_url(self, obj: Post) -> str:
        return absolute(reverse("question_feed", args=[obj.pk]))

    def items(self, obj: Post) -> list[Post]:
        answers = with_neighbours(Answer.objects.visible().filter(parent_id=obj.pk))
        return [*answers.order_by("-created", "-id")[: SIZE - 1], obj]


class UserFeed(PostFeed):
    subtitle = "The newest questions, answers and articles of one person"

    def get_object(self, request: HttpRequest, user_id: int) -> User:
        return User.objects.get(pk=min(user_id, LARGEST), is_active=True)

    def title(self, obj: User) -> str:
        return NOT_IN_XML.sub("", f"{obj.display_name} - {settings.SITE_NAME}")

    def feed_url(self, obj: User) -> str:
        return absolute(reverse("user_feed", args=[obj.pk]))

    def items(self, obj: User) -> list[Post]:
        kinds = (Question.objects.visible(), Article.objects.visible(), Answer.objects.filter(parent__deleted_at=None))
        return newest(*(posts.visible().filter(author=obj) for posts in kinds))


class SavedSearchFeed(PostFeed):
    """What a saved search finds, newest first. The secret in its address stands for signing in."""

    subtitle = "What a saved search finds, the newest first"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer = super().__call__(request, *args, **kwargs)
        except SearchError:
            sentence = "The search index is being built. Try again in a minute."
            return HttpResponse(sentence, "text/plain; charset=utf-8", status=503, headers={"Retry-After": "60"})
        answer.headers["Cache-Control"] = "private"
        return answer

    def get_object(self, request: HttpRequest, search_id: int) -> SavedSearch:
        found = SavedSearch.objects.filter(pk=min(search_id, LARGEST), user__is_active=True).select_related("user")
        search = found.first()
        if search is None or not constant_time_compare(search.token, request.GET.get("token", "")):
            raise Http404("There is no such saved search, or its address is not complete.")
        return search

    def title(self, obj: SavedSearch) -> str:
        return NOT_IN_XML.sub("", f"{obj.name} - {settings.SITE_NAME}")

    def link(self, obj: SavedSearch) -> str:
        return absolute(obj.newest_url)

    def feed_url(self, obj: SavedSearch) -> str:
        return absolute(obj.feed_url)

    def feed_guid(self, obj: SavedSearch) -> str:
        return absolute(obj.feed_url.partition("?")[0])  # the secret is for the address only

    def items(self, obj: SavedSearch) -> list[Post]:
        ids = backend().search(read(obj.text, obj.user, "newest"), size=SIZE).ids
        posts = {post.pk: post for post in with_neighbours(Post.objects.visible().filter(pk__in=ids))}
        found = [posts[number] for number in ids if number in posts]
        return [post for post in found if not (post.is_answer and post.parent.deleted_at)]


def newest(*sets: Any) -> list[Post]:
    """The newest of several sets of posts: each set is one walk down its own index, where one set of many kinds
    would have none."""
    found = [post for posts in sets for post in in_order(with_neighbours(posts), NEWEST)[:SIZE]]
    return sorted(found, key=lambda post: (post.created, post.pk), reverse=True)[:SIZE]


def with_neighbours(posts: Any) -> Any:
    unread = ("body", "text", "excerpt", "excerpt_html", "author__about", "author__about_html")
    theirs = (f"parent__{name}" for name in ("body", "body_html", "text", "excerpt", "excerpt_html"))
    return posts.select_related("author", "category", "parent").prefetch_related("tags").defer(*unread, *theirs)


def content_of(post: Post) -> str:
    """The stored HTML as it can stand away from our pages: whole addresses, MathML without the drawn copy of it, links
    to images of other sites."""
    html = NOT_IN_XML.sub("", without_foreign_images(without_drawings(post.body_html)))
    return OWN_ADDRESS.sub(rf"\g<1>{settings.SITE_URL}/", html)


def typeset_title(post: Post) -> str:
    """The title as HTML with its formulas as MathML; "" where it holds none, so that plain text says it all."""
    html = (post.parent if post.is_answer else post).title_html
    if 'class="math' not in html:
        return ""
    before = f"Answer by {escape(author_of(post))}: " if post.is_answer else ""
    return NOT_IN_XML.sub("", before + without_drawings(html))


def without_drawings(html: str) -> str:
    """`html` less its <svg> elements, which may be nested. Only the typesetting makes them: authors cannot."""
    kept, depth = [], 0
    for part in PICTURE_EDGE.split(html):
        if part.startswith("<svg"):
            depth += not part.endswith("/>")
        elif part == "</svg>":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(part)
    return "".join(kept)


def author_of(post: Post) -> str:
    return post.signed or "Somebody"


def last_part(tag: Tag) -> str:
    return tag.get_absolute_url().rpartition("/")[2]


def absolute(path: str) -> str:
    """The address by which the world knows this path."""
    return settings.SITE_URL + path
