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

    def _get_session(self, no_load: bool = False) -> Any:
        """Django loads it within the handling of an AttributeError. A database that is away would be told as what
        followed from that, as if the code were at fault."""
        if not no_load and self.session_key is not None and "_session_cache" not in vars(self):
            self._session_cache = self.load()
        return super()._get_session(no_load)

    _session = property(_get_session)
