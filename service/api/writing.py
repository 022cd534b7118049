"""What every change through the API has in common: the key that makes a repetition harmless, and the version seen.

Must not know what is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Response
from pydantic import BaseModel

from governance.errors import NotNow
from governance.store.opening import Act, Store
from service.api.models.base import Answer
from service.api.models.cases import CaseStanding
from service.api.once import Answered, OnceStore, asked_as
from service.api.versions import changed_since, etag
from service.auth.visitor import Visitor
from service.cases.case import load_case

REPLAYED = "Idempotent-Replayed"
Shown = TypeVar("Shown", bound=Answer)


@dataclass(frozen=True)
class Change:
    """One request for a change: who asks for what, under which key ("" for none), having seen which version."""

    store: Store
    visitor: Visitor
    path: str
    body: BaseModel
    key: str | None
    version: int | None = None

    def keyed(self, answer: Callable[[Act], Mapping[str, Any]]) -> Store:
        """The store to change through: one that records the key with the change, when there is a key."""
        if self.key is None:
            return self.store
        asked = asked_as(
            self.store, method="POST", path=self.path, version=self.version, body=self.body.model_dump(mode="json")
        )
        return OnceStore(self.store, user_id=self.visitor.user_id, key=self.key, asked=asked, answer=answer)


def carried_out(
    change: Change, response: Response, *, shown: type[Shown], answer: Callable[[Act], Shown],
    do: Callable[[Store], Shown],
) -> Shown:  # fmt: skip
    """What `do` answers; for a request that was carried out before, what `answer` said of it then."""
    try:
        return do(change.keyed(lambda act: answer(act).model_dump(mode="json")))
    except Answered as before:
        response.headers[REPLAYED] = "true"
        return shown.model_validate(dict(before.document))


def standing_after(case_id: str) -> Callable[[Act], CaseStanding]:
    """How a case stands at the end of an act."""
    return lambda act: CaseStanding.model_validate(load_case(act.connection, case_id))


def as_changed_since(store: Store, case_id: str, version: int, refused: NotNow) -> Exception:
    """The refusal of a step: that the case was changed since comes first, whatever else did not hold."""
    with store.reading() as connection:
        stands = load_case(connection, case_id).version
    return refused if stands == version else changed_since()


def with_etag(response: Response, standing: CaseStanding) -> CaseStanding:
    """The standing, with its version as the ETag of the answer."""
    response.headers["ETag"] = etag(standing.version)
    return standing
