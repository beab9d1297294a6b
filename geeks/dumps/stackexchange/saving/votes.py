"""Votes.xml: one row a vote, its day, never its voter. (Whose bounty it was stands on the page, so it stands here.)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date

from geeks.dumps.stackexchange.saving.scope import Scope, each
from geeks.dumps.stackexchange.saving.xml import Values
from geeks.models import Acceptance, Bounty, Post, Vote, VoteTally
from geeks.models.vote_tally import ACCEPTED, BEYOND, DOWN, UP

BOUNTY_START, BOUNTY_CLOSE = 8, 9


def votes(scope: Scope) -> Iterator[Values]:
    number = 0
    for batch in each(scope.posts.only("pk")):
        for row in _of(batch):
            number += 1
            yield {"Id": number, **row}


def _of(posts: list[Post]) -> Iterator[Values]:
    for (post, kind, day), count in sorted(_counted(posts).items()):
        for _ in range(count):
            yield {"PostId": post, "VoteTypeId": kind, "CreationDate": day}
    for bounty in Bounty.objects.filter(post__in=posts).order_by("pk"):
        yield {
            "PostId": bounty.post_id,
            "VoteTypeId": BOUNTY_START,
            "UserId": bounty.user_id,
            "CreationDate": bounty.started,
            "BountyAmount": bounty.amount,
        }
        if bounty.closed:
            yield {
                "PostId": bounty.answer_id or bounty.post_id,
                "VoteTypeId": BOUNTY_CLOSE,
                "CreationDate": bounty.closed,
                "BountyAmount": bounty.awarded,
            }


def _counted(posts: list[Post]) -> Counter[tuple[int, int, date]]:
    """Votes by post, kind and day: those that came with archives and those that were cast here."""
    counts: Counter[tuple[int, int, date]] = Counter()
    for row in VoteTally.objects.filter(post__in=posts).exclude(kind=BEYOND):
        counts[row.post_id, row.kind, row.day] += row.count
    for post, value, created in Vote.objects.filter(post__in=posts).values_list("post", "value", "created"):
        counts[post, UP if value > 0 else DOWN, created.astimezone(UTC).date()] += 1
    told = {post for post, kind, _ in counts if kind == ACCEPTED}
    accepted = Acceptance.objects.filter(answer__in=posts, question__accepted_answer__isnull=False)
    for answer, created in accepted.values_list("answer", "created"):
        if answer not in told:
            counts[answer, ACCEPTED, created.astimezone(UTC).date()] += 1
    return counts
