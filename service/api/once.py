"""A write that is asked for twice is done once: the key of the request stands in the transaction of the change itself.

A client that lost the answer asks again with the same key and gets the same answer; the same key on another request
is refused. Keys belong to whoever named them, and last a day. What was asked is kept as an HMAC alone, the answer only
where it names no person: our own ids, states and numbers.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from governance.audit.actions import ACTIONS
from governance.audit.events import instant
from governance.pseudonyms import load_key
from governance.store.opening import Act, Store
from service.api.problems import Refused
from service.api.tables import KEYS

Document = Mapping[str, Any]
KEPT = dt.timedelta(hours=24)


class Answered(Exception):
    """The request was carried out before; this is what was answered."""

    def __init__(self, document: Document) -> None:
        super().__init__("answered before")
        self.document = document


class OnceStore(Store):
    """The store of one request that carries a key: its first change is recorded together with the key.

    `answer` builds the document to keep from the act, at its end: it reads what the act has written.
    """

    def __init__(self, store: Store, *, user_id: str, key: str, asked: str, answer: Callable[[Act], Document]) -> None:
        # everything of the one store but its acts
        self.__dict__.update(store.__dict__)
        self._store = store
        self._row = {"user_id": user_id, "key": key, "asked": asked}
        self._answer = answer
        self._recorded = False

    @contextlib.contextmanager
    def act(
        self, action: str, *, subject: str = "", details: Mapping[str, Any] | None = None, actor: str | None = None
    ) -> Iterator[Act]:
        """The same act; `Answered` when the key has been used for this request, `Refused` when for another."""
        with self._store.act(action, subject=subject, details=details, actor=actor) as act:
            if not self._recorded:
                refuse_used(act, **self._row)
            yield act
            if ACTIONS[action].kind == "change" and not self._recorded:
                self._record(act)

    def _record(self, act: Act) -> None:
        answer = json.dumps(dict(self._answer(act)), ensure_ascii=False, sort_keys=True)
        act.connection.execute(sa.delete(KEYS).where(KEYS.c.at < _oldest(act)))
        act.connection.execute(sa.insert(KEYS).values(**self._row, at=instant(act.at), answer=answer))
        self._recorded = True


def _oldest(act: Act) -> str:
    return instant(act.at - KEPT)


def refuse_used(act: Act, *, user_id: str, key: str, asked: str) -> None:
    """Raise `Answered` for the same request, `Refused` for another under the same key; nothing for a new key."""
    mine = (KEYS.c.user_id == user_id, KEYS.c.key == key, KEYS.c.at >= _oldest(act))
    found = act.connection.execute(sa.select(KEYS.c.asked, KEYS.c.answer).where(*mine)).one_or_none()
    if found is None:
        return
    if not hmac.compare_digest(found.asked, asked):
        raise Refused(
            "key-reused",
            "Nøglen har stået på en anden anmodning.",
            item="Idempotency-Key",
            remedy="Brug en ny nøgle til hver ny anmodning.",
        )
    raise Answered(json.loads(found.answer))


def asked_as(store: Store, *, method: str, path: str, version: int | None, body: Document) -> str:
    """What was asked, as an HMAC: short forms about persons could be guessed from a plain hash."""
    text = json.dumps([method, path, version, body], ensure_ascii=False, sort_keys=True)
    return hmac.new(load_key(store.settings.home, name="idempotency"), text.encode(), hashlib.sha256).hexdigest()
