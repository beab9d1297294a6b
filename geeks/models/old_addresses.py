"""Addresses of the sites that were imported, and where they lead here. Links inside texts, redirects of old addresses
and imports ask here, so that one address means one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from geeks.models.origin import Origin
from geeks.models.source import Source
from geeks.models.tag import Tag
from geeks.rendering.addresses import Place, at_home, named, places

KINDS = {"post": Origin.Kind.POST, "user": Origin.Kind.USER, "comment": Origin.Kind.COMMENT}
DIGITS = 18  # of a number that a database can hold


def here(source: Source, wanted: Iterable[Place]) -> dict[Place, str]:
    """Our path of each of these places of `source` that are here; at most seven queries, however many there are."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, name in wanted:
        by_kind[kind].add(name)
    found: dict[Place, str] = {}
    for kind, of_kind in KINDS.items():
        theirs = {int(name) for name in by_kind[kind] if len(name) <= DIGITS}
        if theirs:
            ours = Origin.objects.ours(source, of_kind, theirs)
            paths = dict(PATHS[kind](source, list(ours.values())))
            found |= {(kind, str(number)): paths[our] for number, our in ours.items() if our in paths}
    names = {name: name.lower() for name in by_kind["tag"] if "\x00" not in name}
    if names:
        tags = {tag.name: tag for tag in Tag.objects.filter(name__in=set(names.values()))}
        found |= {("tag", name): tags[low].get_absolute_url() for name, low in names.items() if low in tags}
    return found


def led_home(html: str) -> str:
    """Safe HTML whose links to sites that were imported lead to what is here of them."""
    if "://" not in html:
        return html
    for source in Source.objects.all():
        if source.host in html and (wanted := places(html, source.host)):
            html = at_home(html, source.host, here(source, wanted))
    return html


def place_of(source: Source, address: str) -> str | None:
    """Our path of one address of `source` (from its first slash on), None when nothing of it is here."""
    wanted = list(named(f"https://{source.host}{address}", source.host))
    found = here(source, wanted)
    return next((found[place] for place in wanted if place in found), None)


def _posts(source: Source, ids: list[int]) -> Iterator[tuple[int, str]]:
    wikis = []
    for post in source.posts.filter(pk__in=ids).only("pk", "kind", "slug"):
        if post.is_wiki:
            wikis.append(post.pk)
        else:
            yield post.pk, post.get_absolute_url()
    for column in ("excerpt_post", "wiki_post") if wikis else ():
        for tag in Tag.objects.filter(**{f"{column}__in": wikis}):
            yield getattr(tag, f"{column}_id"), tag.get_absolute_url()


def _people(source: Source, ids: list[int]) -> Iterator[tuple[int, str]]:
    yield from ((pk, f"/users/{pk}") for pk in ids)


def _comments(source: Source, ids: list[int]) -> Iterator[tuple[int, str]]:
    rows = source.posts.filter(comments__in=ids).values_list("comments", "pk", "parent_id")
    yield from ((comment, f"/q/{question or post}#comment-{comment}") for comment, post, question in rows)


PATHS = {"post": _posts, "user": _people, "comment": _comments}
