"""Sessions in the database, as Django's own backend keeps them; read by a query that is compiled once, for a signed-in
person's every page reads one. `SESSION_ENGINE` names this module."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from geeks.models.prepared import Prepared

ALIVE = Prepared(Session, lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now)[:1])


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        # PostgreSQL breaks at a NUL, which a quoted cookie may hold; no key does.
        found = None if "\0" in self.session_key else ALIVE(self.session_key, timezone.now()).first()
        if found is None:
            self._session_key = None
        return found
