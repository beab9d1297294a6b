"""Writes a category, or the whole site, as the eight files of a Stack Exchange dump: streamed, with flat memory.

What readers cannot see stays here: deleted posts and comments, addresses of mail, who voted, who keeps which bookmarks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from geeks.dumps.stackexchange import FILES, DumpError
from geeks.dumps.stackexchange.saving.history import history
from geeks.dumps.stackexchange.saving.people import badges, tags, users
from geeks.dumps.stackexchange.saving.posts import comments, links, posts
from geeks.dumps.stackexchange.saving.scope import Scope
from geeks.dumps.stackexchange.saving.votes import votes
from geeks.dumps.stackexchange.saving.xml import Values, line
from geeks.models import Category

WRITERS: dict[str, Callable[[Scope], Iterator[Values]]] = {
    "Tags.xml": tags,
    "Users.xml": users,
    "Badges.xml": badges,
    "Posts.xml": posts,
    "PostHistory.xml": history,
    "Comments.xml": comments,
    "PostLinks.xml": links,
    "Votes.xml": votes,
}


def save(
    folder: Path, category: str = "", report: Callable[[str, int], None] = lambda name, rows: None
) -> dict[str, int]:
    """Write all files into `folder`; the number of rows of each. `report` hears (file, rows so far). DumpError."""
    scope = Scope(_category(category))
    folder.mkdir(parents=True, exist_ok=True)
    if there := [name for name in FILES if (folder / name).exists()]:
        raise DumpError(f"{folder} holds {there[0]} already; choose an empty folder.")
    counts: dict[str, int] = {}
    unfinished = [folder / f"{name}.part" for name in FILES]
    try:
        for name in FILES:
            counts[name] = _write(folder / f"{name}.part", FILES[name], WRITERS[name](scope), name, report)
        for name, path in zip(FILES, unfinished, strict=True):
            path.rename(folder / name)
    except BaseException:
        for path in unfinished:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise
    return counts


def _category(slug: str) -> Category | None:
    if not slug:
        return None
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        raise DumpError(
            f"There is no category {slug}. There are: {', '.join(Category.objects.values_list('slug', flat=True))}."
        )
    return category


def _write(path: Path, root: str, rows: Iterator[Values], name: str, report: Callable[[str, int], None]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n')
        for row in rows:
            file.write(line(row))
            count += 1
            report(name, count)
        file.write(f"</{root}>\n")
    return count
