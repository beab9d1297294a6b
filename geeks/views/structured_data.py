"""JSON-LD: what a page is about, in schema.org's words, for search engines.

Every function returns the text that stands inside `<script type="application/ld+json">`. Formulas stay as `$TeX$`, and
a post's text is its excerpt: the whole text is on the page itself, and sending it twice would double the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings

from geeks.jinja.fragments import remembered
from geeks.models.prepared import Read

# "</script>" or "<!--" inside a string would end or twist the element, whatever JSON says.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def qa_page(question: Any, answers: Iterable[Read]) -> str:
    """A QAPage of `question` and the visible ones of its `answers`, as they were read; the accepted one is named as
    such. What is told of an answer is remembered, so that another one makes no objects of all the rest."""
    entity: dict[str, Any] = {
        "@type": "Question",
        "name": question.title,
        "text": question.excerpt or question.title,
        "url": absolute(question.get_absolute_url()),
        "answerCount": question.answer_count,
        "upvoteCount": question.score,
        **_written(question),
    }
    accepted, suggested = [], []
    for row in answers:
        if not row.column("deleted_at"):
            (accepted if row.pk == question.accepted_answer_id else suggested).append(remembered(answer_in_json, row))
    page = _script({"@type": "QAPage", "breadcrumb": _breadcrumb(question), "mainEntity": entity})
    told = [f',"acceptedAnswer":{one}' for one in accepted]
    told += [f',"suggestedAnswer":[{",".join(suggested)}]'] if suggested else []
    return f"{page[:-2]}{''.join(told)}}}}}"  # the entity is the last of the page, and both end there


def article_page(article: Any) -> str:
    page = {"@type": "WebPage", "@id": absolute(article.get_absolute_url())}
    return _script(
        {
            "@type": "Article",
            "headline": article.title,
            "description": article.excerpt,
            "articleSection": str(article.category),
            "publisher": {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")},
            "mainEntityOfPage": {**page, "breadcrumb": _breadcrumb(article)},
            **_written(article),
        }
    )


def website() -> str:
    return _website(settings.SITE_NAME, settings.SITE_URL)


@lru_cache(maxsize=4)
def _website(name: str, url: str) -> str:
    return _script(
        {
            "@type": "WebSite",
            "name": name,
            "url": f"{url}/",
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": f"{url}/search?q={{search_term_string}}"},
                "query-input": "required name=search_term_string",
            },
        }
    )


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> str:
    """A BreadcrumbList of (name, path) pairs, from the outside in."""
    return _script(_list(steps))


def absolute(path: str) -> str:
    """The address by which the world knows this path."""
    return settings.SITE_URL + path


def answer_in_json(answer: Any) -> str:
    return _json(
        {
            "@type": "Answer",
            "text": answer.excerpt,
            "url": absolute(answer.get_absolute_url()),
            "upvoteCount": answer.score,
            **_written(answer),
        }
    )


def _written(post: Any) -> dict[str, Any]:
    """By whom and when. An author who left has a name too: the field is one that readers demand."""
    found: dict[str, Any] = {"datePublished": post.created.isoformat()}
    if post.edited:
        found["dateModified"] = post.edited.isoformat()
    if post.author_id:
        name, path = post.author.display_name, post.author.get_absolute_url()
        found["author"] = {"@type": "Person", "name": name, "url": absolute(path)}
    else:
        found["author"] = {"@type": "Person", "name": post.signed or "Somebody"}
    return found


def _breadcrumb(post: Any) -> dict[str, Any]:
    category = (str(post.category), post.category.get_absolute_url())
    return _list([("Home", "/"), category, (post.title, post.get_absolute_url())])


def _list(steps: Iterable[tuple[str, str]]) -> dict[str, Any]:
    rows = [
        {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
        for number, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": rows}


def _script(thing: dict[str, Any]) -> str:
    return _json({"@context": "https://schema.org", **thing})


def _json(thing: dict[str, Any]) -> str:
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in UNSAFE.items():
        text = text.replace(character, escaped)
    return text
