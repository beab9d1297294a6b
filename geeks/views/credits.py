"""Whose work an imported post is: where it came from, who wrote it there, and on what terms it may be used. The licence
asks for it, so it stands under every imported post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from geeks import policy
from geeks.models import Origin


class Credit(NamedTuple):
    """Addresses are whole, and plain links only; an author without an account there has none."""

    site: str
    url: str
    author: str
    author_url: str
    licence: str
    licence_url: str
    edited_here: bool


def credits_of(posts: Iterable[Any]) -> dict[int, Credit]:
    """{post id: credit} of those of `posts` (with `author`) that were imported: two queries, none when none was."""
    imported = {post.pk: post for post in posts if post.source_id}
    if not imported:
        return {}
    origins = Origin.objects.of(Origin.Kind.POST, imported)
    people = {post.author_id for post in imported.values() if post.author_id}
    sources = {origin.source_id for origin in origins.values()}
    known = Origin.objects.filter(kind=Origin.Kind.USER, our_id__in=people, source__in=sources)
    authors = {(row.source_id, row.our_id): row.their_id for row in known}
    return {pk: _credit(imported[pk], origin, authors) for pk, origin in origins.items()}


def _credit(post: Any, origin: Origin, authors: dict[tuple[int, int], int]) -> Credit:
    source = origin.source
    author = authors.get((source.pk, post.author_id)) if post.author_id else None
    licence = post.licence or policy.LICENCE
    return Credit(
        site=str(source),
        url=f"{source.url}/{'a' if post.is_answer else 'q'}/{origin.their_id}",
        author=post.signed or "somebody",
        author_url=f"{source.url}/users/{author}" if author is not None else "",
        licence=licence,
        licence_url=policy.LICENCES.get(licence, ""),
        edited_here=not post.licence,
    )
