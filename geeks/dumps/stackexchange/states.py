"""What the events of posts say of their states: closed, locked, protected. Each spell is a row with its end; the spell
that holds now is the one without."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from geeks import policy
from geeks.dumps.stackexchange import store
from geeks.dumps.stackexchange.ids import POST, USER, Ids
from geeks.models import Closure, Lock, Post, PostEvent, Protection, Source
from geeks.models.state import said

CLOSED, REOPENED, LOCKED, UNLOCKED, PROTECTED, UNPROTECTED = 10, 11, 14, 15, 19, 20
STATE_KINDS = (CLOSED, REOPENED, LOCKED, UNLOCKED, PROTECTED, UNPROTECTED)
REASONS = {
    number: name
    for reasons in (policy.CLOSE_REASONS, policy.OLD_CLOSE_REASONS)
    for name, (number, _) in reasons.items()
}

Spell = tuple[PostEvent, PostEvent | None]


def settle(source: Source, ids: list[int]) -> None:
    """Make the rows and columns of states of these posts anew from their events."""
    store.held(Post, ids)  # in the order of everybody who holds many posts
    posts = Post.objects.only("kind", "closed_at").in_bulk(ids)
    events: dict[int, list[PostEvent]] = {pk: [] for pk in ids}
    for event in PostEvent.objects.filter(post__among=ids, kind__in=STATE_KINDS).order_by("pk"):
        events[event.post_id].append(event)
    told = _Told(source, [event for some in events.values() for event in some])
    _settle_closures(posts, events, told)
    _settle_simple(Lock, "locked_at", LOCKED, UNLOCKED, events, told)
    _settle_simple(Protection, "protected_at", PROTECTED, UNPROTECTED, events, told)


def spells(events: Iterable[PostEvent], begin: int, end: int) -> list[Spell]:
    """Beginnings with their ends; a second beginning ends the first."""
    found: list[Spell] = []
    for event in events:
        if event.kind in (begin, end) and found and found[-1][1] is None:
            found[-1] = (found[-1][0], event)
        if event.kind == begin:
            found.append((event, None))
    return found


def _settle_closures(posts: dict[int, Post], events: dict[int, list[PostEvent]], told: _Told) -> None:
    asked = [pk for pk, post in posts.items() if post.is_question and any(e.kind == CLOSED for e in events[pk])]
    # What Posts.xml alone could say, but where a moderator has reopened the question here since.
    Closure.objects.filter(post__among=asked, user=None, reason="", ended=None).delete()
    done = set(Closure.objects.filter(post__among=asked).values_list("post", "created"))
    rows: list[dict[str, Any]] = []
    for pk in asked:
        found = spells(events[pk], CLOSED, REOPENED)
        for begin, end in found:
            last, closed_at = begin is found[-1][0], posts[pk].closed_at
            holds = last and closed_at is not None
            # The column of Posts.xml decides whether it is closed now, and since when.
            created = closed_at if holds else begin.created
            if (pk, created) not in done:
                rows.append(_closure(begin, None if holds else end or begin, created, told))
    store.insert(Closure, rows)


def _closure(begin: PostEvent, end: PostEvent | None, created: datetime, told: _Told) -> dict[str, Any]:
    number = int(begin.comment) if begin.comment.isascii() and begin.comment.isdecimal() else 0
    reason = REASONS.get(number, "")
    return {
        **_spell(begin, end, created, told),
        "reason": reason,
        "note": "" if reason else said(begin.comment),
        "duplicate_of_id": told.original(begin),
    }


def _settle_simple(
    model: Any, column: str, begins: int, ends: int, events: dict[int, list[PostEvent]], told: _Told
) -> None:
    rows, columns = [], []
    done = set(model.objects.filter(post__among=events).values_list("post", "created"))
    # A moderator may have done the same here meanwhile. His act holds, and what the archive tells ended with it.
    held = dict(model.objects.filter(post__among=events, ended=None).values_list("post", "created"))
    for pk, some in events.items():
        for begin, end in spells(some, begins, ends):
            if (pk, begin.created) not in done:
                row = {**_spell(begin, end, begin.created, told), "reason": said(begin.comment)}
                if end is None and pk in held:
                    row["ended"] = held[pk]
                elif end is None:
                    columns.append({"id": pk, column: begin.created})
                rows.append(row)
    store.insert(model, rows)
    store.update(Post, columns)


def _spell(begin: PostEvent, end: PostEvent | None, created: datetime, told: _Told) -> dict[str, Any]:
    return {
        "post_id": begin.post_id,
        "user_id": told.person(begin),
        "created": created,
        "ended": end.created if end else None,
        "ended_by_id": told.person(end) if end else None,
    }


class _Told:
    """What the JSON of events names: who voted for it, and which questions a duplicate repeats."""

    def __init__(self, source: Source, events: list[PostEvent]) -> None:
        self.data = {event.pk: _read(event.text) for event in events}
        ids = Ids(source)
        self.people = ids.known(USER, {number for data in self.data.values() for number in _voters(data)})
        self.posts = ids.known(POST, {number for data in self.data.values() for number in _originals(data)})

    def person(self, event: PostEvent) -> int | None:
        voters = (self.people.get(number) for number in _voters(self.data[event.pk]))
        return event.user_id or next((our for our in voters if our), None)

    def original(self, event: PostEvent) -> int | None:
        found = (self.posts.get(number) for number in _originals(self.data[event.pk]))
        return next((our for our in found if our and our != event.post_id), None)


def _read(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text) if text.startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _voters(data: dict[str, Any]) -> list[int]:
    voters = data.get("Voters")
    some = [voter.get("Id") for voter in voters if isinstance(voter, dict)] if isinstance(voters, list) else []
    return _numbers(some)


def _originals(data: dict[str, Any]) -> list[int]:
    return _numbers(data.get("OriginalQuestionIds"))


def _numbers(some: Any) -> list[int]:
    return [number for number in some if type(number) is int and abs(number) < 2**31] if isinstance(some, list) else []
