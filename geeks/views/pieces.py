"""What the remembered pieces of a thread are made of: each post with all that its reader may do with it.

Most readers may do the same, so that a post is laid out once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geeks.jinja.fragments import Keyed, as_read
from geeks.models import Post
from geeks.models.prepared import Read
from geeks.views.credits import Credit, credits_of
from geeks.views.structured_data import qa_page
from geeks.views.threads import Beside

# What a post's menu offers by reputation or office.
OFFERED = ("edit", "delete", "close", "lock")


class Pieces:
    """The posts of one thread for one reader: `user`, or None for a stranger."""

    def __init__(self, question: Read, rows: list[Read], beside: Beside, user: Any, won: Mapping[int, int]) -> None:
        self.question = question
        self.rows = rows
        self.beside = beside
        self.user = user
        self.won = won
        self.credits = credits_of([row.object for row in (question, *rows) if row.column("source_id")])
        self.may = (user.moderates, *(user.can(privilege) for privilege in OFFERED)) if user else ()
        asked: Post = question.object
        # All that the piece of an answer shows of its question.
        state = (asked.accepted_answer_id, bool(asked.closed_at), bool(asked.locked_at), bool(asked.deleted_at))
        self._thread = Keyed((asked.pk, asked.slug, asked.author_id, *state), asked)
        for row in rows:
            row.neighbours["parent"] = asked  # saves a query for each answer's links

    @property
    def json_ld(self) -> tuple[Any, ...]:
        """What `remembered` is to make of it."""
        return (qa_page, self.question, as_read(self.rows))

    def laid_out(self, question: Any, head: Any, answer: Any, foot: Any, state: str, draft: Any, sort: str) -> Any:
        """What `apart_together` is to make the thread of: the macros with their arguments. `state` are the question's
        notices, `draft` is a refused comment on one of the posts."""
        notices = Keyed(str(state), state)
        pieces = [(question, self.question, notices, _on(self.question, draft), *self._of(self.question))]
        if self.rows:
            pieces.append((head, self.question.object.answer_count, sort))
            for row in self.rows:
                won = self.won.get(row.pk, 0)
                pieces.append((answer, _on(row, draft), self._thread, row, won, *self._of(row)))
            pieces.append((foot,))
        return pieces

    def _of(self, row: Read) -> tuple[Any, ...]:
        """reader, vote, kept, credit and comments of a post, as both macros of posts take them at the end."""
        pk = row.pk
        comments = self.beside.comments.get(pk, ())
        credit: Credit | None = self.credits.get(pk)
        vote, kept = self.beside.votes.get(pk, 0), pk in self.beside.kept
        return self._reader(row, comments), vote, kept, credit, as_read(comments)

    def _reader(self, row: Read, comments: Any) -> Keyed | None:
        """The reader, by all that makes a difference to this post."""
        user = self.user
        if user is None:
            return None
        own = user.pk == row.column("author_id")
        asker = user.pk == self.question.column("author_id")
        mine = tuple(comment.pk for comment in comments if comment.column("author_id") == user.pk)
        return Keyed((self.may, own, asker, mine), user)


def _on(row: Read, draft: Any) -> Any:
    """The refused comment, where it is on this post."""
    return draft if draft and draft["post_id"] == row.pk else None
