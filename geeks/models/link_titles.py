"""The titles that bare links to questions and articles show instead of their addresses, as on Stack Exchange.

They are looked up when a text is rendered: a title that changes afterwards shows in texts that are rendered again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from geeks.models.old_addresses import DIGITS
from geeks.models.origin import Origin
from geeks.models.post_link import PostLink
from geeks.models.source import Source
from geeks.rendering.addresses import MOST_POSTS, named

# A page about a post, such as its history: the title would hide what it is.
_ABOUT = re.compile(r"[^/]*//[^/]*/posts/\d+/[^?#]")


def titles_at(addresses: Iterable[str]) -> dict[str, str]:
    """Address -> title of the visible question or article that stands there, on this site or on one that was imported;
    an answer has its question's. At most 100 are looked up, in a number of queries that grows with the sites only."""
    wanted = sorted(addresses)[:MOST_POSTS]
    posts = dict(_numbers(wanted, urlsplit(settings.SITE_URL).netloc))
    for source in Source.objects.all() if len(posts) < len(wanted) else ():
        theirs = dict(_numbers((one for one in wanted if one not in posts), source.host))
        ours = Origin.objects.ours(source, Origin.Kind.POST, set(theirs.values())) if theirs else {}
        posts |= {address: ours[number] for address, number in theirs.items() if number in ours}
    titles = _titles(set(posts.values())) if posts else {}
    return {address: titles[number] for address, number in posts.items() if number in titles}


def _numbers(addresses: Iterable[str], host: str) -> Iterator[tuple[str, int]]:
    """Address -> the number of the post of `host` that it names."""
    for address in addresses:
        if _ABOUT.match(address):
            continue
        number = next((name for kind, name in named(address, host) if kind == "post"), "")
        if number and len(number) <= DIGITS:
            yield address, int(number)


def _titles(numbers: set[int]) -> dict[int, str]:
    model: Any = PostLink._meta.get_field("related").related_model
    shown = model.objects.visible().without_wikis().filter(pk__among=numbers)
    rows = shown.values_list("pk", "title", "parent__title", "parent__deleted_at")
    found = ((pk, title or (of_question if deleted is None else "")) for pk, title, of_question, deleted in rows)
    return {pk: title for pk, title in found if title}
