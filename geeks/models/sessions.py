"""Sessions in the database, as Django's own backend keeps them; read by a query that is compiled once, for a signed-in
person's every page reads one. `SESSION_ENGINE` names this module."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.core import signing
from django.utils import timezone

from geeks.models.prepared import Prepared

ALIVE = Prepared(Session, lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now)[:1])


class Unread:
    """A "serializer" that leaves what was signed as it is."""

    def loads(self, data: bytes) -> bytes:
        return data


@lru_cache(maxsize=1024)
def _signed(data: str, salt: str) -> bytes:
    """What a session row holds, its signature checked: the same row holds the same. Raises what Django's does."""
    found: bytes = signing.loads(data, salt=salt, serializer=Unread)
    return found


class SessionStore(db.SessionStore):
    def decode(self, session_data: Any) -> Any:
        try:
            return self.serializer().loads(_signed(session_data, self.key_salt))
        except Exception:  # Django says what is wrong with it, and makes an empty session of it
            return super().decode(session_data)

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
