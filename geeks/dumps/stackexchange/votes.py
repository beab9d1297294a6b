"""Votes.xml: how many votes of each kind a post got on each day. Who cast them the archive does not say.

The score stays what Posts.xml says all along: what a vote explains is taken off the score beyond the votes.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from datetime import UTC, date, datetime, time
from operator import attrgetter
from typing import Any

from geeks.dumps.stackexchange import store
from geeks.dumps.stackexchange.ids import POST, USER
from geeks.dumps.stackexchange.records import VoteRow
from geeks.dumps.stackexchange.step import Step
from geeks.models import Acceptance, Bookmark, Bounty, Post, VoteTally
from geeks.models.post import Kind
from geeks.models.vote_tally import ACCEPTED, BEYOND, DOWN, UP

FAVOURITE, BOUNTY_START, BOUNTY_CLOSE = 5, 8, 9
MOST_KIND = 32_767

Tally = tuple[int, int, date]  # post, kind, day


class Votes(Step[VoteRow]):
    file = "Votes.xml"
    record = VoteRow

    def take(self, records: list[VoteRow], done: Any) -> int:
        posts = self.ids.known(POST, (record.PostId for record in records))
        good = []
        for record in records:
            if record.PostId not in posts:
                self.skip("its post is not here")
            elif record.CreationDate is None or not 0 < record.VoteTypeId <= MOST_KIND:
                self.skip("it has no date or type")
            else:
                good.append(record)
        if not self.into.dry:
            self._write(good, posts)
        return len(good)

    def _write(self, records: list[VoteRow], posts: dict[int, int]) -> None:
        people = self.ids.known(USER, (record.UserId for record in records))
        tallies: Counter[Tally] = Counter()
        beyond: Counter[int] = Counter()
        accepted: dict[int, date] = {}
        kept: dict[tuple[int, int], date] = {}
        bounties = []
        for record in records:
            post, kind, when = posts[record.PostId or 0], record.VoteTypeId, record.CreationDate or date.min
            if kind in (BOUNTY_START, BOUNTY_CLOSE) and (record.BountyAmount or 0) > 0:
                bounties.append((post, people.get(record.UserId or 0), record))
                continue
            tallies[post, kind, when] += 1
            if kind in (UP, DOWN):
                beyond[post] += 1 if kind == DOWN else -1
            elif kind == ACCEPTED:
                accepted[post] = when
            elif kind == FAVOURITE and record.UserId in people:
                kept.setdefault((post, people[record.UserId]), when)
        _add(tallies)
        _explain(beyond)
        _date_acceptances(accepted)
        _bookmark(kept)
        _offer(bounties)


def _add(tallies: Counter[Tally]) -> None:
    if not tallies:
        return
    stored = VoteTally.objects.filter(post__among={post for post, _, _ in tallies})
    stored = stored.filter(day__range=(min(day for _, _, day in tallies), max(day for _, _, day in tallies)))
    rows = stored.values_list("post", "kind", "day", "pk", "count")
    known = {(post, kind, day): (pk, count) for post, kind, day, pk, count in rows if (post, kind, day) in tallies}
    store.update(VoteTally, [{"id": pk, "count": count + tallies[key]} for key, (pk, count) in known.items()])
    new = [(key, count) for key, count in tallies.items() if key not in known]
    store.insert(
        VoteTally, [{"post_id": post, "kind": kind, "day": day, "count": count} for (post, kind, day), count in new]
    )


def _explain(beyond: Counter[int]) -> None:
    """Take off the score beyond the votes what these votes are."""
    rows = VoteTally.objects.filter(post__among=beyond, kind=BEYOND).values_list("post", "pk", "count")
    known = {post: (pk, count) for post, pk, count in rows}
    changed = ((pk, count + beyond[post]) for post, (pk, count) in known.items() if beyond[post])
    store.update(VoteTally, [{"id": pk, "count": count} for pk, count in changed])
    missing = [post for post, change in beyond.items() if change and post not in known]
    created = Post.objects.filter(pk__among=missing).values_list("pk", "created")
    store.insert(
        VoteTally,
        [{"post_id": pk, "kind": BEYOND, "day": when.date(), "count": beyond[pk]} for pk, when in created],
    )


def _date_acceptances(accepted: dict[int, date]) -> None:
    rows = Acceptance.objects.filter(answer__among=accepted).values_list("pk", "answer")
    store.update(Acceptance, [{"id": pk, "created": _midnight(accepted[answer])} for pk, answer in rows])


def _bookmark(kept: dict[tuple[int, int], date]) -> None:
    stored = Bookmark.objects.filter(post__among={post for post, _ in kept}, user__among={user for _, user in kept})
    known = set(stored.values_list("post", "user"))
    store.insert(
        Bookmark,
        [
            {"post_id": post, "user_id": user, "created": _midnight(day)}
            for (post, user), day in kept.items()
            if (post, user) not in known
        ],
    )


def _offer(rows: list[tuple[int, int | None, VoteRow]]) -> None:
    """Bounties begin at a question and end at the answer that got them, or at the question when none did."""
    posts = Post.objects.filter(pk__among={post for post, _, _ in rows}).in_bulk() if rows else {}
    threads = {post.thread_id for post in posts.values()}
    begun: dict[int, list[Bounty]] = {}  # by question, the oldest first
    for bounty in Bounty.objects.filter(post__among=threads, closed=None).order_by("started", "pk"):
        begun.setdefault(bounty.post_id, []).append(bounty)
    ended, made = [], []
    for post_id, user_id, record in rows:
        thread = posts[post_id].thread_id
        if record.VoteTypeId == BOUNTY_START:
            made.append(
                Bounty(post_id=post_id, user_id=user_id, amount=record.BountyAmount, started=record.CreationDate)
            )
            insort(begun.setdefault(post_id, []), made[-1], key=attrgetter("started"))
            continue
        if not begun.get(thread):  # its start is not in the archive
            made.append(Bounty(post_id=thread, amount=record.BountyAmount, started=record.CreationDate))
            begun[thread] = [made[-1]]
        bounty = begun[thread].pop(0)
        bounty.answer_id = post_id if posts[post_id].kind == Kind.ANSWER else None
        bounty.closed, bounty.awarded = record.CreationDate, record.BountyAmount
        if bounty.pk is not None:
            ended.append(bounty)
    Bounty.objects.bulk_create(made)
    Bounty.objects.bulk_update(ended, ["answer", "closed", "awarded"], batch_size=100)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
