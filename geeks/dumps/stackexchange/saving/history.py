"""PostHistory.xml: revisions as the changes they were, events as they came, and the states that people set here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from geeks import policy
from geeks.dumps.stackexchange.saving.scope import Scope, each
from geeks.dumps.stackexchange.saving.xml import Values
from geeks.dumps.stackexchange.states import CLOSED, LOCKED, PROTECTED, REOPENED, UNLOCKED, UNPROTECTED
from geeks.models import Closure, Lock, PostEvent, Protection, Revision

INITIAL_TITLE, INITIAL_BODY, INITIAL_TAGS, EDIT_TITLE, EDIT_BODY, EDIT_TAGS = 1, 2, 3, 4, 5, 6
TITLES, BODIES = (1, 4, 7), (2, 5, 8)
SAME_ACT = timedelta(seconds=2)
STATES: tuple[tuple[Any, int, int], ...] = (
    (Closure, CLOSED, REOPENED),
    (Lock, LOCKED, UNLOCKED),
    (Protection, PROTECTED, UNPROTECTED),
)
NUMBERS = {
    name: number
    for reasons in (policy.OLD_CLOSE_REASONS, policy.CLOSE_REASONS)
    for name, (number, _) in reasons.items()
}


def history(scope: Scope) -> Iterator[Values]:
    number = 0
    for batch in each(scope.posts.only("pk", "kind"), 100):
        for rows in (_revisions(batch), _events(batch), _states(batch)):
            for row in rows:
                number += 1
                yield {"Id": number, **row}


def _revisions(posts: list[Any]) -> Iterator[Values]:
    before: Any = None
    for revision in Revision.objects.filter(post__in=posts).order_by("post", "number").iterator(chunk_size=200):
        if before is None or before.post_id != revision.post_id:
            before = None
        for kind in _kinds(revision, before):
            yield {
                "PostHistoryTypeId": kind,
                "PostId": revision.post_id,
                "RevisionGUID": revision.guid or _guid("revision", revision.pk),
                "CreationDate": revision.created,
                "UserId": revision.editor_id,
                "UserDisplayName": revision.editor_name,
                "Comment": revision.comment,
                "Text": _text(revision, kind),
                "ContentLicense": revision.licence or policy.LICENCE,
            }
        before = revision


def _kinds(revision: Any, before: Any) -> list[int]:
    """Which PostHistoryTypeIds made this revision of the one before it."""
    if revision.kinds:
        return [int(kind) for kind in revision.kinds.split()]
    if before is None:
        return [INITIAL_BODY, *([INITIAL_TITLE, INITIAL_TAGS] if revision.title else [])]
    changed = (
        (EDIT_BODY, revision.body != before.body),
        (EDIT_TITLE, revision.title != before.title),
        (EDIT_TAGS, revision.tags != before.tags),
    )
    return [kind for kind, differs in changed if differs]


def _text(revision: Any, kind: int) -> str:
    if kind in TITLES:
        return str(revision.title)
    if kind in BODIES:
        return str(revision.body)
    return "".join(f"<{name}>" for name in revision.tags.split())


def _events(posts: list[Any]) -> Iterator[Values]:
    for event in PostEvent.objects.filter(post__in=posts).order_by("pk"):
        yield {
            "PostHistoryTypeId": event.kind,
            "PostId": event.post_id,
            "RevisionGUID": event.guid,
            "CreationDate": event.created,
            "UserId": event.user_id,
            "UserDisplayName": event.user_name,
            "Comment": event.comment,
            "Text": event.text,
            "ContentLicense": event.licence,
        }


def _states(posts: list[Any]) -> Iterator[Values]:
    """Beginnings and ends of states that no event of an archive tells."""
    told: dict[int, list[tuple[int, datetime]]] = {}
    for post, kind, created in PostEvent.objects.filter(post__in=posts).values_list("post", "kind", "created"):
        told.setdefault(post, []).append((kind, created))
    for model, begins, ends in STATES:
        for state in model.objects.filter(post__in=posts).select_related("user", "ended_by", "post").order_by("pk"):
            events = [when for kind, when in told.get(state.post_id, ()) if kind in (begins, ends)]
            unsaid = state.user_id is None and not state.reason  # the date of Posts.xml is all there is of it
            came = _is_told(state.created, events) or unsaid or (events and state.post.closed_at == state.created)
            if not came:
                yield _act(begins, state, state.created, state.user)
            if state.ended and state.ended != state.created and not _is_told(state.ended, events):
                yield _act(ends, state, state.ended, state.ended_by)


def _is_told(moment: datetime, events: list[datetime]) -> bool:
    return any(abs(moment - when) <= SAME_ACT for when in events)


def _act(kind: int, state: Any, when: datetime, user: Any) -> Values:
    data: dict[str, Any] = {}
    if kind == CLOSED and state.duplicate_of_id:
        data["OriginalQuestionIds"] = [state.duplicate_of_id]
    if user:
        data["Voters"] = [{"Id": user.pk, "DisplayName": str(user)}]
    comment = NUMBERS.get(state.reason, state.reason) if kind == CLOSED else state.reason if kind == LOCKED else ""
    return {
        "PostHistoryTypeId": kind,
        "PostId": state.post_id,
        "RevisionGUID": _guid(f"{type(state).__name__.lower()} {kind}", state.pk),
        "CreationDate": when,
        "UserId": user.pk if user else None,
        "Comment": comment,
        "Text": json.dumps(data, ensure_ascii=False),
    }


def _guid(what: str, number: int) -> str:
    """The same in every export of this site."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}/{what}/{number}"))
