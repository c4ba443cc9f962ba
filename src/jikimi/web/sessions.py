"""Sessions whose names lie in their cookies alone: the table holds a digest of each.

So whoever reads the table, or a copy of it, learns what a session holds and can enter none.
"""

import hashlib

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone


class SessionStore(db.SessionStore):
    """Django's own, which keeps `digest_of` a name where that keeps the name itself."""

    def _get_session_from_db(self) -> Session | None:
        named = Session.objects.filter(session_key=digest_of(self.session_key or ""))
        found: Session | None = named.filter(expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Whether a session has this name."""
        return super().exists(digest_of(session_key))

    def create_model_instance(self, data: dict[str, object]) -> AbstractBaseSession:
        """The row to be written."""
        row = super().create_model_instance(data)
        row.session_key = digest_of(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this name, or this one."""
        name = session_key or self.session_key
        if name is not None:
            super().delete(digest_of(name))

    async def acreate_model_instance(self, data: dict[str, object]) -> AbstractBaseSession:
        """Refuse: a page that is written with `async` would keep the name itself."""
        raise NotImplementedError("Sessions are written by synchronous views.")

    async def _aget_session_from_db(self) -> Session | None:
        """Refuse: it would take for a name what the table holds, and let its thief in."""
        raise NotImplementedError("Sessions are read by synchronous views.")


def digest_of(name: str) -> str:
    """What is kept of a session's name: 160 bits of SHA-256 as 40 digits, as many as fit."""
    return hashlib.sha256(name.encode()).hexdigest()[:40]
