"""Stack Exchange dumps in and out: the eight XML files of a site, streamed, with flat memory.

`archive` finds the files, `rows` reads their XML, `records` gives each row its types.
"""

from __future__ import annotations

# file: its root element, in the order of loading: each refers only to what stands before it
FILES = {
    "Tags.xml": "tags",
    "Users.xml": "users",
    "Badges.xml": "badges",
    "Posts.xml": "posts",
    "PostHistory.xml": "posthistory",
    "Comments.xml": "comments",
    "PostLinks.xml": "postlinks",
    "Votes.xml": "votes",
}


class DumpError(Exception):
    """A dump that cannot be read or written; `str(error)` is one line that says what is wrong and where."""


class AnotherImport(DumpError):
    """Another import of the same site is running: nothing more may be stored by this one."""
